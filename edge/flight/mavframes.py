"""MAVLink 1 and 2 frames, and the few messages that say where a camera is and how it looks. Pure.

Source: the MAVLink guide ("Serialization") and the message set common.xml; lengths and CRC extras below are
those of the published definitions. Nothing else of the protocol is read: no commands, no parameters, no text.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

V1: Final = 0xFE
V2: Final = 0xFD
STAMP: Final = 8  # bytes of a telemetry log's time before each frame, microseconds of UTC, big-endian
LONGEST: Final = 10 + 255 + 2 + 13
_SIGNED: Final = 0x01


@dataclass(frozen=True, slots=True)
class Form:
    """How a message is laid out on the wire. extra: the byte that its definition adds to the checksum."""

    name: str
    extra: int
    layout: struct.Struct

    def unpack(self, body: bytes) -> tuple[int | float, ...]:
        """Zeros that MAVLink 2 leaves out at the end are put back; unknown extensions are passed over."""
        return self.layout.unpack(body[: self.layout.size].ljust(self.layout.size, b"\0"))


FORMS: Final[dict[int, Form]] = {
    2: Form("SYSTEM_TIME", 137, struct.Struct("<QI")),
    30: Form("ATTITUDE", 39, struct.Struct("<Iffffff")),
    33: Form("GLOBAL_POSITION_INT", 104, struct.Struct("<IiiiihhhH")),
    136: Form("TERRAIN_REPORT", 1, struct.Struct("<iiffHHH")),
    265: Form("MOUNT_ORIENTATION", 26, struct.Struct("<Iffff")),
    285: Form("GIMBAL_DEVICE_ATTITUDE_STATUS", 137, struct.Struct("<I4ffffIHBB")),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of FORMS. at: UTC seconds of the log, None in a bare stream."""

    system: int
    message: int
    values: tuple[int | float, ...]
    at: float | None


@dataclass(slots=True)
class Tally:
    """How many frames were other messages, or broken (by their checksum), and bytes outside of frames."""

    others: int = 0
    broken: int = 0
    stray: int = 0


class Cutter:
    """Cuts a stream of bytes into frames; keeps what is not yet a whole frame, less than LONGEST bytes."""

    def __init__(self, *, stamped: bool) -> None:
        self._gap = STAMP if stamped else 0
        self._rest = b""

    def cut(self, body: bytes, tally: Tally) -> Iterator[Frame]:
        """The frames of FORMS, with what was left over from before in front."""
        data = self._rest + body
        self._rest = b""  # where a caller stops half way, nothing is taken twice
        place = 0
        while place + self._gap < len(data):
            size = _size(data, place + self._gap)
            if size == 0:
                place, tally.stray = place + 1, tally.stray + 1
                continue
            end = place + self._gap + size
            if end > len(data):
                if self._begins(data, place):
                    break
                place, tally.stray = place + 1, tally.stray + 1
                continue
            frame, fits = self._frame(data, place, end, tally)
            if frame is not None:
                yield frame
            place = end if fits else place + 1
        self._rest = data[place:][-(LONGEST + STAMP) :]

    def _begins(self, data: bytes, place: int) -> bool:
        """Whether what is cut off at the end may be a frame: nothing more can be known of it."""
        return len(data) - place < LONGEST + STAMP

    def _frame(self, data: bytes, place: int, end: int, tally: Tally) -> tuple[Frame | None, bool]:
        """The frame, and whether it was one: only those of FORMS can be proven, others by what follows."""
        start = place + self._gap
        number, system, begin, length = _head(data, start)
        form = FORMS.get(number)
        if form is None:
            fits = self._followed(data, end)
            tally.others, tally.stray = tally.others + fits, tally.stray + (not fits)
            return None, fits
        told = int.from_bytes(data[begin + length : begin + length + 2], "little")
        if told != crc(data[start + 1 : begin + length], form.extra):
            tally.broken += 1
            return None, self._followed(data, end)
        at = int.from_bytes(data[place:start], "big") / 1e6 if self._gap else None
        return Frame(system, number, form.unpack(data[begin : begin + length]), at), True

    def _followed(self, data: bytes, end: int) -> bool:
        """Whether the next frame begins where this one ends, or nothing is known of what follows."""
        place = end + self._gap
        return place >= len(data) or data[place] in (V1, V2)


def _size(data: bytes, start: int) -> int:
    """Bytes of the frame that begins there; 0 where none does. A cut head counts as the longest."""
    if data[start] not in (V1, V2):
        return 0
    if start + 3 > len(data):
        return LONGEST
    length = data[start + 1]
    if data[start] == V1:
        return 6 + length + 2
    return 10 + length + 2 + (13 if data[start + 2] & _SIGNED else 0)


def _head(data: bytes, start: int) -> tuple[int, int, int, int]:
    """Message number, system, where the body begins, how long it is."""
    if data[start] == V1:
        return data[start + 5], data[start + 3], start + 6, data[start + 1]
    number = int.from_bytes(data[start + 7 : start + 10], "little")
    return number, data[start + 5], start + 10, data[start + 1]


def crc(body: bytes, extra: int) -> int:
    """CRC-16/MCRF4XX over the frame without its first byte, and the message's extra byte."""
    value = 0xFFFF
    for byte in (*body, extra):
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value


def _entry(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ (0x8408 if value & 1 else 0)
    return value


_TABLE: Final = tuple(map(_entry, range(256)))
