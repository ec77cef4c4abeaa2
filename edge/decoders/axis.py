"""Axis: ONVIF events over MQTT (`PREFIX/event/TOPIC`) and AXIS Object Analytics. Every value is a text.

After "AXIS OS Knowledge base" (MQTT event publishing) and "AXIS Object Analytics" (event data). The prefix
and `serial` are the device's MAC address and are not read: `device` names it.
"""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from broker.events import Reason
from edge import stamps
from edge.decoding import Decoded, NotDecoded
from edge.gates import objects
from edge.gates.doors import DOORS, told_of
from edge.gates.inputs import GateSettings, Meaning, Name, channel_of, plain, told
from edge.gates.leaving import Private, dropped, may_be_person, not_clear, not_mapped, not_taken, private
from edge.readings import Reading

# What is counted, by the field of its number. Of all together, of persons and of the unknown none is read.
COUNTED: Final = {
    "totalCar": "car",
    "totalTruck": "truck",
    "totalBus": "bus",
    "totalMotorcycle/bicycle": "two_wheeler",
    "totalBike": "two_wheeler",
    "totalOtherVehicle": "other_vehicle",
}
_FLAGS: Final = ("active", "state", "LogicalState", "tampering", "Open", "State")
_KEEP: Final = frozenset(
    {"topic", "timestamp", "message", "source", "data", "port", "DoorToken", "classTypes", *COUNTED, *_FLAGS}
)
_VEHICLES: Final = frozenset(
    ("vehicle", "car", "truck", "bus", "bike", "motorcycle", "bicycle", "motorcycle/bicycle", "othervehicle")
)
_FIELDS: Final[dict[str, Private]] = {
    "totalhuman": "person",
    "human": "person",
    "plate": "plate",
    "licenseplate": "plate",
    "cardnr": "card",
    "cardholdername": "card",
}
# The end of a topic without prefixes: the quantity, and the channel's word.
FLAGS: Final[dict[str, tuple[str, str]]] = {
    "VideoSource/Tampering": ("tamper", ""),
    "VideoSource/GlobalSceneChange/ImagingService": ("tamper", "scene"),
    "Device/Casing/Open": ("tamper", "case"),
}
PORTS: Final = ("Device/IO/Port", "Device/Trigger/DigitalInput", "Device/IO/VirtualInput")
PRIVATE: Final[dict[str, Private]] = {
    "AccessControl": "card",
    "IdPoint": "card",
    "Device/Sensor/PIR": "person",
    "CameraApplicationPlatform/LicensePlateVerifier": "plate",
    "CameraApplicationPlatform/FaceDetector": "face",
    "CameraApplicationPlatform/PeopleCounter": "person",
}
_ANALYTICS: Final = "CameraApplicationPlatform/ObjectAnalytics/"
_SCENARIO: Final = re.compile(r"Device(\d{1,2})Scenario(\d{1,3}|ANY)(Threshold)?")

Scenario = Meaning | Literal["queue"]


class Settings(GateSettings):
    """scenarios: what a scenario (`Device1Scenario1`) is about; `queue`: the vehicles counted in it."""

    kind: Literal["axis"]
    scenarios: Annotated[dict[Name, Scenario], Field(max_length=64)] = {}


def build(settings: Settings) -> "Axis":
    """The decoder of one device."""
    return Axis(settings)


class Axis:
    """Stateless: one message, one answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def decode(self, topic: str, body: bytes) -> Decoded:
        """One event. Its topic is that of its body or, where that has none, of MQTT."""
        document = objects.read(body, _KEEP)
        message = objects.table(document.value, "message")
        if not message:
            raise NotDecoded("other_message", "is JSON without message, as its events have")
        about = bare(objects.text(document.value.get("topic")) or topic.partition("/event/")[2])
        data, source = objects.table(message, "data"), objects.table(message, "source")
        port = objects.text(source.get("port", source.get("DoorToken")))
        millis = objects.number(document.value.get("timestamp"))
        at = stamps.sound(millis / 1000.0) if millis is not None else None
        left = private(document.unread, _FIELDS)
        if (kind := _private(about)) is not None:
            return Decoded(left=tuple({r.code: r for r in (dropped(kind), *left)}.values()))
        if about.startswith(_ANALYTICS):
            return self._analytics(about[len(_ANALYTICS) :], data, at, left)
        return self._event(about, data, port, at, left)

    def _event(
        self, about: str, data: dict[str, Any], port: str, at: float | None, left: tuple[Reason, ...]
    ) -> Decoded:
        if about in DOORS:
            said = objects.text(data.get("State"))
            door = told_of(about, said, self._settings.device, at, port)
            return Decoded((door,), left) if door else Decoded(left=(not_clear("the door's state"), *left))
        if about not in PORTS and about not in FLAGS:
            return Decoded(left=(not_taken("the topic", about), *left))
        active = _active(data)
        if active is None:
            return Decoded(left=(not_clear("its state"), *left))
        if about in PORTS:
            channel = channel_of(port, "virtual" if about.endswith("VirtualInput") else "")
            meaning = self._settings.inputs.get(port, "input")
            return Decoded((told(self._settings.device, meaning, active, at, channel),), left)
        quantity, what = FLAGS[about]
        return Decoded((Reading(self._settings.device, quantity, active, at, "good", what or None),), left)

    def _analytics(
        self, name: str, data: dict[str, Any], at: float | None, left: tuple[Reason, ...]
    ) -> Decoded:
        match = _SCENARIO.fullmatch(name)
        if match is None:
            return Decoded(left=(not_taken("the analytics' event", ""), *left))
        device, number = plain(match[1]), plain(match[2]) or "any"
        scenario = f"scenario{number}" if device == "1" else f"device{device}-scenario{number}"
        scenario += "-threshold" if match[3] else ""
        means = self._settings.scenarios.get(name)
        counts = {COUNTED[key]: count for key in COUNTED if (count := _count(data.get(key))) is not None}
        if means == "queue":
            return self._queue(scenario, counts, at, left)
        readings = [
            Reading(self._settings.device, "count", count, at, "good", f"{scenario}-{label}")
            for label, count in counts.items()
        ]
        active = _active(data)
        if active is None and not counts:
            return Decoded(left=(not_clear("its state"), *left))
        if active is not None:
            classes = [word for word in re.split(r"[,;| ]+", objects.text(data.get("classTypes"))) if word]
            strangers = [word.lower() for word in classes if word.lower() not in _VEHICLES]
            if strangers:
                return Decoded(left=(dropped("person") if "human" in strangers else may_be_person(), *left))
            if means is None and not classes:
                return Decoded(tuple(readings), (not_mapped("the scenario", "scenarios"), *left))
            readings.append(told(self._settings.device, means or "occupied", active, at, scenario))
        return Decoded(tuple(readings), left)

    def _queue(
        self, scenario: str, counts: dict[str, float], at: float | None, left: tuple[Reason, ...]
    ) -> Decoded:
        if not counts:
            return Decoded(left=(not_clear("the number of vehicles"), *left))
        return Decoded(
            (Reading(self._settings.device, "queue", sum(counts.values()), at, "good", scenario),), left
        )


def bare(topic: str) -> str:
    """Without its namespaces: onvif:Device/axis:IO, and tns:onvif/Device/tns:axis/IO, are Device/IO."""
    steps = topic[:300].split("/$source", 1)[0].split("/")
    return "/".join(step.rpartition(":")[2] for step in steps if not step.startswith("tns:"))


def _private(about: str) -> Private | None:
    return next((kind for begin, kind in PRIVATE.items() if about.startswith(begin)), None)


def _active(data: dict[str, Any]) -> bool | None:
    return next((known for key in _FLAGS if (known := objects.flag(data.get(key))) is not None), None)


def _count(value: Any) -> float | None:
    number = objects.number(value)
    return number if number is not None and number >= 0.0 else None
