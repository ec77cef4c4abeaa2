"""One thing at one spot: since when it stands, who stood with it, and what went past it meanwhile.

A place of the ledger may be held by one vehicle after the other, at the lights above all, or by one that
creeps. A stint is the part of it in which one thing stands without having driven.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from edge.flow.shapes import Direction, Shape

# A stream of movers without a break as long as this is one flow; one that lasts so long, in so many looks, is
# no phase of a signal.
BREAK_S: Final = 30.0
FLOW_S: Final = 90.0
FLOW_LOOKS: Final = 6
SAME_WAY: Final = 0.7  # the cosine between two ways that are the same
# When all of a jam roll on by one place, they do not start in the same second.
DOUBT_S: Final = 10.0
# Who stood for less has only rolled by.
STOOD_S: Final = 5.0
COMPANY_MAX: Final = 16


@dataclass(slots=True)
class Run:
    """One flow past a thing: its first and last mover, and in how many looks there was one."""

    first: float = 0.0
    last: float = 0.0
    looks: int = 0

    def add(self, now: float) -> None:
        """A mover at this look."""
        if self.looks == 0 or now - self.last > BREAK_S:
            self.first, self.looks = now, 0
        if now > self.last or self.looks == 0:
            self.looks += 1
        self.last = now

    def steady(self, now: float) -> bool:
        """Whether it has flowed for longer than a signal's phase, until now."""
        enough = self.looks >= FLOW_LOOKS and self.last - self.first >= FLOW_S
        return enough and now - self.last <= BREAK_S


@dataclass(slots=True)
class Stint:
    """Times are UTC. seen: when it was last seen standing. through: when a mover was last on its spot.

    missed_s: for how long it was not to be seen since then, though nothing hid it. doubt: when it
    was last seen again after a look or more without it. again: it began while the
    ledger still knew the one before it; drove_in: and it was seen to come. sure: it was surely seen once.
    company: who stood with it, with the beginning and the last look of theirs. first_left, last_left: when
    the first and the last of them went on. relieved: others came after that, stood, and went on too. alone:
    all of them went on, and it had time to follow. way: which way it came; axis: that, or the way of the
    first mover past it. past: flows along the axis and against it.
    """

    shape: Shape
    since: float
    seen: float
    way: Direction | None = None
    through: float = 0.0
    missed_s: float = 0.0
    doubt: float = 0.0
    again: bool = False
    drove_in: bool = False
    sure: bool = False
    company: dict[str, tuple[float, float]] = field(default_factory=dict)
    first_left: float | None = None
    last_left: float | None = None
    relieved: bool = False
    alone: bool = False
    axis: Direction | None = None
    past: tuple[Run, Run] = field(default_factory=lambda: (Run(), Run()))

    def left(self, since: float, last: float) -> None:
        """One of its company, there from `since`, has gone on at `last`; not if that was before it came."""
        if last <= self.since:
            return
        doubtful = self.doubt > last - DOUBT_S or self.through > (self.first_left or last) - DOUBT_S
        if self.first_left is None or doubtful:
            self.first_left = last  # what moved on its spot about then may have been itself
        elif since > self.first_left and last - since >= STOOD_S:
            self.relieved = True
        self.last_left = max(last, self.last_left or last)

    def passed(self, way: Direction, now: float) -> None:
        """Something like it moved past."""
        self.axis = self.axis or self.way or way
        along = way[0] * self.axis[0] + way[1] * self.axis[1]
        if abs(along) >= SAME_WAY:
            self.past[0 if along > 0 else 1].add(now)

    def overtaken(self, now: float) -> bool:
        """Whether the traffic of its own direction has flowed past it; where it is not known which, both."""
        with_it, against = (run.steady(now) for run in self.past)
        return with_it and (self.way is not None or against)

    def shift(self, by: float) -> None:
        """The clock was set: times move with it."""
        self.since, self.seen, self.through = self.since + by, self.seen + by, self.through + by
        self.doubt += by
        self.company = {name: (since + by, last + by) for name, (since, last) in self.company.items()}
        self.first_left = None if self.first_left is None else self.first_left + by
        self.last_left = None if self.last_left is None else self.last_left + by
        for run in self.past:
            run.first, run.last = run.first + by, run.last + by

    def wake(self, now: float) -> None:
        """Nothing was looked at for a while: that something was not seen then says nothing."""
        self.seen = now
        self.company = {name: (since, now) for name, (since, _) in self.company.items()}

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        """JSON-able; unless deep, flows are left out, they come again."""
        data = {
            "shape": list(self.shape),
            "since": self.since,
            "seen": self.seen,
            "way": self.way,
            "again": self.again,
            "drove_in": self.drove_in,
            "sure": self.sure,
            "company": self.company,
            "first_left": self.first_left,
            "last_left": self.last_left,
            "relieved": self.relieved,
            "alone": self.alone,
        }
        return {**data, "deep": self._depths()} if deep else data

    def _depths(self) -> dict[str, Any]:
        past = [[run.first, run.last, run.looks] for run in self.past]
        at = {"through": self.through, "missed_s": self.missed_s, "doubt": self.doubt}
        return {**at, "axis": self.axis, "past": past}

    @classmethod
    def restore(cls, data: dict[str, Any]) -> "Stint":
        """Raises KeyError, TypeError or ValueError for what is no dump."""
        x1, y1, x2, y2 = map(float, data["shape"])
        stint = cls(Shape(x1, y1, x2, y2), float(data["since"]), float(data["seen"]))
        stint.way = _direction(data["way"])
        stint.company = {str(n): (float(a), float(b)) for n, (a, b) in data["company"].items()}
        stint.first_left, stint.last_left = time_of(data["first_left"]), time_of(data["last_left"])
        stint.again, stint.drove_in = bool(data["again"]), bool(data["drove_in"])
        stint.relieved, stint.alone = bool(data["relieved"]), bool(data["alone"])
        stint.sure = bool(data.get("sure", True))
        if "deep" in data:
            stint._deepen(data["deep"])
        return stint

    def _deepen(self, deep: dict[str, Any]) -> None:
        self.through, self.missed_s = float(deep["through"]), float(deep["missed_s"])
        self.doubt, self.axis = float(deep["doubt"]), _direction(deep["axis"])
        along, against = (Run(float(first), float(last), int(n)) for first, last, n in deep["past"])
        self.past = (along, against)


def _direction(value: Any) -> Direction | None:
    if value is None:
        return None
    dx, dy = map(float, value)
    return dx, dy


def time_of(value: Any) -> float | None:
    """A dumped time, if it was one. Raises TypeError or ValueError for what is none."""
    return None if value is None else float(value)
