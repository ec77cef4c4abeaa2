"""Whether a file is a picture and nothing else, by its parts. Pure; nothing is decoded.

A file may carry more than a viewer shows: a place and a name in its metadata, a page or an archive behind its
end. Only parts that make the picture are allowed, they have to fill the file, and there is a bound on their
number, so that the walk takes no longer than the file is long.
"""

import re
from collections.abc import Callable, Iterator
from mmap import mmap

Bytes = bytes | mmap

MOST_PARTS = 10_000
MOST_SCANS = 20  # each is a pass over the whole picture; encoders write 1, or some ten of a progressive one

_JPEG_PARTS = {0xC0: "SOF", 0xC1: "SOF", 0xC2: "SOF", 0xC4: "DHT", 0xDA: "SOS", 0xDB: "DQT", 0xDD: "DRI"}
_JFIF, _ADOBE = 0xE0, 0xEE
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")  # ends the coded data of a scan
_PNG_PARTS = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"sBIT",
    b"pHYs",
    b"bKGD",
}
_WEBP_PARTS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
_ANIMATED = 0x02
_BRANDS = {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}
# Boxes that are looked into, and what may lie in each; what lies deeper is about samples.
_BOXES = {
    b"": {b"ftyp", b"styp", b"free", b"wide", b"mdat", b"moov", b"moof", b"sidx", b"mfra"},
    b"moov": {b"mvhd", b"trak", b"mvex", b"udta"},
    b"trak": {b"tkhd", b"edts", b"mdia"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"udta": {b"meta"},
    b"meta": {b"hdlr", b"ilst"},
    b"ilst": {b"\xa9too"},  # the encoder's own name
}
_HANDLERS = {b"vide", b"mdir"}


class NotPlain(ValueError):
    """More, less or something else than a picture; the words say what."""


def check(data: Bytes, media_type: str) -> None:
    """Raises NotPlain unless the file is one picture, or one silent film, from its first byte to its last."""
    _WALKS[media_type](data)


def _jpeg(data: Bytes) -> None:
    at, scans, parts = 2, 0, 0
    while True:
        if data[at : at + 1] != b"\xff" or len(data) < at + 2:
            raise NotPlain("it is cut off, or damaged, before its end marker")
        marker, parts = data[at + 1], parts + 1
        if marker == 0xD9:
            return _filled(data, at + 2)
        length = _number(data, at + 2, 2)
        _allow_segment(marker, data[at + 4 : at + 2 + length], length)
        at += 2 + length
        if marker == 0xDA:
            scans += 1
            at = _after_scan(data, at)
        if scans > MOST_SCANS or parts > MOST_PARTS:
            raise NotPlain(f"it has more than {MOST_SCANS} scans or {MOST_PARTS} parts")


def _allow_segment(marker: int, body: bytes, length: int) -> None:
    plain_jfif = marker == _JFIF and body[:5] == b"JFIF\0" and len(body) == 14
    plain_adobe = marker == _ADOBE and body[:5] == b"Adobe" and len(body) == 12
    if length < 2 or not (marker in _JPEG_PARTS or plain_jfif or plain_adobe):
        raise NotPlain(f"its part 0x{marker:02X} (metadata, a comment or a second picture) is not taken")


def _after_scan(data: Bytes, at: int) -> int:
    found = _MARKER.search(data, at)
    if found is None:
        raise NotPlain("it is cut off, or damaged, before its end marker")
    return found.start()


def _png(data: Bytes) -> None:
    at = 8
    for _ in range(MOST_PARTS):
        length, name = _number(data, at, 4), bytes(data[at + 4 : at + 8])
        if name not in _PNG_PARTS:
            raise NotPlain(f"its part {_told(name)} (text, metadata or an animation) is not taken")
        at += 12 + length
        if name == b"IEND":
            return _filled(data, at)
    raise NotPlain(f"it has more than {MOST_PARTS} parts")


def _webp(data: Bytes) -> None:
    _filled(data, 8 + int.from_bytes(data[4:8], "little"))
    at = 12
    for _ in range(MOST_PARTS):
        if at == len(data):
            return
        name, length = bytes(data[at : at + 4]), int.from_bytes(data[at + 4 : at + 8], "little")
        if name not in _WEBP_PARTS or (name == b"VP8X" and _number(data, at + 8, 1) & _ANIMATED):
            raise NotPlain(f"its part {_told(name)} (metadata or an animation) is not taken")
        at += 8 + length + length % 2
    raise NotPlain(f"it has more than {MOST_PARTS} parts")


def _film(data: Bytes) -> None:
    if bytes(data[8:12]) not in _BRANDS:
        raise NotPlain(f"its brand {_told(bytes(data[8:12]))} is no MP4 clip")
    seen: set[bytes] = set()
    waiting = [(b"", 0, len(data))]
    left = MOST_PARTS
    while waiting:
        parent, begin, end = waiting.pop()
        for name, at, after in _boxes(data, begin, end):
            left -= 1
            if name not in _BOXES[parent] or left < 0:
                raise NotPlain(f"its part {_told(name)} (text, metadata or too many parts) is not taken")
            seen.add(name)
            if name == b"hdlr" and bytes(data[at + 8 : at + 12]) not in _HANDLERS:
                raise NotPlain("it holds more than pictures; a clip carries no sound, text or data")
            if name in _BOXES:
                waiting.append((name, at + 4 if name == b"meta" else at, after))
    if not {b"moov", b"mdat"} <= seen:
        raise NotPlain("it is cut off: its index or its pictures are missing")


def _boxes(data: Bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and end of each box between two places; they have to fill the room."""
    while at < end:
        size, name, head = _number(data, at, 4), bytes(data[at + 4 : at + 8]), 8
        if size == 1:
            size, head = _number(data, at + 8, 8), 16
        if size < head or at + size > end:
            raise NotPlain("it is cut off, or one of its parts is longer than the file")
        yield name, at + head, at + size
        at += size


def _filled(data: Bytes, end: int) -> None:
    if end != len(data):
        what = "bytes follow its end" if end < len(data) else "it is cut off"
        raise NotPlain(f"{what}: the picture has {end} bytes, the file {len(data)}")


def _number(data: Bytes, at: int, size: int) -> int:
    if len(data) < at + size:
        raise NotPlain("it is cut off")
    return int.from_bytes(data[at : at + size], "big")


def _told(name: bytes) -> str:
    return ascii(name.decode("latin-1"))


_WALKS: dict[str, Callable[[Bytes], None]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "video/mp4": _film,
}
