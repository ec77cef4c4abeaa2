"""Metres around a district: degrees laid flat, so that lengths and areas are those on the ground. Pure.

Equirectangular around the middle of the grid. It maps straight lines of degrees to straight lines, so what
lies inside stays inside; lengths are right to 0.5 % within 50 km of the middle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from central.grid.degrees import METRES_PER_DEGREE

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """Laid flat around one place, in degrees."""

    longitude: float
    latitude: float

    @property
    def scale(self) -> tuple[float, float]:
        """Metres per degree, eastwards and northwards."""
        return METRES_PER_DEGREE * cos(radians(self.latitude)), METRES_PER_DEGREE

    def flat(self, shape: Any) -> Any:
        """A shape, or an array of them, in metres."""
        return shapely.transform(shape, self.metres)

    def metres(self, degrees: Floats) -> Floats:
        """(N, 2) longitudes and latitudes to (N, 2) metres eastwards and northwards."""
        found: Floats = (degrees - (self.longitude, self.latitude)) * self.scale
        return found

    def degrees(self, metres: Floats) -> Floats:
        """The way back."""
        found: Floats = metres / self.scale + (self.longitude, self.latitude)
        return found


def around(shapes: Iterable[BaseGeometry]) -> Plane:
    """The plane whose middle is that of all the shapes, in degrees."""
    west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
    return Plane((west + east) / 2, (south + north) / 2)
