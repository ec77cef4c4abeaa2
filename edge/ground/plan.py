"""A fixed camera's picture as a plan of flat ground, from points that are known in both. Pure.

Source: R. Hartley, A. Zisserman, "Multiple View Geometry in Computer Vision", 2nd ed.: the normalised DLT
(algorithm 4.2), and the covariance of what is transferred by the estimated homography (section 5.2.5), to
first order.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import hypot, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from edge.ground.earth import Tangent
from edge.ground.spot import radius95

Pair = tuple[tuple[float, float], tuple[float, float]]  # shares of the picture, and longitude and latitude
Floats = NDArray[np.float64]
PICTURE_SD: Final = 0.004  # how well somebody clicks a point, in shares of the picture
GROUND_SD_M: Final = 0.5  # how well a position is known that somebody took from a map
FLAT: Final = 1e-6  # below this share of the middle's depth a point lies at the horizon or behind it
WORST_M: Final = 300.0
RADIUS: Final = 2.4477  # of 95 % of an even normal distribution, in deviations


class NoPlan(ValueError):
    """The points make no plan; the words say why."""


class Plan:
    """What the picture's points are on the ground. residuals_m: how far each given point is off."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        """Raises NoPlan for points that leave the plan open: too few, twice the same, or in one line."""
        if len(pairs) < 4:
            raise NoPlan(f"4 points are needed at least, {len(pairs)} are given")
        lon, lat = (float(np.mean([place[axis] for _, place in pairs])) for axis in (0, 1))
        self._tangent = Tangent(lat, lon)
        self._seen = np.array([seen for seen, _ in pairs], np.float64)
        self._metres = np.array([self._tangent.metres(y, x)[:2] for _, (x, y) in pairs], np.float64)
        self._h = homography(self._seen, self._metres)
        self._middle = float(np.sign(np.median(self._depths(self._seen))))
        if (self._depths(self._seen) * self._middle <= 0.0).any():
            raise NoPlan("the points lie on both sides of the horizon: is one at a wrong position?")
        self.residuals_m = np.hypot(*(self._onto(self._seen) - self._metres).T)
        self._cov = self._covariance()

    @property
    def rms_m(self) -> float:
        """How far the points lie from where the plan has them; 0 for four points, which any plan fits."""
        return float(sqrt(np.mean(self.residuals_m**2)))

    def locate(self, x: float, y: float) -> tuple[float, float, float] | None:
        """Longitude, latitude and 95 % radius of a point of the picture; None at and above the horizon."""
        point = np.array([[x, y]])
        if not self.shows_ground(x, y):
            return None
        east, north = self._onto(point)[0]
        accuracy = self._accuracy(x, y)
        if accuracy > WORST_M or hypot(east, north) > 1e5:
            return None
        latitude, longitude, _ = self._tangent.place(float(east), float(north))
        return longitude, latitude, accuracy

    def shows_ground(self, x: float, y: float) -> bool:
        """Whether a point of the picture lies below the horizon."""
        depth = float(self._depths(np.array([[x, y]]))[0]) * self._middle
        return depth > FLAT * abs(float(np.median(self._depths(self._seen))))

    def picture_of(self, longitude: float, latitude: float) -> tuple[float, float] | None:
        """Where a place is in the picture, in shares of it, outside of 0..1 too; None behind the camera."""
        metres = np.array([*self._tangent.metres(latitude, longitude)[:2], 1.0])
        x, y, w = np.linalg.solve(self._h, metres)
        if abs(w) < 1e-12:
            return None
        point = (float(x / w), float(y / w))
        # Behind the camera the plane is seen upside down: the way back has another sign.
        return point if self.shows_ground(*point) and w * self._middle > 0.0 else None

    def _depths(self, points: Floats) -> Floats:
        return np.asarray(points @ self._h[2, :2] + self._h[2, 2], np.float64)

    def _onto(self, points: Floats) -> Floats:
        flat = points @ self._h[:2, :2].T + self._h[:2, 2]
        return np.asarray(flat / self._depths(points)[:, None], np.float64)

    def _by_picture(self, x: float, y: float) -> Floats:
        """How a place on the ground moves with its point in the picture: 2 x 2, metres a share."""
        depth = float(self._depths(np.array([[x, y]]))[0])
        place = self._onto(np.array([[x, y]]))[0]
        return np.asarray((self._h[:2, :2] - np.outer(place, self._h[2, :2])) / depth, np.float64)

    def _by_plan(self, x: float, y: float) -> Floats:
        """How it moves with the plan's nine values: 2 x 9."""
        point = np.array([x, y, 1.0])
        depth = float(self._depths(np.array([[x, y]]))[0])
        east, north = self._onto(np.array([[x, y]]))[0]
        zero = np.zeros(3)
        rows = [[*point, *zero, *(-east * point)], [*zero, *point, *(-north * point)]]
        return np.asarray(rows, np.float64) / depth

    def _covariance(self) -> Floats:
        """Of the plan's values, by its points' errors: as they are known, or as they turn out if worse."""
        rows = np.concatenate([self._by_plan(*point) for point in self._seen.tolist()])
        spread = [self._spread(*point) for point in self._seen.tolist()]
        count = 2 * len(self._seen) - 8
        sum_of = sum(float(r) ** 2 / np.trace(s) * 2.0 for r, s in zip(self.residuals_m, spread, strict=True))
        worse = max(1.0, sum_of / count) if count else 1.0
        weights = np.zeros((len(rows), len(rows)))
        for n, one in enumerate(spread):
            weights[2 * n : 2 * n + 2, 2 * n : 2 * n + 2] = np.linalg.inv(one * worse)
        return np.asarray(np.linalg.pinv(rows.T @ weights @ rows, rcond=1e-12), np.float64)

    def _spread(self, x: float, y: float) -> Floats:
        """The error of one point as it is known, on the ground: 2 x 2 square metres."""
        way = self._by_picture(x, y)
        return np.asarray(way @ way.T * PICTURE_SD**2 + np.eye(2) * GROUND_SD_M**2, np.float64)

    def _accuracy(self, x: float, y: float) -> float:
        way = self._by_plan(x, y)
        cov = way @ self._cov @ way.T + self._spread(x, y)
        return radius95((float(cov[0, 0]), float(cov[0, 1]), float(cov[1, 1])))


def homography(seen: Floats, metres: Floats) -> Floats:
    """The 3 x 3 that takes points (N, 2) to others (N, 2), by the normalised DLT. Raises NoPlan."""
    a, b = _normalised(seen), _normalised(metres)
    rows = []
    for (x, y), (u, v) in zip(_through(a, seen), _through(b, metres), strict=True):
        rows.append([0, 0, 0, -x, -y, -1, v * x, v * y, v])
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, -u])
    _, values, basis = np.linalg.svd(np.array(rows, np.float64), full_matrices=True)
    if values[7] < 1e-4 * values[0]:
        raise NoPlan("the points leave the plan open: three of four lie in one line, or two are the same")
    found = np.linalg.inv(b) @ basis[8].reshape(3, 3) @ a
    if abs(float(np.linalg.det(found / np.linalg.norm(found)))) < 1e-15:
        raise NoPlan("the points lie in one line")
    return np.asarray(found / np.linalg.norm(found), np.float64)


def _normalised(points: Floats) -> Floats:
    """Their middle to 0, and their mean distance from it to the square root of two."""
    middle = points.mean(axis=0)
    mean = float(np.hypot(*(points - middle).T).mean())
    if mean == 0.0:
        raise NoPlan("the points are all the same")
    s = sqrt(2.0) / mean
    return np.array([[s, 0.0, -s * middle[0]], [0.0, s, -s * middle[1]], [0.0, 0.0, 1.0]])


def _through(matrix: Floats, points: Floats) -> Any:
    return (points @ matrix[:2, :2].T + matrix[:2, 2]).tolist()


@lru_cache(maxsize=256)
def plan_of(pairs: tuple[Pair, ...]) -> Plan:
    """The plan of these points, made once. Raises NoPlan."""
    return Plan(pairs)
