"""Points of two sets, one to one. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.score.assignment import Pair, pairing

Point = tuple[float, float]
Covariance = tuple[float, float, float]

CHI2_95: Final = 5.991  # two degrees of freedom
CHI2_999: Final = 13.816
MOST_EDGES: Final = 8  # of one point


def added(one: Covariance, other: Covariance) -> Covariance:
    """The sum."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


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
