"""Standing things of a flight and places known before: which is which. Pure.

By the accuracy of both (chi-square, 95 %), one to one; and where one shift of the whole flight explains
enough of them, clearly better than any other, closely after that shift.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import hypot
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from edge.flight.pairs import (
    CHI2_95,
    CHI2_999,
    Covariance,
    Point,
    best,
    distances,
)
from edge.flight.shifts import Shift, common_shift
from edge.flight.tracks import Track

JITTER_M2: Final = 1.0  # of each side: two looks do not put a thing's middle at the same point
CLOSE_M2: Final = 2.25  # deviation squared between places of one flight, and of two once the shift is known
CLOSE: Final[Covariance] = (CLOSE_M2, 0.0, CLOSE_M2)
_HELD: Final = 4.0 * CHI2_95  # within twice the radius


@dataclass(frozen=True, slots=True)
class Known:
    """A place as it lies in the flight's plane. own: this flight itself has put it there."""

    id: str
    group: str
    point: Point
    covariance: Covariance
    own: bool


@dataclass(frozen=True, slots=True)
class Matching:
    """pairs: places of tracks, by number. held: tracks so near to a place that they may yet be it."""

    pairs: Mapping[int, str] = field(default_factory=dict)
    held: frozenset[int] = frozenset()
    shift: Shift | None = None

    def dump(self) -> dict[str, Any]:
        """JSON-able."""
        shift = None if self.shift is None else asdict(self.shift)
        return {"pairs": dict(self.pairs), "held": sorted(self.held), "shift": shift}

    @classmethod
    def restore(cls, data: Mapping[str, Any]) -> "Matching":
        """What was dumped, numbers of tracks being text in JSON."""
        pairs = {int(number): str(place) for number, place in data["pairs"].items()}
        shift = None if data["shift"] is None else Shift.restore(data["shift"])
        return cls(pairs, frozenset(map(int, data["held"])), shift)


def match(tracks: Sequence[Track], known: Sequence[Known], bend: float, turn_sd: float = 0.0) -> Matching:
    """Of the tracks that stand and are no place of this flight yet. bend, turn_sd: see `shift_of`."""
    if not tracks or not known:
        return Matching()
    points = [track.point for track in tracks]
    fits = np.array([[track.group == place.group for place in known] for track in tracks])
    foreign = np.array([not place.own for place in known])
    away = np.where(fits, _away(tracks, known), np.inf)
    shift = common_shift(
        points, [place.point for place in known], (away <= CHI2_95) & foreign[None, :], turn_sd
    )
    if shift is not None:
        moved = [shift_of(place, shift, bend) for place in known]
        theirs = [place.covariance for place in moved]
        away = distances(points, [_NONE] * len(points), [place.point for place in moved], theirs)
        away = np.where(fits, away, np.inf)
        return Matching(_named(best(_within(away, CHI2_95)), tracks, known), frozenset(), shift)
    pairs = best(_within(away, CHI2_95))
    rest = away.copy()
    rest[list(pairs), :] = np.inf
    rest[:, list(pairs.values())] = np.inf
    pairs |= best(_within(rest, CHI2_999))
    return Matching(_named(pairs, tracks, known), _held(rest, pairs, tracks))


_NONE: Final[Covariance] = (0.0, 0.0, 0.0)


def shift_of(place: Known, shift: Shift | None, bend: float) -> Known:
    """Where this flight should see it, and how well that is known; its own places are there already.

    bend: by which share of a distance two flights may draw it too long or turned (deviation). The further
    from the places that agree on the shift, the less it says.
    """
    if shift is None or place.own:
        return place
    point = shift.moved(place.point)
    away = min((hypot(place.point[0] - x, place.point[1] - y) for x, y in shift.at), default=0.0)
    variance = CLOSE_M2 + (bend * away) ** 2
    return replace(place, point=point, covariance=(variance, 0.0, variance))


def _away(tracks: Sequence[Track], known: Sequence[Known]) -> NDArray[np.float64]:
    """To own places by metres, to others by what both may err."""
    points, others = [track.point for track in tracks], [place.point for place in known]
    near = distances(points, [CLOSE] * len(points), others, [_NONE] * len(others))
    mine = [(ee + JITTER_M2, en, nn + JITTER_M2) for ee, en, nn in (track.covariance for track in tracks)]
    far = distances(points, mine, others, [place.covariance for place in known])
    own = np.array([place.own for place in known])
    found: NDArray[np.float64] = np.where(own[None, :], near, far)
    return found


def _within(away: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    return np.where(away <= limit, away, np.inf)


def _held(rest: NDArray[np.float64], pairs: Mapping[int, int], tracks: Sequence[Track]) -> frozenset[int]:
    """Those without a place, as near as twice the radius to a place without a thing."""
    free = rest.copy()
    free[:, list(pairs.values())] = np.inf
    near = np.min(free, axis=1) <= _HELD
    return frozenset(track.number for n, track in enumerate(tracks) if n not in pairs and near[n])


def _named(pairs: Mapping[int, int], tracks: Sequence[Track], known: Sequence[Known]) -> dict[int, str]:
    return {tracks[n].number: known[k].id for n, k in sorted(pairs.items())}
