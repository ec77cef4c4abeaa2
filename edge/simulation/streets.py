"""A node's configuration for a simulated street: with many times its devices, and with clips."""

from collections.abc import Sequence
from typing import Any

from edge.configured import EdgeSettings
from edge.devices.settings import DeviceSettings, MatchSettings
from edge.simulation.thing import ThingSettings, renamed


def streets_of(settings: EdgeSettings, things: Sequence[ThingSettings], streets: int) -> EdgeSettings:
    """With the devices of streets 2 to `streets`, as far as things speak for them.

    Raises ValueError for a device that cannot be doubled.
    """
    spoken = {name for thing in things if not thing.single for name in thing.names}
    doubled = [device for device in settings.devices.items if spoken & set(device.names)]
    copies = [_copy(device, things, street) for street in range(2, streets + 1) for device in doubled]
    return (
        settings.model_copy(update={"devices": settings.devices.with_items(copies)}) if copies else settings
    )


def _copy(device: DeviceSettings, things: Sequence[ThingSettings], street: int) -> DeviceSettings:
    """Its names are those of the things' copies; another's name gets the number of the street."""
    called = {
        name: new
        for thing in things
        for name, new in zip(thing.names, thing.copy_for(street).names, strict=True)
    }
    names = [called.get(name, renamed(name, street)) for name in device.names]
    match = MatchSettings(names=names, channel=device.channel)
    rules = [_rule(rule, street) for rule in device.rules]
    return device.model_copy(
        update={"id": renamed(device.id, street), "match": match, "asset": None, "rules": rules}
    )


def _rule(rule: Any, street: int) -> Any:
    """A rule that names other devices names those of its own street."""
    conditions = [
        each.model_copy(update={"device": renamed(each.device, street)})
        if getattr(each, "device", None)
        else each
        for each in getattr(rule, "conditions", ())
    ]
    return rule.model_copy(update={"conditions": conditions}) if conditions else rule


def with_films(settings: EdgeSettings, *, cameras: bool) -> EdgeSettings:
    """Without cameras, or with such as play a film in the street's time. Raises ValueError for a live one."""
    if not cameras and not settings.devices.items:
        raise ValueError("without its cameras nothing is left: a node needs at least one source, or devices")
    if not cameras:
        return settings.model_copy(update={"sources": []})
    for source in settings.sources:
        if "pace" not in type(source).model_fields:
            raise ValueError(
                f"source {source.id} is a live camera, which keeps no time but its own; give it a clip "
                "(kind: file), or play the street with --no-cameras"
            )
    return settings.model_copy(
        update={"sources": [source.model_copy(update={"pace": "realtime"}) for source in settings.sources]}
    )
