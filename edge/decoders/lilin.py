"""LILIN plate-reading gates: the log of get_search_info?list=log. Of it only the gate's own answer is read.

After "LILIN LPR Camera SDK". A poll repeats what was told before: a reading is known by its time.
"""

from typing import Any, Final, Literal

from edge import stamps
from edge.decoding import LARGEST, Decoded, NotDecoded
from edge.gates import objects
from edge.gates.inputs import GateSettings
from edge.gates.leaving import Private, not_clear, private
from edge.readings import Quality, Reading

MOST: Final = 1000  # entries that a device keeps
WHOLE: Final = 4 * LARGEST  # a full log: some 800 bytes an entry
_KEEP: Final = frozenset(("INFORMATION", "TS", "ACT_PARAM"))
_FIELDS: Final[dict[str, Private]] = {
    "lpr": "plate",
    "lp_bmp": "picture",
    "roi_bmp": "picture",
    "lpr_user": "person",
    "lpr_phone": "person",
    "lpr_address": "person",
}
# What the gate answered. Whether a visitor, who is in no list, was let through depends on its settings.
ANSWERS: Final[dict[str, tuple[bool, Quality]]] = {
    "allowed": (True, "good"),
    "denial": (False, "good"),
    "visitor": (True, "uncertain"),
}


class Settings(GateSettings):
    """It has no settings of its own."""

    kind: Literal["lilin"]


def build(settings: Settings) -> "Lilin":
    """The decoder of one gate."""
    return Lilin(settings)


class Lilin:
    """Stateless: one answer of the camera, one of ours."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def decode(self, topic: str, body: bytes) -> Decoded:  # noqa: ARG002 - it needs none
        """A reading for each passage in the log, in its order (newest first)."""
        document = objects.read(body, _KEEP, WHOLE)
        if not isinstance(document.value, dict) or "INFORMATION" not in document.value:
            raise NotDecoded("other_message", "is JSON without INFORMATION, as its logs have")
        entries = objects.rows(document.value, "INFORMATION")
        if len(entries) > MOST:
            raise NotDecoded("too_large", f"{len(entries)} entries; {MOST} are allowed")
        told = [self._passage(entry) for entry in entries]
        readings = tuple(reading for reading in told if reading is not None)
        left = private(document.unread, _FIELDS)
        if len(readings) < len(entries):
            left = (*left, not_clear("the time or the answer of an entry"))
        return Decoded(readings, left)

    def _passage(self, entry: dict[str, Any]) -> Reading | None:
        micros = objects.number(entry.get("TS"))
        at = stamps.sound(micros / 1e6) if micros is not None else None
        answer = ANSWERS.get(objects.text(entry.get("ACT_PARAM")).lower())
        if at is None or answer is None:
            return None
        return Reading(self._settings.device, "passage", answer[0], at, answer[1])
