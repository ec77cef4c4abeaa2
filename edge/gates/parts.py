"""Multipart as devices send it, as the bytes come. Pictures and what is too large are never held. Pure.

Written here because libraries for forms refuse what alert streams lack (names of parts) and hold what is to
be dropped. A part ends with its Content-Length, so that it is told at once, or at the next boundary.
"""

import re
from dataclasses import dataclass
from typing import Final

from edge.decoding import LARGEST

HEADERS: Final = 8192  # bytes of one part's headers
_READ: Final = re.compile(r"(?:text/\w|application/(?:[\w.+-]*\b)?(?:xml|json)\b)", re.IGNORECASE)
_PICTURE: Final = re.compile(r'filename="?[^";]*\.(?:jpe?g|png|bmp|gif|mp4)"?', re.IGNORECASE)
_LENGTH: Final = re.compile(r"[0-9]{1,9}")
_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]{1,100})"|([^;,\s"]{1,100}))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One part that may be read. kind: its media type, empty where it has none."""

    kind: str
    body: bytes


def boundary_of(content_type: str) -> str | None:
    """The boundary that a header Content-Type names; None where it is not multipart."""
    found = _BOUNDARY.search(content_type[:400])
    if found is None or not content_type.lower().lstrip().startswith("multipart/"):
        return None
    return (found[1] or found[2]).lstrip("-") or None


class Parts:
    """Feed it bytes as they come. dropped: pictures and other parts that are not read; too_large: so many."""

    def __init__(self, boundary: str, largest: int = LARGEST) -> None:
        self._mark = b"--" + boundary.lstrip("-").encode("latin-1", "replace")
        self._largest = largest
        self._held = bytearray()
        self._kind: str | None = None  # of the part that is being read; None between parts
        self._left: int | None = None  # bytes of it yet to come, where it says how many it has
        self._skips = False
        self.dropped = 0
        self.too_large = 0

    @property
    def held(self) -> int:
        """Bytes in memory."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Part]:
        """The parts that are whole with these bytes."""
        self._held += data
        found: list[Part] = []
        while self._step(found):
            pass
        return found

    def _step(self, found: list[Part]) -> bool:
        """One step on; False when more bytes are needed for the next."""
        if self._kind is None:
            return self._begin()
        return self._sized(found) if self._left is not None else self._unsized(found)

    def _begin(self) -> bool:
        """Past a boundary and the headers after it."""
        at = self._held.find(self._mark)
        if at < 0:
            del self._held[: -len(self._mark)]
            return False
        del self._held[:at]
        end = _blank(self._held, len(self._mark))
        if end is None:
            if len(self._held) > HEADERS:
                del self._held[: len(self._mark)]
                return True
            return False
        again = self._held.rfind(self._mark, len(self._mark), end)
        if again > 0:  # the end of one message, or a part of nothing
            del self._held[:again]
            return True
        self._enter(bytes(self._held[len(self._mark) : end]).decode("latin-1"))
        del self._held[:end]
        return True

    def _enter(self, headers: str) -> None:
        fields = {}
        for line in headers.splitlines()[1:]:
            name, _, value = line.partition(":")
            fields[name.strip().lower()] = value.strip()
        self._kind = fields.get("content-type", "").partition(";")[0].strip().lower()
        length = fields.get("content-length", "")
        self._left = int(length) if _LENGTH.fullmatch(length) else None
        picture = _PICTURE.search(fields.get("content-disposition", "")) is not None
        self._skips = picture or bool(self._kind and not _READ.match(self._kind))
        self.dropped += self._skips
        if not self._skips and (self._left or 0) > self._largest:
            self._skips, self.too_large = True, self.too_large + 1

    def _sized(self, found: list[Part]) -> bool:
        left = self._left or 0
        if self._skips:
            gone = min(left, len(self._held))
            del self._held[:gone]
            self._left = left - gone
            return self._end() if self._left == 0 else False
        if len(self._held) < left:
            return False
        found.append(Part(self._kind or "", bytes(self._held[:left])))
        del self._held[:left]
        return self._end()

    def _unsized(self, found: list[Part]) -> bool:
        at = self._held.find(self._mark)
        if at < 0:
            if not self._skips and len(self._held) > self._largest:
                self._skips, self.too_large = True, self.too_large + 1
            if self._skips:
                del self._held[: -len(self._mark)]
            return False
        if not self._skips and at > self._largest + 2:  # two for the line's end before the boundary
            self.too_large += 1
        elif not self._skips:
            found.append(Part(self._kind or "", bytes(self._held[:at]).rstrip(b"\r\n")))
        del self._held[:at]
        return self._end()

    def _end(self) -> bool:
        self._kind, self._left, self._skips = None, None, False
        return True


def _blank(held: bytearray, begin: int) -> int | None:
    """Where the headers end: after their blank line."""
    ends = [(at + len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := held.find(mark, begin)) >= 0]
    return min(ends, default=None)
