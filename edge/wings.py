"""The wings that a node's configuration asks for."""

from edge.configured import EdgeSettings
from edge.deck.lane import FlightLane
from edge.devices.lane import DeviceLane
from edge.foreign.lane import AnalyticsLane
from edge.wing import Surroundings, Wing


def of(settings: EdgeSettings, around: Surroundings) -> list[Wing]:
    """Each built and not yet started."""
    found: list[Wing] = []
    if settings.devices.items:
        found.append(DeviceLane(settings.devices, settings.intakes, settings.pollers, around))
    if settings.analytics:
        every = settings.storage.snapshot_every
        found.append(AnalyticsLane(settings.analytics, settings.verify, every, around))
    if settings.flights:
        cameras, keep_s = bool(settings.sources), settings.storage.snapshot_every
        found.append(FlightLane(settings.flights, around, cameras=cameras, keep_s=keep_s))
    return found
