"""Devices for the tests of their book: settings and readings in short, and a street with every rule."""

from collections.abc import Iterable, Sequence
from typing import Any

from edge.devices.book import DeviceBook
from edge.devices.device import devices_of
from edge.devices.findings import Found, SilenceFound, SituationFound
from edge.devices.settings import DevicesSettings
from edge.readings import Reading, Value

T0 = 1_790_000_000.0  # 2026-09-21T14:13:20Z
OPEN = {"kind": "state", "incident": "manhole_cover", "quantity": "contact", "value": False, "after": "5m"}
FULL = {
    "kind": "threshold",
    "incident": "bin_full",
    "quantity": "fill",
    "above": 80,
    "clear": 60,
    "after": "10m",
}
RISING = {"kind": "rate", "incident": "road_water", "quantity": "water_level", "rises": 0.2, "within": "10m"}
FLAPPING = {
    "kind": "flapping",
    "incident": "device_unsteady",
    "quantity": "contact",
    "changes": 5,
    "within": "5m",
}
MISSING = {"kind": "missing", "incident": "device_silent", "silent": "30m"}
DARK = {
    "kind": "combination",
    "id": "dark",
    "incident": "street_lamp",
    "conditions": [
        {"quantity": "switch", "value": False},
        {"device": "meter", "quantity": "power", "above": 50},
    ],
    "after": "2m",
}


def settings(*items: dict[str, Any], **more: Any) -> DevicesSettings:
    """The devices of a node."""
    return DevicesSettings.model_validate({"items": list(items), **more})


def one(*rules: dict[str, Any], **more: Any) -> DevicesSettings:
    """A node with the one device `d`, which never counts as silent within an hour."""
    return settings({"id": "d", "silence": "1h", "rules": list(rules), **more})


def street() -> DevicesSettings:
    """A cover, a lamp and a meter that know of each other, with a rule of every kind."""
    return settings(
        {"id": "cover", "silence": "20m", "rules": [OPEN, FLAPPING, MISSING]},
        {"id": "lamp", "silence": "20m", "rules": [DARK, {**FULL, "after": "3m"}]},
        {"id": "meter", "silence": "20m", "rules": [RISING]},
    )


def book(given: DevicesSettings, now: float = T0) -> DeviceBook:
    """A book that begins to listen."""
    return DeviceBook(devices_of(given), now, given.late)


def said(value: Value, after_s: float, quantity: str = "contact", device: str = "d", **more: Any) -> Reading:
    """A reading with a stamp of its own."""
    return Reading(device, quantity, value, T0 + after_s, **more)


def play(given: DeviceBook, readings: Iterable[Reading], until_s: float) -> list[Found]:
    """Every reading as soon as it was made, then time until the end."""
    found: list[Found] = []
    for reading in readings:
        arrival = T0 if reading.at is None else reading.at
        given.take([reading], arrival)
        found += given.advance(arrival)
    return found + given.advance(T0 + until_s)


def told(found: Iterable[Found]) -> list[tuple[str, str, float]]:
    """Kind, phase and seconds from the beginning of what is told, silence aside."""
    return [
        (each.rule.incident, each.phase, round(each.at - T0, 3))
        for each in found
        if isinstance(each, SituationFound)
    ]


def silences(found: Iterable[Found]) -> list[tuple[str, str, float]]:
    """Device, state and seconds from the beginning."""
    return [
        (each.device.id, each.state, round(each.at - T0, 3))
        for each in found
        if isinstance(each, SilenceFound)
    ]


def in_short(found: Sequence[Found]) -> list[str]:
    """All of it in an order of its own, to be compared."""
    return sorted(map(repr, found))
