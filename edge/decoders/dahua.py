"""Dahua's events: the lines of eventManager.cgi?action=attach, and the same published again as JSON.

After Dahua's "HTTP API" (event manager). Boxes are in 8192nds of the picture. What is private by its code
is never parsed at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from broker.events import Reason
from edge import stamps
from edge.decoding import LARGEST, Decoded, NotDecoded
from edge.gates import objects
from edge.gates.inputs import GateSettings, Meaning, channel_of, told
from edge.gates.leaving import Private, dropped, may_be_person, not_clear, not_taken, private
from edge.readings import Reading
from edge.seen import Seen, box_of

WHOLE: Final = 8191.0
MOST: Final = 64  # events in one message
_HEAD: Final = re.compile(r"Code=(\w{1,64});action=(\w{1,16});index=(\d{1,4})[ \t]*(?:;data=|;?\s*\Z)")
_NEXT: Final = re.compile(r"^(?=Code=)", re.MULTILINE)
_BOX: Final = ("BoundingBox", "Rect")
_OBJECTS: Final = ("Object", "Objects", "object", "objects")
_KEEP: Final = frozenset(
    {"Code", "code", "action", "Action", "index", "Index", "data", "Data", *_OBJECTS, *_BOX}
    | {"ObjectType", "RuleID", "Status", "UTC", "UTCMS"}
)

ACTIONS: Final = {"start": True, "pulse": True, "stop": False}
FLAGS: Final[dict[str, tuple[str, str]]] = {
    "VideoBlind": ("tamper", ""),
    "SceneChange": ("tamper", "scene"),
    "VideoAbnormalDetection": ("tamper", "scene"),
    "VideoUnFocus": ("tamper", "focus"),
    "ChassisIntruded": ("tamper", "case"),
    "VideoLoss": ("alarm", "video_loss"),
    "SmokeDetection": ("smoke", ""),
}
BARRIERS: Final[dict[str, Meaning]] = {"DoorNotClosed": "barrier_held_open", "BreakIn": "barrier_forced"}
DOORS: Final = {"open": "open", "close": "closed", "closed": "closed"}
# Only what is said to be a vehicle: the object of such a rule may be anything.
THINGS: Final[dict[str, Meaning]] = {
    "CrossRegionDetection": "occupied",
    "CrossLineDetection": "occupied",
    "ParkingDetection": "vehicle_standing",
    "SmartMotionVehicle": "occupied",
}
VEHICLES: Final = {"vehicle": "vehicle", "nonmotor": "two_wheeler", "motorcycle": "two_wheeler"}
_CERTAIN: Final = frozenset(("ParkingDetection", "SmartMotionVehicle"))  # the code itself says: a vehicle
PRIVATE: Final[dict[str, Private]] = {
    "SmartMotionHuman": "person",
    "HumanTrait": "person",
    "NumberStat": "person",
    "ManNumDetection": "person",
    "QueueNumDetection": "person",
    "QueueStayDetection": "person",
    "StayDetection": "person",
    "WanderDetection": "person",
    "CrowdDetection": "person",
    "RioterDetection": "person",
    "CallNoAnswered": "person",
    "Invite": "person",
    "FaceDetection": "face",
    "FaceRecognition": "face",
    "FaceAnalysis": "face",
    "AccessControl": "card",
    "AccessSnap": "card",
    "FingerPrintCheck": "card",
}
_FIELDS: Final[dict[str, Private]] = {
    "platenumber": "plate",
    "trafficcar": "plate",
    "cardno": "card",
    "cardname": "card",
    "userid": "card",
    "humamid": "person",
    "humanid": "person",
    "faces": "face",
}


class Settings(GateSettings):
    """clock: whether the field UTC is believed; many devices write their wall clock into it."""

    kind: Literal["dahua"]
    clock: Literal["ignored", "utc"] = "ignored"


def build(settings: Settings) -> "Dahua":
    """The decoder of one device."""
    return Dahua(settings)


@dataclass(frozen=True, slots=True)
class _Event:
    code: str
    action: str
    index: int
    data: Any
    unread: frozenset[str] = frozenset()


class Dahua:
    """Stateless: one message, one answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def decode(self, topic: str, body: bytes) -> Decoded:
        """One or more events, as lines or as JSON; a topic `.../CODE/Event` may say the code."""
        if len(body) > LARGEST:
            raise NotDecoded("too_large", f"{len(body)} bytes; {LARGEST} are allowed")
        if body.strip() == b"Heartbeat":
            return Decoded()
        if body.lstrip()[:1] == b"{":
            told_of = [self._event(_of_json(topic, body))]
        else:
            told_of = [self._event(event) for event in _of_lines(body)]
        return Decoded(
            tuple(reading for one in told_of for reading in one.readings),
            tuple(reason for one in told_of for reason in one.left),
            tuple(seen for one in told_of for seen in one.seen),
        )

    def _event(self, event: _Event) -> Decoded:
        kind = _private(event.code)
        if kind is not None:
            return Decoded(left=(dropped(kind),))
        active = ACTIONS.get(event.action.lower())
        if active is None:
            return Decoded(left=(not_clear("action"),))
        left = private(event.unread, _FIELDS)
        if event.code in THINGS:
            return self._thing(event, active, left)
        reading = self._reading(event, active)
        if isinstance(reading, Reading):
            return Decoded((reading,), left)
        return Decoded(left=(reading, *left))

    def _reading(self, event: _Event, active: bool) -> Reading | Reason:
        device, at, number = self._settings.device, self._at(event.data), str(event.index + 1)
        if event.code == "AlarmLocal":
            meaning = self._settings.inputs.get(number, "input")
            return told(device, meaning, active, at, channel_of(number))
        if event.code in BARRIERS:
            return told(device, BARRIERS[event.code], active, at, channel_of(number))
        if event.code == "DoorStatus":
            said = objects.text(event.data.get("Status") if isinstance(event.data, dict) else None)
            state = DOORS.get(said.lower())
            if state is None:
                return not_clear("the door's Status")
            return Reading(device, "barrier", state, at, "good", channel_of(number))
        if event.code in FLAGS:
            quantity, what = FLAGS[event.code]
            return Reading(device, quantity, active, at, "good", channel_of(number, what))
        return not_taken("the event code", event.code)

    def _thing(self, event: _Event, active: bool, left: tuple[Reason, ...]) -> Decoded:
        """A rule's object. What is not said to be a vehicle is left, also where others of the message are."""
        things = list(_things(event.data))
        kinds = [objects.text(thing.get("ObjectType")).lower() for thing in things]
        strangers = [kind for kind in kinds if kind and kind not in VEHICLES]
        certain = event.code in _CERTAIN and not strangers
        if strangers or not (certain or any(kinds)):
            person = any(kind.startswith("human") for kind in strangers)
            return Decoded(left=(dropped("person") if person else may_be_person(), *left))
        number = objects.number(event.data.get("RuleID")) if isinstance(event.data, dict) else None
        rule = f"rule{number:.0f}" if number is not None and 0.0 <= number < 1000.0 else ""
        what = rule or ("motion" if event.code == "SmartMotionVehicle" else "")
        channel, at = channel_of(str(event.index + 1), what), self._at(event.data)
        reading = told(self._settings.device, THINGS[event.code], active, at, channel)
        return Decoded((reading,), left, tuple(self._seen(event, things, at)) if active else ())

    def _seen(self, event: _Event, things: list[dict[str, Any]], at: float | None) -> Iterator[Seen]:
        name = self._settings.device
        camera = f"{name[:58]}.{event.index + 1}" if event.index else name
        for thing in things:
            label = VEHICLES.get(objects.text(thing.get("ObjectType")).lower(), "vehicle")
            box = next((box for side in _BOX if (box := _box(thing.get(side)))), None)
            if box is not None:
                yield Seen(camera, at, label, box, "once")

    def _at(self, data: Any) -> float | None:
        if self._settings.clock == "ignored" or not isinstance(data, dict):
            return None
        whole, milli = objects.number(data.get("UTC")), objects.number(data.get("UTCMS"))
        fraction = milli / 1000.0 if milli is not None and 0.0 <= milli < 1000.0 else 0.0
        return None if whole is None else stamps.sound(whole + fraction)


def _private(code: str) -> Private | None:
    """Every code of traffic is told with the plate that was read."""
    return PRIVATE.get(code, "plate" if code.startswith("Traffic") else None)


def _of_lines(body: bytes) -> Iterator[_Event]:
    parts = [part for part in _NEXT.split(body.decode("utf-8", "replace")) if part.strip()]
    if len(parts) > MOST:
        raise NotDecoded("too_large", f"{len(parts)} events in one message; {MOST} are allowed")
    events = [event for part in parts if (event := _of_line(part.strip())) is not None]
    if not events:
        raise NotDecoded("other_message", "has no line Code=...;action=...;index=...")
    yield from events


def _of_line(part: str) -> _Event | None:
    head = _HEAD.match(part)
    if head is None:
        return None
    code, action, index = head[1], head[2], int(head[3])
    if _private(code) is not None:
        return _Event(code, action, index, None)
    try:
        document = objects.read(part[head.end() :], _KEEP) if head[0].endswith("data=") else None
    except NotDecoded:
        document = None  # cut off; the line's head stands for itself
    if document is None:
        return _Event(code, action, index, None)
    return _Event(code, action, index, document.value, document.unread)


def _of_json(topic: str, body: bytes) -> _Event:
    document = objects.read(body, _KEEP)
    value = document.value if isinstance(document.value, dict) else {}
    steps = topic.split("/")
    named = steps[-2] if len(steps) > 1 and steps[-1] == "Event" else ""
    code = objects.text(value.get("Code", value.get("code", named)))
    if re.fullmatch(r"\w{1,64}", code) is None:
        raise NotDecoded("other_message", "is JSON without a Code")
    action = objects.text(value.get("action", value.get("Action")))
    index = objects.number(value.get("index", value.get("Index", 0)))
    data = value.get("data", value.get("Data"))
    if _private(code) is not None:
        return _Event(code, action, 0, None)
    return _Event(code, action, int(index) if index and 0 < index < 10_000 else 0, data, document.unread)


def _things(data: Any) -> Iterator[dict[str, Any]]:
    for name in _OBJECTS:
        if one := objects.table(data, name):
            yield one
        yield from objects.rows(data, name)


def _box(value: Any) -> tuple[float, float, float, float] | None:
    corners = [objects.number(corner) for corner in value] if isinstance(value, list) else []
    if len(corners) != 4 or None in corners:
        return None
    x1, y1, x2, y2 = ((corner or 0.0) / WHOLE for corner in corners)
    return box_of(x1, y1, x2, y2)
