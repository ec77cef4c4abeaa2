"""By how much all places of a flight lie off those known before, if that is clear. Pure.

One flight errs by a common shift, and by a common turn where its heading errs. Every allowed pair of a thing
and a place votes for a shift, at each of some turns; what most agree on is refined over those that do
(least squares of a rigid motion: S. Umeyama, IEEE TPAMI 13 (1991), in the plane and without scale), and
weighed as MSAC does (P. H. S. Torr, A. Zisserman, CVIU 78 (2000)), so that a close fit beats a loose one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from edge.flight.pairs import Point

LEAST_AGREE: Final = 3
TIGHT_M: Final = 2.0  # less than cars that stand side by side are apart
_WIDE_M: Final = 3.0
_RIVAL: Final = 0.7
_AHEAD: Final = 2.0
_MOST_WAYS: Final = 2000
_MOST_RIVALS: Final = 48
_STEP_DEG: Final = 1.0
_MOST_DEG: Final = 12.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shift:
    """Metres east and north of `about`, and radians that the flight is turned about it, left is positive.

    agree: pairs that it explains, and at: where those were known. rival: what the next best shift explains,
    as a share of what this one does.
    """

    east: float
    north: float
    agree: int
    rival: float
    at: tuple[Point, ...] = ()
    turn: float = 0.0
    about: Point = (0.0, 0.0)

    def moved(self, point: Point) -> Point:
        """Where this flight sees a known place."""
        x, y = point[0] - self.about[0], point[1] - self.about[1]
        c, s = cos(self.turn), sin(self.turn)
        return self.about[0] + c * x - s * y + self.east, self.about[1] + s * x + c * y + self.north

    @classmethod
    def restore(cls, data: Mapping[str, Any]) -> "Shift":
        """What was dumped. Raises KeyError, TypeError or ValueError for what is no dump."""
        at = tuple((float(east), float(north)) for east, north in data["at"])
        east, north = map(float, data["about"])
        return cls(**{**data, "at": at, "about": (east, north)})


def common_shift(
    points: Sequence[Point], others: Sequence[Point], allowed: NDArray[np.bool_], turn_sd: float = 0.0
) -> Shift | None:
    """By how much points lie off the others, where one shift explains them clearly better than any other.

    turn_sd: degrees by which one set may be turned against the other. None where fewer than LEAST_AGREE agree
    within TIGHT_M, one to one, or where a rival further away than that explains nearly as much.
    """
    rows, columns = np.nonzero(allowed)
    if len(rows) < LEAST_AGREE or len(rows) > _MOST_WAYS:
        return None
    seen, known = np.array(points, dtype=float), np.array(others, dtype=float)
    about = known[np.unique(columns)].mean(axis=0)
    votes = list(_all_votes(seen, known, about, rows, columns, turn_sd))
    ways = _Ways(rows, columns, seen[rows] - about, known[columns] - about)
    best = ways.fitted(max(votes, key=lambda vote: (vote[0], -abs(vote[3]))), (_WIDE_M, TIGHT_M, TIGHT_M))
    if best is None or best[0] < LEAST_AGREE:
        return None
    agree, east, north, turn, near = best
    score, next_best = ways.score(best), ways.rival((east, north), votes)
    if next_best > _RIVAL * score or next_best > score - _AHEAD:
        return None
    at = tuple((float(x), float(y)) for x, y in known[np.unique(columns[near])])
    return Shift(east, north, agree, next_best / score, at, turn, (float(about[0]), float(about[1])))


def _turns(turn_sd: float) -> list[float]:
    """Radians, as far as two flights' headings may differ."""
    most = min(_MOST_DEG, 3.0 * turn_sd)
    steps = int(most / _STEP_DEG)
    return [radians(n * _STEP_DEG) for n in range(-steps, steps + 1)]


def _all_votes(
    seen: Floats, known: Floats, about: Floats, rows: Ints, columns: Ints, turn_sd: float
) -> Iterator["Vote"]:
    for turn in _turns(turn_sd):
        yield from _votes(seen, known - about, about, rows, columns, turn)


Vote = tuple[int, float, float, float]  # how many agree; metres east and north; radians


def _votes(
    seen: Floats, known: Floats, about: Floats, rows: Ints, columns: Ints, turn: float
) -> Iterator[Vote]:
    """The best shifts at one turn, in squares that overlap by half."""
    ways = seen[rows] - about - _turned(known, turn)[columns]
    size = _WIDE_M
    for off in ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5)):
        cells = np.floor(ways / size + off).astype(np.int64)
        _, square = np.unique(cells, axis=0, return_inverse=True)
        square = square.reshape(-1)
        counts = np.minimum(_each(square, rows), _each(square, columns))
        sizes = np.bincount(square)
        middles = [np.bincount(square, weights=ways[:, axis]) / sizes for axis in (0, 1)]
        for n in np.flatnonzero(counts >= min(2, counts.max())):
            yield int(counts[n]), float(middles[0][n]), float(middles[1][n]), turn


def _each(square: Ints, of: Ints) -> Ints:
    """How many different ones each square has."""
    pairs = np.unique(square * (int(of.max()) + 1) + of)
    found: Ints = np.bincount(pairs // (int(of.max()) + 1), minlength=int(square.max()) + 1)
    return found


_Fit = tuple[int, float, float, float, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class _Ways:
    """Every allowed pair: numbers of thing and place, and where both are, from the middle of the places."""

    rows: Ints
    columns: Ints
    seen: Floats
    known: Floats

    def fitted(self, vote: Vote, limits: tuple[float, ...]) -> _Fit | None:
        """A vote refined over the pairs that agree with it: how many, shift, turn, and which they are."""
        _, east, north, turn = vote
        near = np.zeros(len(self.seen), dtype=bool)
        for limit in limits:
            ways = self.seen - _turned(self.known, turn)
            near = np.linalg.norm(ways - (east, north), axis=1) <= limit
            if near.sum() < 2:
                return None
            east, north = (float(metres) for metres in np.median(ways[near], axis=0))
            if vote[3]:
                turn += _more(self.seen[near], _turned(self.known[near], turn))
        agree = min(len(np.unique(self.rows[near])), len(np.unique(self.columns[near])))
        return agree, east, north, turn, near

    def score(self, fit: _Fit) -> float:
        """How much a fit explains: each pair the more the closer it fits (as MSAC has it), one to one."""
        _, east, north, turn, near = fit
        off = np.linalg.norm(self.seen[near] - _turned(self.known[near], turn) - (east, north), axis=1)
        fits = np.maximum(0.0, 1.0 - (off / TIGHT_M) ** 2)
        return min(_best(self.rows[near], fits), _best(self.columns[near], fits))

    def rival(self, shift: Point, votes: Sequence[Vote]) -> float:
        """The score of the next best shift that is another one, looked at as closely."""
        found = 1.0  # any pair agrees with itself
        others = [vote for vote in votes if _far(vote[1:3], shift) > TIGHT_M]
        for vote in sorted(others, key=lambda vote: -vote[0])[:_MOST_RIVALS]:
            fit = self.fitted(vote, (TIGHT_M, TIGHT_M)) if vote[0] > found else None
            if fit is not None and _far(fit[1:3], shift) > TIGHT_M:
                found = max(found, self.score(fit))
        return found


def _best(of: Ints, fits: Floats) -> float:
    """The sum over each one's best."""
    best = np.zeros(int(of.max()) + 1)
    np.maximum.at(best, of, fits)
    return float(best.sum())


def _far(one: tuple[float, ...], other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _more(seen: Floats, known: Floats) -> float:
    """By how much more it is turned, about the middle."""
    one, other = seen - seen.mean(axis=0), known - known.mean(axis=0)
    cross = float((other[:, 0] * one[:, 1] - other[:, 1] * one[:, 0]).sum())
    return atan2(cross, float((one * other).sum())) if len(one) > 1 else 0.0


def _turned(points: Floats, turn: float) -> Floats:
    c, s = cos(turn), sin(turn)
    found: Floats = points @ np.array([[c, s], [-s, c]])
    return found


def turn_deg(shift: Shift) -> float:
    """For people."""
    return degrees(shift.turn)
