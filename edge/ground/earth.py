"""WGS84: latitude, longitude and height, and metres east, north and up around one place. Pure.

Source: NIMA TR8350.2 (the ellipsoid); B. R. Bowring, "Transformation from spatial to geographical
coordinates", Survey Review 181 (1976): one step of it is exact to a micrometre below 10 km.
"""

from math import atan2, cos, degrees, hypot, radians, sin, sqrt
from typing import Final

A: Final = 6_378_137.0
F: Final = 1.0 / 298.257223563
B: Final = A * (1.0 - F)
E2: Final = F * (2.0 - F)
_EP2: Final = E2 / (1.0 - E2)

Vector = tuple[float, float, float]


def to_space(latitude: float, longitude: float, height: float) -> Vector:
    """Metres from the earth's centre."""
    phi, lam = radians(latitude), radians(longitude)
    across = A / sqrt(1.0 - E2 * sin(phi) ** 2)
    out = (across + height) * cos(phi)
    return out * cos(lam), out * sin(lam), (across * (1.0 - E2) + height) * sin(phi)


def of_space(x: float, y: float, z: float) -> Vector:
    """Latitude, longitude and height above the ellipsoid."""
    out = hypot(x, y)
    beta = atan2(z * A, out * B)
    phi = atan2(z + _EP2 * B * sin(beta) ** 3, out - E2 * A * cos(beta) ** 3)
    across = A / sqrt(1.0 - E2 * sin(phi) ** 2)
    height = out * cos(phi) + z * sin(phi) - A * A / across
    return degrees(phi), degrees(atan2(y, x)), height


class Tangent:
    """The plane that touches the earth at one place, with its east, north and up."""

    def __init__(self, latitude: float, longitude: float, height: float = 0.0) -> None:
        self.latitude, self.longitude = latitude, longitude
        self._origin = to_space(latitude, longitude, height)
        phi, lam = radians(latitude), radians(longitude)
        self._east = (-sin(lam), cos(lam), 0.0)
        self._north = (-sin(phi) * cos(lam), -sin(phi) * sin(lam), cos(phi))
        self._up = (cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi))

    def metres(self, latitude: float, longitude: float, height: float = 0.0) -> Vector:
        """East, north, up of a place."""
        x, y, z = to_space(latitude, longitude, height)
        ox, oy, oz = self._origin
        away = (x - ox, y - oy, z - oz)
        return _dot(self._east, away), _dot(self._north, away), _dot(self._up, away)

    def place(self, east: float, north: float, up: float = 0.0) -> Vector:
        """Latitude, longitude, height of what lies so far away."""
        x, y, z = (
            o + east * e + north * n + up * u
            for o, e, n, u in zip(self._origin, self._east, self._north, self._up, strict=True)
        )
        return of_space(x, y, z)


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
