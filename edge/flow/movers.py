"""Which way the things that move now are going. It lives on the short tracks and is forgotten with them."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from edge.flow.shapes import Direction, Shape, same_spot, shape_of
from edge.observation import Observation

# A direction is told from so many seconds, and from a way of this share of the thing's size.
WINDOW_S: Final = 4.0
WAY_SIZES: Final = 0.4
# So long after its last look a track is forgotten, and with it which way its thing came from.
FORGET_S: Final = 12.0


@dataclass(frozen=True, slots=True)
class Mover:
    """A thing on its way."""

    track: int
    shape: Shape
    group: str
    way: Direction


@dataclass(slots=True)
class _Trail:
    group: str
    points: deque[tuple[float, Shape]] = field(default_factory=lambda: deque(maxlen=32))
    way: Direction | None = None
    driven: float = 0.0
    seen: float = 0.0


class Movers:
    """The trails of one source, by track; times are the caller's seconds."""

    def __init__(self) -> None:
        self._trails: dict[int, _Trail] = {}

    def step(self, seen: Observation, now: float) -> list[Mover]:
        """What moves at this look."""
        self._trails = {k: v for k, v in self._trails.items() if 0.0 <= now - v.seen <= FORGET_S}
        found = []
        for sighting in seen.sightings:
            if sighting.track is None:
                continue
            shape = shape_of(sighting.box, seen.aspect)
            trail = self._trails.setdefault(sighting.track, _Trail(sighting.group))
            way = _follow(trail, shape, now)
            if way is not None and sighting.moving:
                found.append(Mover(sighting.track, shape, sighting.group, way))
        return found

    def came(self, shape: Shape, after: float = 0.0) -> Direction | None:
        """Which way the thing that is here at this look came, if it was seen driving after that time."""
        newest = max((trail.seen for trail in self._trails.values()), default=0.0)
        here = (t for t in self._trails.values() if t.seen == newest and t.driven > after)
        return next((trail.way for trail in here if same_spot(trail.points[-1][1], shape)), None)

    def shift(self, by: float) -> None:
        """The clock was set: times move with it."""
        for trail in self._trails.values():
            trail.seen, trail.driven = trail.seen + by, trail.driven + by
            trail.points = deque(((t + by, shape) for t, shape in trail.points), trail.points.maxlen)


def _follow(trail: _Trail, shape: Shape, now: float) -> Direction | None:
    """Add a look; the way the thing goes at it, None while it goes none."""
    while trail.points and now - trail.points[0][0] > WINDOW_S and len(trail.points) > 1:
        trail.points.popleft()
    trail.points.append((now, shape))
    trail.seen = now
    (x, y), (was_x, was_y) = shape.foot, trail.points[0][1].foot
    way = math.hypot(x - was_x, y - was_y)
    if way <= WAY_SIZES * shape.size or way == 0.0:
        return None
    trail.way, trail.driven = ((x - was_x) / way, (y - was_y) / way), now
    return trail.way
