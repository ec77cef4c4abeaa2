"""Hikvision's ISAPI: EventNotificationAlert, a part of the alert stream or what an alarm server is posted.

After Hikvision's "ISAPI Developer Guide" (event and alarm) and the codes of its access controllers in the
"Device Network SDK" (MAJOR_ALARM, MAJOR_EVENT). A smart event is repeated while it lasts and never ends.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from broker.events import Reason
from edge import stamps
from edge.decoding import Decoded, NotDecoded
from edge.gates import objects, trees
from edge.gates.inputs import GateSettings, Meanings, channel_of, plain, told
from edge.gates.leaving import Private, dropped, may_be_person, not_clear, not_taken, private
from edge.payloads import once
from edge.readings import Reading
from edge.seen import Seen, box_of

_ALERT: Final = "EventNotificationAlert"
_ACCESS: Final = "AccessControllerEvent"
_PORTS: Final = ("inputIOPortID", "dynInputIOPortID")
_RECT: Final = ("X", "Y", "width", "height")
_KEEP: Final = frozenset(
    {_ALERT, "channelID", "dynChannelID", "dateTime", "eventType", "eventState", *_PORTS, *_RECT}
    | {"DetectionRegionList", "DetectionRegionEntry", "regionID", "detectionTarget", "TargetRect"}
    | {_ACCESS, "majorEventType", "subEventType", "doorNo"}
)

TAMPER: Final = {
    "shelteralarm": "",
    "tamperdetection": "",
    "scenechangedetection": "scene",
    "defocus": "focus",
    "defocusdetection": "focus",
}
ALARMS: Final = {"videoloss": "video_loss"}
REGIONS: Final = frozenset(("fielddetection", "linedetection", "regionentrance", "regionexiting"))
STANDING: Final = frozenset(("parking", "parkingdetection"))
PRIVATE: Final[dict[str, Private]] = {
    "anpr": "plate",
    "vehiclematchresult": "plate",
    "facedetection": "face",
    "facecapture": "face",
    "facesnap": "face",
    "alarmresult": "face",
    "idinfoevent": "card",
    "qrcodeevent": "card",
    "pdc": "person",
    "peoplecounting": "person",
    "peopledetection": "person",
    "humanrecognition": "person",
    "loitering": "person",
    "group": "person",
    "rapidmove": "person",
    "pir": "person",
}
_FIELDS: Final[dict[str, Private]] = {
    "anpr": "plate",
    "licenseplate": "plate",
    "originallicenseplate": "plate",
    "cardno": "card",
    "cardreaderno": "card",
    "employeeno": "card",
    "employeenostring": "card",
    "name": "person",
    "humanattribute": "person",
    "facerect": "face",
    "faces": "face",
    "pictureurl": "picture",
    "bkgurl": "picture",
}
# major, sub: what the contact of the door or barrier, or its case, says.
DOORS: Final[dict[tuple[int, int], tuple[str, bool | str]]] = {
    (5, 0x19): ("barrier", "open"),
    (5, 0x1A): ("barrier", "closed"),
    (5, 0x1B): ("barrier", "forced"),
    (5, 0x1C): ("barrier", "held_open"),
    (1, 0x404): ("tamper", True),
    (1, 0x405): ("tamper", False),
}
_STATES: Final = {"active": True, "inactive": False}


class Settings(GateSettings):
    """regions: what a vehicle in a drawn region or over a line means, by its number; unset: occupied."""

    kind: Literal["hikvision"]
    regions: Annotated[Meanings, Field(max_length=64)] = {}


def build(settings: Settings) -> "Hikvision":
    """The decoder of one device."""
    return Hikvision(settings)


class Hikvision:
    """Stateless: one message, one answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def decode(self, topic: str, body: bytes) -> Decoded:  # noqa: ARG002 - it needs none
        """One alert, in XML or, of access controllers, in JSON."""
        if body.lstrip()[:1] == b"{":
            return self._of_json(body)
        document = trees.read(body, _KEEP)
        alert = document.root
        if alert.tag != _ALERT:
            raise NotDecoded("other_message", f"its outermost element is none of {_ALERT}")
        active = _active(alert.said("eventState"))
        kind = alert.said("eventType").lower()
        left = private(document.unread, _FIELDS)
        if kind == _ACCESS.lower():
            return self._door(alert, left)
        if kind in PRIVATE:
            return Decoded(left=tuple({r.code: r for r in (dropped(PRIVATE[kind]), *left)}.values()))
        return self._told(alert, kind, active, left)

    def _told(self, alert: trees.Node, kind: str, active: bool, left: tuple[Reason, ...]) -> Decoded:
        at, camera = stamps.iso(alert.said("dateTime")), _camera(alert)
        if kind in REGIONS or kind in STANDING:
            return self._things(alert, kind in STANDING, active, left)
        if kind == "io":
            return Decoded(readings=(self._input(alert, active, at),), left=left)
        for table, quantity in ((TAMPER, "tamper"), (ALARMS, "alarm")):
            if kind in table:
                channel = channel_of(camera, table[kind])
                return Decoded((Reading(self._settings.device, quantity, active, at, "good", channel),), left)
        return Decoded(left=(not_taken("the event type", alert.said("eventType")), *left))

    def _input(self, alert: trees.Node, active: bool, at: float | None) -> Reading:
        port = next(filter(None, map(alert.said, _PORTS)), "1")
        meaning = self._settings.inputs.get(port, "input")
        return told(self._settings.device, meaning, active, at, channel_of(port))

    def _things(self, alert: trees.Node, standing: bool, active: bool, left: tuple[Reason, ...]) -> Decoded:
        """What is in each region. An entry that is not said to be about a vehicle is left."""
        at, camera = stamps.iso(alert.said("dateTime")), _camera(alert)
        readings: list[Reading] = []
        seen: list[Seen] = []
        for entry in alert.found("DetectionRegionEntry"):
            target = entry.said("detectionTarget").lower()
            if target != "vehicle" and not (standing and target == ""):
                left = (*left, dropped("person") if target == "human" else may_be_person())
                continue
            readings.append(self._region(entry.said("regionID"), camera, standing, active, at))
            seen += self._seen(entry, camera, at) if active else ()
        if not readings and not left:
            left = (may_be_person(),)
        return Decoded(_once(readings), once(left), tuple(seen))

    def _region(self, region: str, camera: str, standing: bool, active: bool, at: float | None) -> Reading:
        meaning = self._settings.regions.get(region, "vehicle_standing" if standing else "occupied")
        number = plain(region)
        channel = channel_of(camera, f"region{number}" if number else "")
        return told(self._settings.device, meaning, active, at, channel)

    def _seen(self, entry: trees.Node, camera: str, at: float | None) -> list[Seen]:
        numbers = [objects.number(entry.said("TargetRect", side)) for side in _RECT]
        if None in numbers:
            return []
        x, y, wide, high = (number or 0.0 for number in numbers)
        box = box_of(x, y, x + wide, y + high)
        which = channel_of(camera)
        name = f"{self._settings.device[:58]}.{which}" if which else self._settings.device
        return [Seen(name, at, "vehicle", box, "once")] if box else []

    def _of_json(self, body: bytes) -> Decoded:
        """Of an access controller: no other message of this make is JSON."""
        document = objects.read(body, _KEEP)
        event = objects.table(document.value, _ACCESS)
        if not event:
            raise NotDecoded("other_message", f"is JSON without {_ACCESS}")
        root = trees.Node(_ALERT, children=[_node(_ACCESS, event)])
        root.children += _node(_ALERT, document.value).children
        return self._door(root, private(document.unread, _FIELDS))

    def _door(self, alert: trees.Node, left: tuple[Reason, ...]) -> Decoded:
        """What its door contact says. All others of its events are about a card, a face or a finger."""
        major, sub = (
            objects.number(alert.said(_ACCESS, part)) for part in ("majorEventType", "subEventType")
        )
        if major is None or sub is None:
            return Decoded(left=(not_clear("the number of the event"), *left))
        known = DOORS.get((int(major), int(sub)))
        if known is None:
            return Decoded(left=tuple({r.code: r for r in (dropped("card"), *left)}.values()))
        at, channel = stamps.iso(alert.said("dateTime")), channel_of(alert.said(_ACCESS, "doorNo"))
        quantity, value = known
        return Decoded((Reading(self._settings.device, quantity, value, at, "good", channel),), left)


def _active(state: str) -> bool:
    active = _STATES.get(state.lower())
    if active is None:
        raise NotDecoded("not_clear", "eventState is neither active nor inactive")
    return active


def _camera(alert: trees.Node) -> str:
    return alert.said("channelID") or alert.said("dynChannelID")


def _node(tag: str, value: dict[str, Any]) -> trees.Node:
    """An object's plain members as elements."""
    plain = [trees.Node(key, pieces=[objects.text(member)]) for key, member in value.items()]
    return trees.Node(tag, children=plain)


def _once(readings: list[Reading]) -> tuple[Reading, ...]:
    """Two vehicles in one region are one reading of it."""
    return tuple(dict.fromkeys(readings))
