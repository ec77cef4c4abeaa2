"""Durations as configurations write them, and hours of the day that hold little but false alarms. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
LONGEST_H = 12  # of what is left out: more is another zone
MOST_WRONG, FEW_RIGHT = 0.6, 0.1  # so much of the false, no more of the right


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours that stay, as a schedule writes them; how many of each lie outside."""

    hours: str
    ended: int
    lost: int


def duration_s(said: object) -> float | None:
    """Seconds of `90s`; None of what is no duration."""
    found = _DURATION.fullmatch(said.strip()) if isinstance(said, str) else None
    return None if found is None else float(found[1]) * UNITS[found[2]]


def duration_text(seconds: float) -> str:
    """As a configuration writes it: 90s, 5m, 2h."""
    for unit in ("h", "m"):
        if seconds >= UNITS[unit] and seconds % UNITS[unit] == 0:
            return f"{seconds / UNITS[unit]:g}{unit}"
    return f"{seconds:g}s"


def hours_without(wrong: Sequence[int], right: Sequence[int]) -> Hours | None:
    """The shortest run of whole hours to leave out that has most of the wrong and few of the right."""
    ways = product(range(1, LONGEST_H + 1), range(24))
    found = [
        (length, -_within(wrong, first, length), first)
        for length, first in ways
        if len(wrong) >= 3
        and _within(wrong, first, length) >= MOST_WRONG * len(wrong)
        and _within(right, first, length) <= FEW_RIGHT * len(right)
    ]
    if not found:
        return None
    length, _, first = min(found)
    begins, ends = (first + length) % 24, first
    text = f"{begins:02}:00-{ends:02}:00" if ends else f"{begins:02}:00-24:00"
    return Hours(text, _within(wrong, first, length), _within(right, first, length))


def _within(hours: Sequence[int], first: int, length: int) -> int:
    return sum((hour - first) % 24 < length for hour in hours)
