"""Points of two sets, one to one; and the shift by which one set lies off the other, if clear. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.score.assignment import Pair, pairing

Point = tuple[float, float]
Covariance = tuple[float, float, float]

CHI2_95: Final = 5.991  # two degrees of freedom
CHI2_999: Final = 13.816
MOST_EDGES: Final = 8  # of one point
LEAST_AGREE: Final = 3
TIGHT_M: Final = 3.0
_RIVAL: Final = 0.6
_MOST_WAYS: Final = 2000


def added(one: Covariance, other: Covariance) -> Covariance:
    """The sum."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


@dataclass(frozen=True, slots=True)
class Shift:
    """Metres east and north. agree: pairs that it explains; rival: those that the next best one does.

    at: where those that agree were known.
    """

    east: float
    north: float
    agree: int
    rival: int
    at: tuple[Point, ...] = ()


def nearest(points: Sequence[Point], others: Sequence[Point], gates: Sequence[float]) -> dict[int, int]:
    """Points to others, each within the other's gate; as many as can be, then the nearest."""
    if not points or not others:
        return {}
    away = np.linalg.norm(np.array(points)[:, None, :] - np.array(others)[None, :, :], axis=2)
    return best(np.where(away <= np.array(gates)[None, :], away**2, np.inf))


def best(costs: NDArray[np.float64]) -> dict[int, int]:
    """The pairing of least cost of rows to columns; infinite: not allowed."""
    edges: dict[Pair, float] = {}
    for row in range(costs.shape[0]):
        order = np.argsort(costs[row], kind="stable")[:MOST_EDGES]
        edges.update({(row, int(k)): -float(costs[row, k]) for k in order if np.isfinite(costs[row, k])})
    chosen: dict[int, int] = {}
    for part in _parts(edges):
        chosen.update(pairing(part))
    return chosen


def _parts(edges: Mapping[Pair, float]) -> list[dict[Pair, float]]:
    """Pairs that compete with each other, together."""
    root: dict[tuple[str, int], tuple[str, int]] = {}

    def top(node: tuple[str, int]) -> tuple[str, int]:
        while (above := root.setdefault(node, node)) != node:
            root[node] = root[above]
            node = above
        return node

    for left, right in edges:
        root[top(("left", left))] = top(("right", right))
    parts: dict[tuple[str, int], dict[Pair, float]] = {}
    for pair, weight in edges.items():
        parts.setdefault(top(("left", pair[0])), {})[pair] = weight
    return list(parts.values())


def distances(
    points: Sequence[Point],
    covariances: Sequence[Covariance],
    others: Sequence[Point],
    theirs: Sequence[Covariance],
) -> NDArray[np.float64]:
    """Squared Mahalanobis distances under the sum of both covariances, rows by columns."""
    if not points or not others:
        return np.zeros((len(points), len(others)))
    away = np.array(points)[:, None, :] - np.array(others)[None, :, :]
    ee, en, nn = np.moveaxis(np.array(covariances)[:, None, :] + np.array(theirs)[None, :, :], 2, 0)
    x, y = away[..., 0], away[..., 1]
    found: NDArray[np.float64] = (nn * x * x - 2.0 * en * x * y + ee * y * y) / (ee * nn - en * en)
    return found


def common_shift(
    points: Sequence[Point], others: Sequence[Point], allowed: NDArray[np.bool_]
) -> Shift | None:
    """By how much points lie off the others, where one shift explains them clearly better than any other.

    Every allowed pair proposes its own; the one on which most agree, one to one and within TIGHT_M, is taken
    as their median. None where fewer than LEAST_AGREE agree, or where a rival explains nearly as many.
    """
    rows, columns = np.nonzero(allowed)
    if len(rows) < LEAST_AGREE or len(rows) > _MOST_WAYS:
        return None
    ways = np.array(points)[rows] - np.array(others)[columns]
    near = np.linalg.norm(ways[:, None, :] - ways[None, :, :], axis=2) <= TIGHT_M
    agree = np.array([min(len(set(rows[each])), len(set(columns[each]))) for each in near])
    first = int(np.argmax(agree))
    middle = np.median(ways[near[first]], axis=0)
    apart = np.linalg.norm(ways - middle, axis=1) > 2.0 * TIGHT_M
    rival = int(np.max(agree[apart], initial=0))
    if agree[first] < LEAST_AGREE or rival > _RIVAL * agree[first]:
        return None
    at = tuple(others[k] for k in sorted(set(columns[near[first]].tolist())))
    return Shift(float(middle[0]), float(middle[1]), int(agree[first]), rival, at)
