"""Which way the things that move now are going. It lives on the short tracks and is forgotten with them."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from edge.flow.shapes import Direction, Shape, same_spot, shape_of
from edge.geometry import iou
from edge.observation import Observation

# A direction is told from so many seconds, and from a way of this share of the thing's size.
WINDOW_S: Final = 4.0
WAY_SIZES: Final = 0.4
# So far back a thing's way is known; after that it is forgotten where it came from. At looks 4 s apart the
# ledger needs half of that to know that something stands, and only then is it asked how that came.
KEPT_S: Final = 30.0
# Both sides of a box change by less while it drives: a box that is hidden in part does not drive.
WHOLE: Final = 1.3


@dataclass(frozen=True, slots=True)
class Mover:
    """A thing on its way."""

    track: int
    shape: Shape
    group: str
    way: Direction


@dataclass(frozen=True, slots=True)
class Arrival:
    """What stands here was elsewhere at `away` still, and came this way."""

    way: Direction
    away: float


@dataclass(slots=True)
class _Trail:
    group: str
    points: deque[tuple[float, Shape]] = field(default_factory=lambda: deque(maxlen=64))

    @property
    def seen(self) -> float:
        return self.points[-1][0]

    def add(self, now: float, shape: Shape) -> None:
        """Where it is now; where it was too long ago is forgotten."""
        self.points.append((now, shape))
        while now - self.points[0][0] > KEPT_S:
            self.points.popleft()

    def way(self, seconds: float) -> Arrival | None:
        """The way from where it was last elsewhere within these seconds; None where it has not driven."""
        now, here = self.points[-1]
        for t, there in reversed(self.points):
            if now - t > seconds:
                return None
            way = _way(there, here)
            if way is not None:
                return Arrival(way, t)
        return None


class Movers:
    """The trails of one source, by track; times are the caller's seconds."""

    def __init__(self) -> None:
        self._trails: dict[int, _Trail] = {}
        self._now = 0.0

    def step(self, seen: Observation, now: float) -> list[Mover]:
        """What moves at this look."""
        self._now = now
        self._trails = {k: v for k, v in self._trails.items() if 0.0 <= now - v.seen <= KEPT_S}
        found = []
        for sighting in seen.sightings:
            if sighting.track is None:
                continue
            shape = shape_of(sighting.box, seen.aspect)
            trail = self._trails.setdefault(sighting.track, _Trail(sighting.group))
            trail.add(now, shape)
            arrival = trail.way(WINDOW_S) if sighting.moving else None
            if arrival is not None:
                found.append(Mover(sighting.track, shape, sighting.group, arrival.way))
        return found

    def came(self, shape: Shape) -> Arrival | None:
        """How the thing that is here at this look came, if it was seen to come."""
        here = [
            (iou(trail.points[-1][1], shape), key)
            for key, trail in self._trails.items()
            if trail.seen == self._now and same_spot(trail.points[-1][1], shape)
        ]
        return self._trails[max(here)[1]].way(KEPT_S) if here else None

    def shift(self, by: float) -> None:
        """The clock was set: times move with it."""
        for trail in self._trails.values():
            trail.points = deque(((t + by, shape) for t, shape in trail.points), trail.points.maxlen)

    def dump(self) -> list[Any]:
        """JSON-able and whole."""
        return [[k, v.group, [[t, list(shape)] for t, shape in v.points]] for k, v in self._trails.items()]

    def restore(self, data: Sequence[Any]) -> None:
        """Take up a dump. Raises TypeError or ValueError for what is none."""
        for track, group, points in data:
            trail = self._trails[int(track)] = _Trail(str(group))
            trail.points.extend((float(t), Shape(*map(float, shape))) for t, shape in points)


def _way(there: Shape, here: Shape) -> Direction | None:
    """The direction from one to the other; None where they are too near, or not the whole of one thing."""
    (x, y), (was_x, was_y) = here.foot, there.foot
    way = math.hypot(x - was_x, y - was_y)
    if way <= WAY_SIZES * here.size or way == 0.0 or not _whole(there, here):
        return None
    return (x - was_x) / way, (y - was_y) / way


def _whole(a: Shape, b: Shape) -> bool:
    sides = ((a.x2 - a.x1, b.x2 - b.x1), (a.y2 - a.y1, b.y2 - b.y1))
    return all(max(side) <= WHOLE * min(side) for side in sides)
