"""The ground in squares of some hundred metres, so that what is near is found at once. Pure."""

from math import cos, floor, radians

from central.correlation.sightings import Spot
from central.grid.plane import METRES_PER_DEGREE

STEP = 0.001  # degrees
_ROW = 1_000_000  # more than there are tiles around the earth


def tile_of(spot: Spot) -> int:
    """The number of the tile that a place lies in."""
    return _number(_step(spot.longitude), _step(spot.latitude))


def tiles_around(spot: Spot, reach_m: float) -> list[int]:
    """Every tile that a place within the reach may lie in."""
    up = reach_m / METRES_PER_DEGREE
    across = up / max(0.01, cos(radians(min(90.0, abs(spot.latitude) + up))))
    columns = range(_step(spot.longitude - across), _step(spot.longitude + across) + 1)
    return [
        _number(x, y)
        for y in range(_step(spot.latitude - up), _step(spot.latitude + up) + 1)
        for x in columns
    ]


def _step(degrees: float) -> int:
    return floor(degrees / STEP)


def _number(x: int, y: int) -> int:
    return y * _ROW + x
