"""A picture laid on the ground by known points: for still cameras, and for registered flights. Pure.

Source: R. Hartley, A. Zisserman, "Multiple View Geometry", 4.1 (direct linear transformation, normalised).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broker.events import Reason
from edge.ground.earth import Tangent
from edge.ground.spot import Spot, radius95

LEAST: Final = 4
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Known:
    """A point of the picture (shares) whose place is known."""

    x: float
    y: float
    latitude: float
    longitude: float


class Sheet:
    """A plane of the world in the picture. Raises ValueError for points that fix none.

    known_sd: deviation of each known place, metres. point_sd: of a point in the picture, shares of its width.
    worst_m: an accuracy beyond which no place is told.
    """

    def __init__(
        self, points: Sequence[Known], known_sd: float = 0.5, point_sd: float = 0.002, worst_m: float = 100.0
    ) -> None:
        if len(points) < LEAST:
            raise ValueError(f"{len(points)} points are known; {LEAST} are needed")
        self._tangent = Tangent(
            float(np.mean([point.latitude for point in points])),
            float(np.mean([point.longitude for point in points])),
        )
        self._point_sd, self._worst = point_sd, worst_m
        pixels = np.array([(point.x, point.y) for point in points])
        metres = np.array([self._tangent.metres(point.latitude, point.longitude)[:2] for point in points])
        self._matrix = _solved(pixels, metres)
        self._sign = float(np.sign((self._matrix @ [*pixels.mean(axis=0), 1.0])[2]))
        if any(self._metres(x, y) is None for x, y in pixels):
            raise ValueError("the known points lie on both sides of the horizon that they give")
        self._known_sd = hypot(known_sd, self._misfit(pixels, metres))

    def locate(self, x: float, y: float) -> Spot | Reason:
        """The place that a point of the picture (shares) shows, or why none can be told."""
        hit = self._metres(x, y)
        step = self._point_sd
        moved = [self._metres(u, v) for u, v in ((x + step, y), (x - step, y), (x, y + step), (x, y - step))]
        near = [(point[0] - hit[0], point[1] - hit[1]) for point in moved if point is not None and hit]
        if hit is None or len(near) < len(moved):
            return Reason(code="above_horizon", text="that point of the picture is not on the ground")
        ways = [(self._known_sd, 0.0), (0.0, self._known_sd)]
        ways += [max(near[:2], key=lambda way: hypot(*way)), max(near[2:], key=lambda way: hypot(*way))]
        covariance = (
            sum(e * e for e, _ in ways),
            sum(e * n for e, n in ways),
            sum(n * n for _, n in ways),
        )
        accuracy = radius95(covariance)
        if accuracy > self._worst:
            text = f"the place is known to {accuracy:.0f} m only; {self._worst:g} m is the limit"
            return Reason(code="too_uncertain", text=text, values={"accuracy_m": accuracy})
        latitude, longitude, _ = self._tangent.place(*hit)
        return Spot(latitude, longitude, accuracy, covariance, hypot(*hit))

    def _metres(self, x: float, y: float) -> tuple[float, float] | None:
        """None at and beyond the horizon."""
        east, north, scale = (float(value) for value in self._matrix @ (x, y, 1.0))
        return (east / scale, north / scale) if scale * self._sign > 1e-9 else None

    def _misfit(self, pixels: Array, metres: Array) -> float:
        """Deviation of the known points from the plane; 0 where there are too few to tell."""
        spare = 2 * len(pixels) - 8
        if spare <= 0:
            return 0.0
        found = np.array([self._metres(x, y) for x, y in pixels])
        return float(np.sqrt(((found - metres) ** 2).sum() / spare))


def _solved(pixels: Array, metres: Array) -> Array:
    """The matrix from shares to metres."""
    a, b = _norm(pixels), _norm(metres)
    p, q = _apply(a, pixels), _apply(b, metres)
    rows = []
    for (x, y), (u, v) in zip(p, q, strict=True):
        rows.append([-x, -y, -1.0, 0.0, 0.0, 0.0, u * x, u * y, u])
        rows.append([0.0, 0.0, 0.0, -x, -y, -1.0, v * x, v * y, v])
    _, sizes, turns = np.linalg.svd(np.array(rows))
    if sizes[7] < 1e-6 * sizes[0]:
        raise ValueError("the known points fix no plane: three of them are on one line, or two are the same")
    solved: Array = np.linalg.inv(b) @ turns[-1].reshape(3, 3) @ a
    return np.asarray(solved / np.linalg.norm(solved), np.float64)


def _norm(points: Array) -> Array:
    """Moves points around 0 and scales them to a mean distance of the root of 2."""
    middle = points.mean(axis=0)
    size = float(np.hypot(*(points - middle).T).mean())
    if size < 1e-12:
        raise ValueError("the known points are all the same")
    s = 2.0**0.5 / size
    return np.array([[s, 0.0, -s * middle[0]], [0.0, s, -s * middle[1]], [0.0, 0.0, 1.0]])


def _apply(matrix: Array, points: Array) -> Array:
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(moved[:, :2] / moved[:, 2:], dtype=np.float64)
