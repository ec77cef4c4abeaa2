"""Which cell a point lies in. Pure.

Every point lies in one cell at most, and a point on a border in exactly one: of all cells that touch it, the
one with the lowest code. Neighbours that were drawn apart leave slits and slivers along their border; a point
in such a slit belongs to the nearest cell within `SLIT_M`, so that no point between two cells is in none.
What lies outside all cells belongs to the nearest community within a bound, and else to nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

from broker.events import Reason
from central.grid.areas import Area, above
from central.grid.plane import Floats, Plane, around

SLIT_M: Final = 0.5
NEAR_M: Final = 200.0
REMEMBERED: Final = 8192  # cells
How = Literal["inside", "slit", "near", "outside"]
Numbers = npt.NDArray[np.intp]
Points = npt.NDArray[np.object_]
_NONE: Final = -1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point lies. `cell` None: in none; `community` None as well: nowhere near the grid."""

    how: How
    reason: Reason
    cell: str | None = None
    community: str | None = None


class Grid:
    """One cut of the grid, prepared for many questions. `near_m`: how far from a community counts as it."""

    def __init__(self, areas: Sequence[Area], *, near_m: float = NEAR_M) -> None:
        if not areas:
            raise ValueError("a grid has one area at least")
        self.areas = {area.code: area for area in sorted(areas, key=lambda area: area.code)}
        self.near_m = near_m
        self.plane = around(area.shape for area in areas)
        self._cells = _Layer(self.plane, [a for a in self.areas.values() if a.level == "cell"])
        self._communities = _Layer(self.plane, self._of_communities())

    def locate(self, longitude: float, latitude: float) -> Place:
        """Where one point lies, and why there."""
        points = self._flat(np.array([[longitude, latitude]]))
        code = self._cells.lowest(points[0])
        return _inside(code) if code is not None else self._located(points)[0]

    def locate_all(self, degrees: Floats) -> list[Place]:
        """Where (N, 2) longitudes and latitudes lie."""
        return self._located(self._flat(degrees))

    def _located(self, points: Points) -> list[Place]:
        inside, slit = self._in_cells(points)
        lost = (inside == _NONE) & (slit == _NONE)
        near = self._communities.nearest(points, lost, self.near_m)
        return [self._place(*each) for each in zip(inside, slit, near, strict=True)]

    def codes(self, degrees: Floats) -> list[str | None]:
        """The cells of (N, 2) longitudes and latitudes, without the reasons."""
        inside, slit = self._in_cells(self._flat(degrees))
        names = [*self._cells.codes, None]  # the last is the one at -1
        return [names[number] for number in np.where(inside == _NONE, slit, inside)]

    def _flat(self, degrees: Floats) -> Points:
        flat = self.plane.metres(np.asarray(degrees, dtype=np.float64))
        return np.asarray(shapely.points(flat), dtype=object)

    def _in_cells(self, points: Points) -> tuple[Numbers, Numbers]:
        """The cells that they touch, and for those that touch none the cell across a slit."""
        inside = self._cells.touching(points)
        return inside, self._cells.nearest(points, inside == _NONE, SLIT_M)

    def _place(self, inside: int, slit: int, near: int) -> Place:
        if inside != _NONE:
            return _inside(self._cells.codes[inside])
        if slit != _NONE:
            code = self._cells.codes[slit]
            return _in_cell("slit", code, f"it lies in a slit within {SLIT_M:g} m of the cell {code}")
        if near != _NONE:
            code = self._communities.codes[near]
            text = f"it lies in no cell; the community {code} is within {self.near_m:g} m"
            return Place("near", Reason(code="near_community", text=text), None, code)
        text = f"it lies in no cell, and no community is within {self.near_m:g} m"
        return Place("outside", Reason(code="outside_grid", text=text))

    def _of_communities(self) -> list[Area]:
        """Those that were drawn, and for the others what their cells make up together."""
        drawn = [area for area in self.areas.values() if area.level == "community"]
        known = {area.code for area in drawn}
        cells: dict[str, list[Area]] = {}
        for area in self.areas.values():
            if area.level == "cell" and above(area.code, "community") not in known:
                cells.setdefault(above(area.code, "community"), []).append(area)
        made = [Area(code, "", shapely.union_all([c.shape for c in of])) for code, of in cells.items()]
        return sorted([*drawn, *made], key=lambda area: area.code)


class _Layer:
    """Areas of one level in the order of their codes, so that the lowest number is the lowest code."""

    def __init__(self, plane: Plane, areas: Sequence[Area]) -> None:
        self.codes = [area.code for area in areas]
        shapes = plane.flat(np.array([area.shape for area in areas], dtype=object))
        shapely.prepare(shapes)
        self._tree = STRtree(shapes)

    def touching(self, points: Points) -> Numbers:
        """For each point the first area that it lies in or on the border of, or -1."""
        which, areas = self._tree.query(points, predicate="intersects")
        return _first(len(points), which, areas)

    def lowest(self, point: Any) -> str | None:
        """Of one point the first area that it lies in or on the border of."""
        areas = self._tree.query(point, predicate="intersects")
        return self.codes[areas.min()] if len(areas) else None

    def nearest(self, points: Points, asked: npt.NDArray[np.bool_], within_m: float) -> Numbers:
        """For each asked point the first of the nearest areas within a distance, or -1."""
        places = np.flatnonzero(asked)
        if not len(places) or not self.codes:
            return np.full(len(points), _NONE)
        which, areas = self._tree.query_nearest(points[places], max_distance=within_m, all_matches=True)
        return _first(len(points), places[which], areas)


def _first(length: int, which: Numbers, areas: Numbers) -> Numbers:
    found = np.full(length, np.iinfo(np.intp).max)
    np.minimum.at(found, which, areas)
    return np.where(found == np.iinfo(np.intp).max, _NONE, found)


def _inside(code: str) -> Place:
    return _in_cell("inside", code, f"it lies in the cell {code}")


@lru_cache(maxsize=REMEMBERED)
def _in_cell(how: How, code: str, text: str) -> Place:
    reason = Reason(code="in_cell" if how == "inside" else "in_slit", text=text)
    return Place(how, reason, code, above(code, "community"))
