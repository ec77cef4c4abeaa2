"""Short-lived tracks that tell moving from stopped, in seconds and box sizes. A track is never a key.

Lengths are in units of s, the shorter side of the box, so that near and far things are judged alike. The
boxes come as shares of the picture; x is stretched by the aspect first.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from pydantic import Field

from broker.settings import Settings
from edge.observation import Box
from edge.perception.boxes import Array, array_of

SIZE_FACTOR = 1.8  # a box that grows or shrinks more from one look to the next is another thing
APART_S = 30.0  # looks up to so far apart are compared, however soon a track is forgotten otherwise
VELOCITY_S = 1.0  # the step that predicts the next place is taken over so many seconds


class TrackSettings(Settings):
    """`forget`: seconds unseen. `reach`: how far from its predicted centre a thing may be, in s.

    `window`: seconds over which movement is judged (two looks at least). `young`: younger tracks have no
    opinion. `moved`: a shift of the centre by this many s within the window is movement.
    """

    forget: Annotated[float, Field(gt=0)] = 6.0
    reach: Annotated[float, Field(gt=0)] = 1.0
    window: Annotated[float, Field(gt=0)] = 2.0
    young: Annotated[float, Field(gt=0)] = 0.8
    moved: Annotated[float, Field(gt=0)] = 0.15


@dataclass(frozen=True, slots=True)
class Tracked:
    """The tracker's word on one box: its track, and whether it moves (None while too young to say)."""

    track: int
    moving: bool | None


@dataclass(slots=True)
class _Track:
    id: int
    group: str
    times: list[float] = field(default_factory=list)
    points: list[tuple[float, float, float, float]] = field(default_factory=list)  # cx, cy, w, h

    def add(self, t: float, point: Array, keep_s: float) -> None:
        old = min(bisect_left(self.times, t - keep_s), max(0, len(self.times) - 1))
        self.times = [*self.times[old:], t]
        self.points = [*self.points[old:], (point[0], point[1], point[2], point[3])]

    def expected(self, t: float) -> Array:
        """Where its box should be at `t`, at the speed of its last second."""
        first = bisect_left(self.times, self.times[-1] - VELOCITY_S)
        span = self.times[-1] - self.times[first]
        last = np.array(self.points[-1])
        if span > 0:
            last[:2] += (last[:2] - self.points[first][:2]) * (t - self.times[-1]) / span
        return last


class Tracks:
    """The tracks of one source. `step` must be called in order of time; a step back starts afresh."""

    def __init__(self, settings: TrackSettings) -> None:
        self._settings = settings
        self._tracks: list[_Track] = []
        self._next = 1
        self._now = float("-inf")

    def __len__(self) -> int:
        return len(self._tracks)

    def step(self, t: float, boxes: Sequence[Box], groups: Sequence[str], aspect: float) -> list[Tracked]:
        """Match the boxes of one look; the answer is in the order of the boxes."""
        self._forget(t)
        points = _points(boxes, aspect)
        owners = self._match(t, points, groups)
        for row, point in enumerate(points):
            if owners[row] is None:
                owners[row] = self._start(groups[row])
            owners[row].add(t, point, self._settings.window)  # type: ignore[union-attr]
        return [Tracked(o.id, self._moving(o)) for o in owners if o is not None]

    def _forget(self, t: float) -> None:
        if t < self._now:
            self._tracks = []
        gap, self._now = t - self._now, t
        unseen = max(self._settings.forget, gap) if gap <= APART_S else self._settings.forget
        self._tracks = [k for k in self._tracks if t - k.times[-1] <= unseen]

    def _start(self, group: str) -> _Track:
        track = _Track(self._next, group)
        self._next += 1
        self._tracks.append(track)
        return track

    def _match(self, t: float, points: Array, groups: Sequence[str]) -> list[_Track | None]:
        """Nearest pairs first, each track and each box once."""
        owners: list[_Track | None] = [None] * len(points)
        pairs = sorted(self._pairs(t, points, groups))
        taken: set[int] = set()
        for _, index, row in pairs:
            if index not in taken and owners[row] is None:
                taken.add(index)
                owners[row] = self._tracks[index]
        return owners

    def _pairs(self, t: float, points: Array, groups: Sequence[str]) -> list[tuple[float, int, int]]:
        pairs = []
        for index, track in enumerate(self._tracks):
            costs = _costs(track.expected(t), points)
            near = np.flatnonzero(costs <= self._settings.reach).tolist()
            pairs += [(float(costs[row]), index, row) for row in near if groups[row] == track.group]
        return pairs

    def _moving(self, track: _Track) -> bool | None:
        if track.times[-1] - track.times[0] < self._settings.young:
            return None
        points = np.array(track.points)
        third = max(1, len(points) // 3)
        shift = np.median(points[-third:], axis=0) - np.median(points[:third], axis=0)
        most = self._settings.moved * points[-1, 2:].min()
        return bool(np.hypot(*shift[:2]) > most and not _on_its_feet(points, third, most))


def _on_its_feet(points: Array, third: int, most: float) -> bool:
    """Whether both lower corners stayed: what stands behind a thing is drawn into its box above it alone.

    At the lower edge of the picture a box ends, not the thing.
    """
    feet = np.stack(
        [points[:, 0] - points[:, 2] / 2, points[:, 0] + points[:, 2] / 2, points[:, 1] + points[:, 3] / 2]
    )
    if feet[2].max() + most >= 1.0:
        return False
    left, right, low = np.median(feet[:, -third:], axis=1) - np.median(feet[:, :third], axis=1)
    return bool(max(np.hypot(left, low), np.hypot(right, low)) <= most)


def _points(boxes: Sequence[Box], aspect: float) -> Array:
    corners = array_of(boxes) * (aspect, 1.0, aspect, 1.0)
    return np.hstack(
        [(corners[:, :2] + corners[:, 2:]) / 2, np.maximum(corners[:, 2:] - corners[:, :2], 1e-6)]
    )


def _costs(expected: Array, points: Array) -> Array:
    """Distance in s, and a little for a change of size; infinite where the sizes do not fit."""
    s = np.minimum(points[:, 2:].min(axis=1), expected[2:].min())
    ratios = np.abs(np.log(points[:, 2:] / expected[2:]))
    distance = np.hypot(*(points[:, :2] - expected[:2]).T) / s
    same = (ratios <= np.log(SIZE_FACTOR)).all(axis=1)
    return np.where(same, distance + 0.25 * ratios.sum(axis=1), np.inf)
