"""An opening event as correlation sees it. Pure."""

from broker.events import Incident, IncidentCleared, IncidentOpened, IncidentUpdated, Point, Polygon
from central.correlation.sightings import PEOPLE, Sighting, Spot


def sighting_of(event: IncidentOpened | IncidentUpdated | IncidentCleared) -> Sighting:
    """What the event says was seen, as still standing."""
    seen = event.data
    return Sighting(
        key=(event.source, event.subject),
        eye=eye_of(event),
        origin=seen.source.kind,
        kind=seen.kind,
        at=event.time.timestamp(),
        since=seen.since.timestamp(),
        spot=spot_of(seen),
        box=seen.box,
        zone=seen.zone.id if seen.zone else None,
    )


def eye_of(event: IncidentOpened | IncidentUpdated | IncidentCleared) -> str:
    """Who saw it: one source of one node; of a drone one flight, of people one report: each looks anew."""
    eye, flight = f"{event.source} {event.data.source.id}", event.data.flight
    if event.data.source.kind in PEOPLE:
        return f"{eye} {event.subject}"
    return f"{eye} {flight.id}" if flight is not None else eye


def source_of(eye: str) -> str:
    """The source within its node, of what `eye_of` told."""
    return eye.split(" ")[1]


def spot_of(seen: Incident) -> Spot | None:
    """Where on the ground; of an outline the middle of its corners."""
    if seen.location is None:
        return None
    geometry = seen.location.geometry
    if isinstance(geometry, Point):
        longitude, latitude = geometry.coordinates
    else:
        longitude, latitude = _middle(geometry)
    return Spot(longitude, latitude, seen.location.accuracy_m)


def _middle(outline: Polygon) -> tuple[float, float]:
    corners = outline.coordinates[0][:-1]
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
