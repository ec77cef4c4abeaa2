"""The ground in squares of some hundred metres, so that what is near is found at once. Pure."""

from math import ceil, cos, floor, radians

from central.correlation.sightings import Spot
from central.grid.plane import METRES_PER_DEGREE

STEP = 0.001  # degrees
_ROW = 1_000_000  # more than there are tiles around the earth


def tile_of(spot: Spot) -> int:
    """The number of the tile that a place lies in."""
    return _number(floor(spot.longitude / STEP), floor(spot.latitude / STEP))


def tiles_around(spot: Spot, reach_m: float) -> list[int]:
    """Every tile that a place within the reach may lie in."""
    wide = METRES_PER_DEGREE * STEP * max(0.01, cos(radians(abs(spot.latitude) + STEP)))
    across, up = ceil(reach_m / wide), ceil(reach_m / (METRES_PER_DEGREE * STEP))
    x, y = floor(spot.longitude / STEP), floor(spot.latitude / STEP)
    return [_number(i, j) for j in range(y - up, y + up + 1) for i in range(x - across, x + across + 1)]


def _number(x: int, y: int) -> int:
    return y * _ROW + x
