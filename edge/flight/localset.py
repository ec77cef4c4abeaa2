"""The UAS Datalink Local Set: keys, lengths and values of MISB ST 0601 in KLV (SMPTE ST 336). Pure.

Only the tags named here are read; mission, tail number, call sign and operator stay unread bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

KEY: Final = bytes.fromhex("060e2b34020b01010e01030101000000")
CHECKSUM: Final = 1
STAMP: Final = 2
MOST_SETS: Final = 64  # of one packet; a muxer writes one


@dataclass(frozen=True, slots=True)
class Tag:
    """A number mapped onto a range. signed: the least number of all means 'unknown'."""

    name: str
    size: Literal[2, 4]
    low: float
    high: float
    signed: bool = False

    def value(self, body: bytes) -> float | None:
        """None for another size, and for 'unknown' or 'out of range'."""
        if len(body) != self.size:
            return None
        number = int.from_bytes(body, "big", signed=self.signed)
        most: int = 2 ** (8 * self.size - self.signed) - 1
        if not self.signed:
            return self.low + number * (self.high - self.low) / most
        return None if number < -most else number * self.high / most


TAGS: Final[dict[int, Tag]] = {
    5: Tag("heading", 2, 0.0, 360.0),
    6: Tag("pitch", 2, -20.0, 20.0, signed=True),
    7: Tag("roll", 2, -50.0, 50.0, signed=True),
    13: Tag("latitude", 4, -90.0, 90.0, signed=True),
    14: Tag("longitude", 4, -180.0, 180.0, signed=True),
    15: Tag("altitude", 2, -900.0, 19_000.0),
    16: Tag("field", 2, 0.0, 180.0),
    18: Tag("sensor_azimuth", 4, 0.0, 360.0),
    19: Tag("sensor_elevation", 4, -180.0, 180.0, signed=True),
    20: Tag("sensor_roll", 4, 0.0, 360.0),
    25: Tag("ground", 2, -900.0, 19_000.0),
    90: Tag("pitch", 4, -90.0, 90.0, signed=True),
    91: Tag("roll", 4, -90.0, 90.0, signed=True),
}


class Broken(ValueError):
    """A set that is cut short, altered or without its checksum. The text is the code of the cause."""


def sets(body: bytes) -> Iterator[bytes]:
    """Every local set of a packet, key and length included, wherever it begins; what is cut short too."""
    begin = body.find(KEY)
    for _ in range(MOST_SETS):
        if begin < 0:
            return
        after = body.find(KEY, begin + len(KEY))
        yield body[begin : after if after >= 0 else len(body)]
        begin = after


def items(body: bytes) -> dict[int, bytes]:
    """The values of one set by tag, the last of each, its checksum proven. Raises Broken."""
    length, place = _length(body, len(KEY))
    end = place + length
    if end > len(body):
        raise Broken("cut")
    found: dict[int, bytes] = {}
    while place < end:
        tag, place = _tag(body, place, end)
        size, place = _length(body, place)
        if place + size > end:
            raise Broken("cut")
        found[tag] = body[place : place + size]
        if tag == CHECKSUM:
            return _proven(body[:place], found)
        place += size
    raise Broken("no_checksum")


def _proven(summed: bytes, found: dict[int, bytes]) -> dict[int, bytes]:
    """The sum runs from the key to the checksum's own length (ST 0601, 'Checksum')."""
    if found.pop(CHECKSUM) != checksum(summed).to_bytes(2, "big"):
        raise Broken("checksum")
    return found


def checksum(body: bytes) -> int:
    """The running 16-bit sum: even bytes count 256 times."""
    return ((sum(body[::2]) << 8) + sum(body[1::2])) & 0xFFFF


def _length(body: bytes, place: int) -> tuple[int, int]:
    """A BER length, and where it ends."""
    if place >= len(body):
        raise Broken("cut")
    first = body[place]
    if first < 0x80:
        return first, place + 1
    count = first & 0x7F
    end = place + 1 + count
    if not 1 <= count <= 4 or end > len(body):
        raise Broken("cut")
    return int.from_bytes(body[place + 1 : end], "big"), end


def _tag(body: bytes, place: int, end: int) -> tuple[int, int]:
    """A BER-OID number, and where it ends."""
    number = 0
    for index in range(place, min(end, place + 4)):
        number = number << 7 | body[index] & 0x7F
        if body[index] < 0x80:
            return number, index + 1
    raise Broken("cut")


def numbers(found: dict[int, bytes]) -> dict[str, float]:
    """The known numbers by name; a finer tag goes before a coarser one of the same name."""
    told: dict[str, float] = {}
    for number, tag in sorted(TAGS.items()):
        value = tag.value(found[number]) if number in found else None
        if value is not None:
            told[tag.name] = value
    return told


def stamp(found: dict[int, bytes]) -> float | None:
    """UTC seconds of the set."""
    body = found.get(STAMP, b"")
    return int.from_bytes(body, "big") / 1e6 if len(body) == 8 else None
