"""What an input, a rule or a region of a device means, as the settings say, and its reading. Pure."""

from typing import Annotated, Final, Literal

from pydantic import Field

from broker.fields import Identifier
from edge.decoding import DecoderSettings
from edge.readings import Quality, Reading, Value

Meaning = Literal[
    "input",
    "contact_open",
    "contact_closed",
    "barrier_open",
    "barrier_closed",
    "barrier_held_open",
    "barrier_forced",
    "occupied",
    "vehicle_standing",
    "tamper",
    "smoke",
    "water",
    "tilted",
    "alarm",
]
# The quantity, its value while active, and while not. What ends an alarm of a barrier is, most likely, that
# it was closed: that is an uncertain reading.
MEANINGS: Final[dict[Meaning, tuple[str, Value, Value]]] = {
    "input": ("input", True, False),
    "contact_open": ("contact", False, True),
    "contact_closed": ("contact", True, False),
    "barrier_open": ("barrier", "open", "closed"),
    "barrier_closed": ("barrier", "closed", "open"),
    "barrier_held_open": ("barrier", "held_open", "closed"),
    "barrier_forced": ("barrier", "forced", "closed"),
    "occupied": ("occupied", True, False),
    "vehicle_standing": ("vehicle_standing", True, False),
    "tamper": ("tamper", True, False),
    "smoke": ("smoke", True, False),
    "water": ("water", True, False),
    "tilted": ("tilted", True, False),
    "alarm": ("alarm", True, False),
}
_DOUBTED: Final = frozenset(("barrier_held_open", "barrier_forced"))

Name = Annotated[str, Field(min_length=1, max_length=64)]
Meanings = Annotated[dict[Name, Meaning], Field(max_length=64)]


class GateSettings(DecoderSettings):
    """device: what its readings are called; a message has only its maker's name and address for it.

    inputs: what its alarm inputs mean, by the number on the device or, for ONVIF, by their token.
    """

    device: Identifier = "gate"
    inputs: Meanings = {}


def told(
    device: str, meaning: Meaning, active: bool, at: float | None, channel: str | None = None
) -> Reading:
    """What is read where something of that meaning is active, or is not."""
    quantity, on, off = MEANINGS[meaning]
    quality: Quality = "uncertain" if meaning in _DOUBTED and not active else "good"
    return Reading(device, quantity, on if active else off, at, quality, channel)


def plain(number: str) -> str:
    """A whole number of up to four digits, no zeros before it; empty for what could say anything."""
    known = number.isascii() and number.isdecimal() and len(number) <= 4
    return str(int(number)) if known else ""


def channel_of(number: str, what: str = "") -> str | None:
    """Which of several alike: a device's number for it, and what. The first has no number."""
    which = plain(number)
    return "-".join(part for part in (which if which not in ("0", "1") else "", what) if part) or None


def number_of(token: str) -> str:
    """A token is free text; the number at its end tells which of several it is."""
    return token[len(token.rstrip("0123456789")) :]
