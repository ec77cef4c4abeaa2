"""What came of a street against what must come of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from edge.simulation.script import Expected

Verdict = Literal["missed", "too many", "as expected"]
_PREFIX: Final = "gewu.incident."


@dataclass(slots=True)
class Situation:
    """One incident as its node told it. opened, cleared: seconds from the begin of the street."""

    kind: str
    source: str
    zone: str | None = None
    opened: float | None = None
    cleared: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the verdict."""

    verdict: Verdict
    what: str
    wanted: str
    found: str


class Situations:
    """Takes a node's events in any order. begin: UTC seconds of the street's first moment."""

    def __init__(self, begin: float) -> None:
        self._begin = begin
        self.by_subject: dict[str, Situation] = {}

    def take(self, event: Mapping[str, Any]) -> None:
        """One event, as JSON; those that are no incident's are left out."""
        kind = str(event["type"])
        if not kind.startswith(_PREFIX):
            return
        data = event["data"]
        zone = data["zone"]["id"] if data.get("zone") else None
        fresh = Situation(data["kind"], data["source"]["id"], zone)
        found = self.by_subject.setdefault(event["subject"], fresh)
        t = round(datetime.fromisoformat(event["time"]).timestamp() - self._begin, 3)
        if kind.startswith(f"{_PREFIX}opened"):
            found.opened = t
        elif kind.startswith(f"{_PREFIX}cleared"):
            found.cleared = t

    @property
    def opened(self) -> int:
        """How many were opened."""
        return sum(one.opened is not None for one in self.by_subject.values())

    @property
    def cleared(self) -> int:
        """How many were cleared."""
        return sum(one.cleared is not None for one in self.by_subject.values())


def verdict(expected: Sequence[Expected], found: Iterable[Situation], *, others: bool = False) -> list[Line]:
    """A line for each that was expected, and for each that came too much. others: may such come?"""
    left = sorted(found, key=lambda one: (one.opened or 0.0, one.source, one.kind))
    lines = []
    for wish in expected:
        alike = [one for one in left if fits(wish, one)]
        left = [one for one in left if one not in alike]
        near = [one for one in left if not alike and _about(wish) == _about_of(one)]
        say: Verdict = "as expected" if len(alike) == wish.times else "missed"
        say = "too many" if len(alike) > wish.times else say
        lines.append(Line(say, _about(wish), _wanted(wish), _told(alike or near)))
    if not others:
        lines += [Line("too many", _about_of(one), "none", _told([one])) for one in left]
    return lines


def fits(wish: Expected, one: Situation) -> bool:
    """Whether that is one of those expected."""
    if (wish.kind, wish.source) != (one.kind, one.source) or wish.zone not in (None, one.zone):
        return False
    if one.opened is None or (wish.opened is not None and not _within(wish.opened, one.opened)):
        return False
    if wish.cleared == "never":
        return one.cleared is None
    return wish.cleared is None or (one.cleared is not None and _within(wish.cleared, one.cleared))


def table(lines: Sequence[Line]) -> str:
    """For people: what is not as expected, in columns."""
    wrong = [line for line in lines if line.verdict != "as expected"]
    rows = [("", "situation", "expected", "found")]
    rows += [(line.verdict, line.what, line.wanted, line.found) for line in wrong]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def clock(t: float) -> str:
    """Seconds from the begin as hours, minutes and seconds."""
    return f"{int(t // 3600):02}:{int(t // 60 % 60):02}:{int(t % 60):02}"


def _within(window: tuple[float, float], t: float) -> bool:
    return window[0] <= t <= window[1]


def _about(wish: Expected) -> str:
    return " ".join([wish.kind, "at", wish.source, *([wish.zone] if wish.zone else [])])


def _about_of(one: Situation) -> str:
    return f"{one.kind} at {one.source}"


def _wanted(wish: Expected) -> str:
    told = [] if wish.times == 1 else [f"{wish.times} times"]
    if wish.opened is not None:
        told.append(f"opened {clock(wish.opened[0])} to {clock(wish.opened[1])}")
    if wish.cleared == "never":
        told.append("not cleared")
    elif wish.cleared is not None:
        told.append(f"cleared {clock(wish.cleared[0])} to {clock(wish.cleared[1])}")
    return ", ".join(told) or "once"


def _told(some: Sequence[Situation]) -> str:
    words = [
        "opened "
        + (clock(one.opened) if one.opened is not None else "never")
        + (f", cleared {clock(one.cleared)}" if one.cleared is not None else ", not cleared")
        for one in some[:3]
    ]
    return "; ".join(words + ([f"and {len(some) - 3} more"] if len(some) > 3 else [])) or "none"
