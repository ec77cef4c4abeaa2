"""The ground in squares of some hundred metres, so that what is near is found at once. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, floor, radians

from central.correlation.sightings import Spot
from central.grid.degrees import METRES_PER_DEGREE

STEP = 0.001  # degrees
ROW = 1_000_000  # more than there are tiles around the earth
# Added to a tile's number, it is at least 0, and modulo `ROW` it is the column, counted from `ROW / 2`.
ABOVE_0 = 100_000 * ROW + ROW // 2
MOST_SQUARES = 1024


def tile_of(spot: Spot) -> int:
    """The number of the tile that a place lies in."""
    return tile_number(spot.longitude, spot.latitude)


def tile_number(longitude: float, latitude: float) -> int:
    """The same of a point."""
    return _number(_step(longitude), _step(latitude))


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
    return y * ROW + x


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows, in degrees, widened to whole tiles. Its east is not west of its west."""

    west: float
    south: float
    east: float
    north: float

    @property
    def numbers(self) -> tuple[int, int]:
        """The first and the last tile; of those between only the ones in `columns` are in the view."""
        return tile_number(self.west, self.south), tile_number(self.east, self.north)

    @property
    def columns(self) -> tuple[int, int]:
        """The first and the last column, as `(number + ABOVE_0) % ROW`."""
        return _step(self.west) + ROW // 2, _step(self.east) + ROW // 2

    def squares(self) -> "Squares":
        """Squares of so many tiles that no more than `MOST_SQUARES` lie in it, and those at its rim."""
        across, up = ((b - a) / STEP for a, b in ((self.west, self.east), (self.south, self.north)))
        side = 1
        while (across / side) * (up / side) > MOST_SQUARES:
            side *= 2
        return Squares(side)


@dataclass(frozen=True, slots=True)
class Squares:
    """The ground in squares of so many tiles a side."""

    side: int

    @property
    def step(self) -> float:
        """The side in degrees."""
        return self.side * STEP

    def count(self, tiles: Iterable[tuple[int, int]]) -> list[tuple[float, float, int]]:
        """How many lie in each square, told by its south-western corner, out of how many lie in each tile."""
        found: Counter[tuple[int, int]] = Counter()
        for number, many in tiles:
            y, x = divmod(number + ABOVE_0, ROW)
            found[(x - ROW // 2) // self.side, (y - 100_000) // self.side] += many
        return [
            (round(x * self.step, 6), round(y * self.step, 6), many) for (x, y), many in sorted(found.items())
        ]
