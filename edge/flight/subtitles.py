"""Entries of a subtitle file: a number, a time code, lines. Only what telemetry needs of SubRip. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CODE: Final = re.compile(r"(\d{1,4}):(\d\d):(\d\d)[,.](\d{1,6})\s*-->\s*\d{1,4}:\d\d:\d\d[,.]\d{1,6}")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
LONGEST: Final = 4_000  # signs of one entry; the longest known have some 700


@dataclass(frozen=True, slots=True)
class Entry:
    """place: which of the file's entries, from 1. start: seconds of the film, None without a time code.

    text: its lines, each with its end of line; the file's last lacks it where the file was cut short.
    """

    place: int
    start: float | None
    text: str


def entries(text: str) -> Iterator[Entry]:
    """One by one: what stands between empty lines."""
    place, lines = 0, list[str]()
    for found in _LINE.finditer(text):
        line = found[0]
        if line.strip():
            lines.append(line)
        elif lines:
            place += 1
            yield _entry(place, lines)
            lines = []
    if lines:
        yield _entry(place + 1, lines)


def _entry(place: int, lines: list[str]) -> Entry:
    """Its own number and its time code are taken off; the number is not trusted, files are joined."""
    rest = lines[1:] if lines[0].strip("\ufeff \t\r\n").isdecimal() else lines
    code = _CODE.match(rest[0].strip()) if rest else None
    body = "".join(rest[1:] if code else rest)[:LONGEST]
    return Entry(place, _seconds(code) if code else None, body)


def _seconds(code: re.Match[str]) -> float:
    hours, minutes, seconds, part = code.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{part}")
