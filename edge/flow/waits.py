"""How long things usually stand at a spot before they go on: a place of waiting is known by its own past."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from edge.flow.shapes import Shape

# So many stands, each followed by going on, make a spot a place of waiting; more than that say no more.
ENOUGH: Final = 4
KEPT_HERE: Final = 8
KEPT: Final = 256
KEPT_S: Final = 86400.0
# Shorter stands are halts, longer ones are parking: neither is the wait of a signal.
SHORTEST_S: Final = 2.0
LONGEST_S: Final = 300.0
# Twice the second longest of the last: a wait that began late was short, and one outlier is no habit.
FACTOR: Final = 2.0
_REACH_SIZES: Final = 0.7


@dataclass(frozen=True, slots=True)
class Wait:
    """One stand that ended by going on. x, y: of the foot, in picture heights; utc: when it ended."""

    x: float
    y: float
    size: float
    seconds: float
    utc: float


class Waits:
    """The stands of one source, the newest last; bounded by spot, in all, and in age."""

    def __init__(self) -> None:
        self._waits: list[Wait] = []

    def __len__(self) -> int:
        return len(self._waits)

    def add(self, shape: Shape, seconds: float, utc: float) -> None:
        """A thing stood here for so long and went."""
        if not SHORTEST_S <= seconds <= LONGEST_S:
            return
        here = self._near(shape)
        dropped = set(map(id, here[: max(0, len(here) + 1 - KEPT_HERE)]))
        kept = [wait for wait in self._waits if id(wait) not in dropped and utc - wait.utc <= KEPT_S]
        x, y = shape.foot
        here_now = Wait(round(x, 4), round(y, 4), round(shape.size, 4), seconds, utc)
        self._waits = [*kept, here_now][-KEPT:]

    def usual(self, shape: Shape, utc: float) -> tuple[float, int] | None:
        """How long a thing may be expected to wait here, and from how many waits; None where none do."""
        here = sorted(wait.seconds for wait in self._near(shape) if utc - wait.utc <= KEPT_S)
        return (FACTOR * here[-2], len(here)) if len(here) >= ENOUGH else None

    def _near(self, shape: Shape) -> list[Wait]:
        (x, y), reach = shape.foot, _REACH_SIZES * shape.size
        return [wait for wait in self._waits if abs(wait.x - x) <= reach and abs(wait.y - y) <= reach]

    def shift(self, by: float) -> None:
        """The clock was set: times move with it."""
        self._waits = [Wait(w.x, w.y, w.size, w.seconds, w.utc + by) for w in self._waits]

    def dump(self) -> list[list[float]]:
        """JSON-able and whole; times are UTC."""
        return [[w.x, w.y, w.size, w.seconds, w.utc] for w in self._waits]

    def restore(self, data: Sequence[Any]) -> None:
        """Raises TypeError or ValueError for what is no dump."""
        rows = [[float(value) for value in row] for row in data]
        self._waits = [Wait(x, y, size, seconds, utc) for x, y, size, seconds, utc in rows][-KEPT:]
