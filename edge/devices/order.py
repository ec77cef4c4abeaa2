"""Brings readings that overtook each other on their way into the order of their own time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Final, Generic, NamedTuple, TypeVar

from edge.readings import Reading

S = TypeVar("S")

TRUSTED_S: Final = (
    86_400.0  # a stamp older than that is believed only of a device whose clock was right before
)
NEAR_S: Final = 5.0
ASTRAY: Final = 3  # so many readings in a row, over ASTRAY_S, all as old: it is the clock that went back
ASTRAY_S: Final = 60.0
BACK_S: Final = (
    900.0  # what is put back by less is right again soon, and may as well be a message that came twice
)


@dataclass(slots=True)
class Wire(Generic[S]):
    """One name in a network. last: the newest time taken. off: what its clock must be put forward by.

    own: whether that time was its own. targets: what it feeds, by channel. key: a name of ours for it.
    """

    key: tuple[str, int]
    targets: tuple[tuple[str | None, S], ...] = ()
    last: float = float("-inf")
    off: float = 0.0
    own: bool = False
    strays: list[tuple[float, float]] = field(default_factory=list)

    def time(self, at: float, arrival: float) -> float:
        """The time that counts: its own stamp where that can be believed, else that of the arrival."""
        if self.off:
            if abs(arrival - at) <= NEAR_S:
                self.off = 0.0
            else:
                at += self.off
        if at > arrival or (at < arrival - TRUSTED_S and not self.own):
            return arrival
        return at

    def kept(self, at: float | None, arrival: float) -> float | None:
        """When a message that a broker has kept was said: by its own stamp, where that can be believed.

        That it comes now says nothing of the device's clock.
        """
        t = None if at is None else at + self.off
        if t is None or t > arrival or (t < arrival - TRUSTED_S and not self.own):
            return None
        return t

    def stray(self, t: float, arrival: float) -> None:
        """A reading from before the newest. Several, all as old: the clock was put back, so follow it."""
        age = arrival - t
        if age < BACK_S:
            return
        if self.strays and abs(age - (self.strays[0][1] - self.strays[0][0])) > NEAR_S:
            self.strays.clear()
        if self.strays and t <= self.strays[-1][0]:
            return
        self.strays.append((t, arrival))
        if len(self.strays) >= ASTRAY and arrival - self.strays[0][1] >= ASTRAY_S:
            self.off += age
            self.strays.clear()
        del self.strays[1 : -ASTRAY + 1]


class Held(NamedTuple, Generic[S]):
    """Readings of one name and one time that wait. n: the order of their arrival.

    kept: by a broker since some time, and not said now.
    """

    t: float
    n: int
    arrival: float
    stamped: bool
    wire: Wire[S]
    readings: tuple[Reading, ...]
    kept: bool = False


class Order(Generic[S]):
    """Holds readings for `late_s` and gives them by their time; equal times in the order of arrival."""

    def __init__(self, late_s: float) -> None:
        self.late_s = late_s
        self.n = 0
        self.held: list[Held[S]] = []

    def put(
        self,
        wire: Wire[S],
        t: float,
        arrival: float,
        stamped: bool,
        readings: tuple[Reading, ...],
        kept: bool = False,
    ) -> None:
        """Take readings of one time."""
        self.n += 1
        heappush(self.held, Held(t, self.n, arrival, stamped, wire, readings, kept))

    def next_at(self) -> float:
        """The time of the oldest; infinity without one."""
        return self.held[0].t if self.held else float("inf")

    def next(self) -> Held[S]:
        """The oldest. Raises IndexError without one."""
        return heappop(self.held)

    def clock_set(self, by_s: float) -> None:
        """The node's clock was put forward by so much: so are the arrivals, and the times that were those."""
        moved = [
            each._replace(
                t=each.t + (0.0 if each.stamped and each.t != each.arrival else by_s),
                arrival=each.arrival + by_s,
            )
            for each in self.held
        ]
        heapify(moved)
        self.held = moved


def parts(readings: Sequence[Reading]) -> Iterator[tuple[Reading, ...]]:
    """Readings of one message that belong together: of one device and one time."""
    first = 0
    for n in range(1, len(readings) + 1):
        one, other = readings[first], readings[n] if n < len(readings) else None
        if other is None or other.at != one.at or other.device != one.device:
            yield tuple(readings[first:n])
            first = n
