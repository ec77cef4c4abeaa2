"""Frigate's MQTT topics: `PREFIX/events`, `available`, how its cameras fare, `CAMERA/LABEL` counts.

After Frigate's documentation (integrations, MQTT). All other topics are left unread: `reviews` tell of the
same tracks without boxes, and `tracked_object_update` says who or what exactly was seen. Boxes are pixels of
the picture it detects in, whose size is in its configuration only and so in the settings here.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from broker.events import Reason
from broker.fields import Identifier
from broker.settings import Settings as Base
from edge import stamps
from edge.decoding import Decoded, DecoderSettings, NotDecoded
from edge.gates import objects
from edge.gates.leaving import Private, dropped, not_clear, not_taken, private
from edge.groups import group_of, label_word
from edge.readings import Reading
from edge.seen import Phase, Seen, box_of

_AFTER: Final = ("id", "camera", "frame_time", "label", "score", "false_positive", "box", "stationary")
_KEEP: Final = frozenset(("type", "after", *_AFTER))
_FIELDS: Final[dict[str, Private]] = {
    "sub_label": "person",
    "recognized_license_plate": "plate",
    "license_plate": "plate",
    "attributes": "face",
    "thumbnail": "picture",
    "snapshot": "picture",
}
PHASES: Final[dict[str, Phase]] = {"new": "new", "update": "update", "end": "end"}
AVAILABLE: Final = {b"online": True, b"offline": False, b"stopped": False}
# How a camera fares: whether it is looked at at all, whether things are looked for, whether pictures come.
SWITCHES: Final = frozenset(("enabled", "detect"))
STATUS: Final = {b"online": True, b"offline": False, b"disabled": False}
PRIVATE: Final[dict[str, Private]] = {
    "person": "person",
    "face": "face",
    "license_plate": "plate",
    "all": "person",
}
# Of `tracked_object_update`, by its type: all of them say who or what exactly was seen.
UPDATES: Final[dict[str, Private]] = {"face": "face", "lpr": "plate", "description": "person"}
_WHEELED: Final = ("vehicle", "two_wheeler")
PREFIX: Final = r"^[A-Za-z0-9_-][A-Za-z0-9_/-]{0,63}$"
_CAMERA: Final = TypeAdapter[str](Identifier)

Side = Annotated[int, Field(ge=16, le=20_000)]


class Picture(Base):
    """The picture that Frigate detects in (`detect`: `width`, `height`), in pixels."""

    width: Side = 1280
    height: Side = 720


class Settings(DecoderSettings):
    """cameras: the size of those whose picture is not as `picture` says."""

    kind: Literal["frigate"]
    prefix: Annotated[str, Field(pattern=PREFIX)] = "frigate"
    picture: Picture = Picture()
    cameras: Annotated[dict[Identifier, Picture], Field(max_length=256)] = {}


def build(settings: Settings) -> "Frigate":
    """The decoder of one Frigate."""
    return Frigate(settings)


class Frigate:
    """Stateless: one message, one answer. What a track is of is for `edge.tracked` to remember."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def decode(self, topic: str, body: bytes) -> Decoded:
        """One message; what it is about is told by its topic, or where there is none, taken to be events."""
        begin = f"{self._settings.prefix}/"
        if topic and not topic.startswith(begin):
            raise NotDecoded("other_message", "its topic does not begin with the prefix in the settings")
        steps = topic[len(begin) :].split("/") if topic else ["events"]
        match steps:
            case ["events"]:
                return self._event(body)
            case ["available"]:
                return self._available(body)
            case ["tracked_object_update"]:
                return _updated(body)
            case ["stats"]:
                return self._stats(body)
            case [camera, switch, "state"] if switch in SWITCHES:
                return _fares(camera, switch, objects.flag(body[:8].decode("ascii", "replace")))
            case [camera, "status", "detect"]:
                return _fares(camera, "status", STATUS.get(body.strip()[:16].lower()))
            case [camera, label]:
                return self._count(camera, label, body)
            case [_, _, "snapshot"]:
                return Decoded(left=(dropped("picture"),))
        return Decoded(left=(not_taken("the topic", steps[0]),))

    def _available(self, body: bytes) -> Decoded:
        online = AVAILABLE.get(body.strip()[:16].lower())
        if online is None:
            raise NotDecoded("not_clear", "available is neither online nor offline")
        return Decoded((Reading("frigate", "online", online),))

    def _stats(self, body: bytes) -> Decoded:
        """Whether pictures come of the cameras in the settings; older versions have them at the top."""
        names = self._settings.cameras.keys()
        value = objects.read(body, frozenset({"cameras", "camera_fps", *names})).value
        told = objects.table(value, "cameras") or (value if isinstance(value, dict) else {})
        rates = {name: objects.number(objects.table(told, name).get("camera_fps")) for name in names}
        found = [
            Reading(name, "online", rate > 0.0, channel="pictures")
            for name, rate in rates.items()
            if rate is not None
        ]
        return Decoded(tuple(found)) if found else Decoded(left=(not_taken("the topic", "stats"),))

    def _count(self, camera: str, label: str, body: bytes) -> Decoded:
        """How many of a label a camera, or a zone, has in view."""
        if label in PRIVATE:
            return Decoded(left=(dropped(PRIVATE[label]),))
        if group_of(label) not in _WHEELED or _named(camera) is None:
            return Decoded(left=(not_taken("the topic", ""),))
        if not body.isdigit() or len(body) > 6:
            raise NotDecoded("not_clear", "a count is no whole number")
        return Decoded((Reading(camera, "count", float(body), None, "good", label_word(label)),))

    def _event(self, body: bytes) -> Decoded:
        document = objects.read(body, _KEEP)
        after = objects.table(document.value, "after")
        phase = PHASES.get(objects.text(document.value.get("type") if after else None))
        if phase is None:
            raise NotDecoded("other_message", "is no event: no `after`, or type is none of new, update, end")
        label = objects.text(after.get("label")).lower()
        left = private(document.unread, _FIELDS)
        if label in PRIVATE:
            return Decoded(left=tuple({r.code: r for r in (dropped(PRIVATE[label]), *left)}.values()))
        if group_of(label) not in _WHEELED:
            return Decoded(left=(not_taken("the label", label), *left))
        seen = self._seen(after, phase, label_word(label))
        return Decoded(left=(seen, *left)) if isinstance(seen, Reason) else Decoded(left=left, seen=(seen,))

    def _seen(self, after: dict[str, Any], phase: Phase, label: str) -> Seen | Reason:
        camera, track = _named(objects.text(after.get("camera"))), objects.text(after.get("id"))
        if camera is None or not 0 < len(track) <= 64:
            return not_clear("camera or id")
        size = self._settings.cameras.get(camera, self._settings.picture)
        corners = after.get("box")
        numbers = [objects.number(corner) for corner in corners] if isinstance(corners, list) else []
        if len(numbers) != 4 or None in numbers:
            return not_clear("box")
        x1, y1, x2, y2 = (number or 0.0 for number in numbers)
        box = box_of(x1 / size.width, y1 / size.height, x2 / size.width, y2 / size.height)
        if box is None:
            text = f"its box is none in a picture of {size.width} x {size.height}; set the camera's picture"
            return Reason(code="not_clear", text=text)
        if after.get("false_positive") is True and phase != "end":
            return Reason(code="not_sure", text="it may be a false detection as yet")
        score, still = objects.number(after.get("score")), objects.flag(after.get("stationary"))
        sure = score if score is not None and 0.0 <= score <= 1.0 else None
        at = objects.number(after.get("frame_time"))
        return Seen(camera, stamps.sound(at), label, box, phase, sure, track, still, size.width / size.height)


def _named(camera: str) -> str | None:
    """A camera's name, where it can be an id of ours."""
    try:
        return _CAMERA.validate_python(camera)
    except ValidationError:
        return None


def _fares(camera: str, what: str, well: bool | None) -> Decoded:
    if _named(camera) is None or well is None:
        raise NotDecoded("not_clear", f"the state of {what} is none that is known")
    return Decoded((Reading(camera, "online", well, channel=what),))


def _updated(body: bytes) -> Decoded:
    value = objects.read(body, frozenset({"type"})).value
    kind = objects.text(value.get("type")) if isinstance(value, dict) else ""
    return Decoded(left=(dropped(UPDATES.get(kind, "person")),))
