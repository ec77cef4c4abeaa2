"""What a flight has shown of the ground, and for how long a place was in view. Pure.

The ground is kept in cells of some metres, each with the seconds for which it was seen: bounded by the number
of cells, and the same whatever the order of the looks.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from math import floor
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from edge.ground.aim import Aim
from edge.ground.earth import Tangent
from edge.ground.spot import Spot
from edge.ground.view import disc

MOST_CELLS: Final = 250_000
_Cell = tuple[int, int]


class Coverage:
    """One flight's. cell_m: size of a cell; a cell is seen when its middle is."""

    def __init__(self, latitude: float, longitude: float, cell_m: float = 5.0) -> None:
        self._plane = Tangent(latitude, longitude)
        self._cell = cell_m
        self._seconds: dict[_Cell, float] = {}
        self.full = False

    def add(self, aim: Aim, ground: BaseGeometry, seconds: float) -> None:
        """A look (metres east and north of the camera, as `view.seen` has it) that lasted so long.

        `full` says that ground was left out because there are MOST_CELLS already.
        """
        moved = self._moved(aim, ground)
        for cell in self._cells(moved):
            if cell not in self._seconds and len(self._seconds) >= MOST_CELLS:
                self.full = True
                return
            self._seconds[cell] = self._seconds.get(cell, 0.0) + seconds

    @property
    def area_m2(self) -> float:
        """Of all that was seen."""
        return len(self._seconds) * self._cell**2

    def seconds(self, spot: Spot) -> float:
        """For how long the whole disc that holds a place was in view: that of its least seen cell."""
        east, north, _ = self._plane.metres(spot.latitude, spot.longitude)
        around = disc((east, north), max(spot.accuracy_m, self._cell / 2.0))
        cells = self._cells(around) or [self._at(east, north)]
        return min(self._seconds.get(cell, 0.0) for cell in cells)

    def share(self, outline: Sequence[tuple[float, float]], least_s: float = 0.0) -> float:
        """How much of an area (latitude, longitude) was in view for longer than that, 0..1."""
        points = [self._plane.metres(latitude, longitude)[:2] for latitude, longitude in outline]
        cells = self._cells(shapely.make_valid(shapely.Polygon(points)))
        if not cells:
            return 0.0
        return sum(self._seconds.get(cell, 0.0) > least_s for cell in cells) / len(cells)

    def outline(self) -> dict[str, Any]:
        """GeoJSON of the ground that was seen, longitude first."""
        half = self._cell / 2.0
        boxes = [
            shapely.box(
                x * self._cell - half, y * self._cell - half, x * self._cell + half, y * self._cell + half
            )
            for x, y in sorted(self._seconds)
        ]
        shape = shapely.simplify(shapely.union_all(boxes), half / 10.0)
        degrees = shapely.transform(
            shape, lambda points: np.array([self._place(x, y) for x, y in points]).reshape(-1, 2)
        )
        told: dict[str, Any] = json.loads(shapely.to_geojson(degrees))
        return told

    def dump(self) -> dict[str, Any]:
        """JSON-able: cells and their seconds as compressed numbers."""
        cells = np.array(list(self._seconds), dtype="<i4").reshape(-1, 2)
        seconds = np.array(list(self._seconds.values()), dtype="<f8")
        packed = b64encode(zlib.compress(cells.tobytes() + seconds.tobytes())).decode()
        at = (self._plane.latitude, self._plane.longitude)
        return {"at": at, "cell_m": self._cell, "count": len(seconds), "cells": packed, "full": self.full}

    @classmethod
    def restore(cls, data: dict[str, Any]) -> "Coverage":
        """What was dumped. Raises KeyError, TypeError or ValueError for what is no dump."""
        latitude, longitude = map(float, data["at"])
        coverage, count = cls(latitude, longitude, float(data["cell_m"])), int(data["count"])
        if not 0 <= count <= MOST_CELLS:
            raise ValueError(f"{count} cells; {MOST_CELLS} is the limit")
        raw = zlib.decompressobj().decompress(b64decode(data["cells"]), 16 * count + 1)
        if len(raw) != 16 * count:
            raise ValueError("the cells are cut short")
        cells = np.frombuffer(raw, dtype="<i4", count=2 * count).reshape(-1, 2).tolist()
        seconds = np.frombuffer(raw, dtype="<f8", offset=8 * count).tolist()
        coverage._seconds = {(x, y): s for (x, y), s in zip(cells, seconds, strict=True)}
        coverage.full = bool(data["full"])
        return coverage

    def clear(self) -> None:
        """Forget the flight: it has ended."""
        self._seconds.clear()
        self.full = False

    def _place(self, east: float, north: float) -> tuple[float, float]:
        latitude, longitude, _ = self._plane.place(east, north)
        return round(longitude, 7), round(latitude, 7)

    def _moved(self, aim: Aim, ground: BaseGeometry) -> BaseGeometry:
        """From around the camera to around the flight's first place."""
        east, north, _ = self._plane.metres(aim.latitude, aim.longitude)
        return shapely.transform(ground, lambda points: points + np.array((east, north)))

    def _at(self, east: float, north: float) -> _Cell:
        return floor(east / self._cell + 0.5), floor(north / self._cell + 0.5)

    def _cells(self, shape: BaseGeometry) -> list[_Cell]:
        """Those whose middle lies inside, MOST_CELLS at most."""
        if shape.is_empty:
            return []
        west, south, east, north = shape.bounds
        (x1, y1), (x2, y2) = self._at(west, south), self._at(east, north)
        if (x2 - x1 + 1) * (y2 - y1 + 1) > 4 * MOST_CELLS:
            return []
        columns, rows = np.meshgrid(np.arange(x1, x2 + 1), np.arange(y1, y2 + 1))
        shapely.prepare(shape)
        inside = shapely.contains_xy(shape, columns * self._cell, rows * self._cell)
        return list(zip(columns[inside].tolist(), rows[inside].tolist(), strict=True))
