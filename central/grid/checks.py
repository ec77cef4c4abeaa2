"""What is wrong between areas: overlaps, gaps, areas outside the one they belong to. Pure.

Areas are square metres on the ground. What is smaller than the tolerance comes of drawing and is told as a
warning: a point there has its cell all the same (`central.grid.places`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from central.grid.areas import LEVELS, Area, Fault, Level, above
from central.grid.plane import around

TOLERANCE_M2: Final = 1.0
_SEEN_M2: Final = 0.01  # less is the rounding of coordinates


def faults_between(areas: Sequence[Area], *, tolerance_m2: float = TOLERANCE_M2) -> list[Fault]:
    """Every overlap, gap and stray area, the largest first."""
    if not areas:
        return [Fault("no_areas", "the file", "it holds no area")]
    laid = _Laid(areas, tolerance_m2)
    found = [*laid.overlaps(), *laid.gaps(), *laid.strays()]
    return sorted(found, key=lambda fault: (not fault.grave, -(fault.size_m2 or 0.0), fault))


class _Laid:
    """The areas in metres, by level."""

    def __init__(self, areas: Sequence[Area], tolerance_m2: float) -> None:
        self._plane = around(area.shape for area in areas)
        self._tolerance = tolerance_m2
        self._by_level: dict[Level, list[tuple[str, BaseGeometry]]] = defaultdict(list)
        flat = self._plane.flat(np.array([area.shape for area in areas], dtype=object))
        for area, shape in zip(areas, flat, strict=True):
            self._by_level[area.level].append((area.code, shape))
        self._drawn = [level for level in LEVELS if level in self._by_level]

    def overlaps(self) -> Iterator[Fault]:
        """Two areas of one level that share ground."""
        for level in self._drawn:
            codes = [code for code, _ in self._by_level[level]]
            shapes = np.array([shape for _, shape in self._by_level[level]], dtype=object)
            one, other = STRtree(shapes).query(shapes, predicate="intersects")
            ahead = one < other
            one, other = one[ahead], other[ahead]
            shared = shapely.intersection(shapes[one], shapes[other])
            for n in np.flatnonzero(shapely.area(shared) > _SEEN_M2):
                names = f"{codes[one[n]]} and {codes[other[n]]}"
                yield self._fault("overlap", names, "two areas share ground", shared[n])

    def gaps(self) -> Iterator[Fault]:
        """Ground that belongs to an area and to none of its parts; holes where nothing is drawn above."""
        for part in self._drawn[:1]:
            yield from self._holes(self._whole_of(part), part)
        for whole, part in pairwise(self._drawn):
            yield from self._uncovered(self._by_level[whole], self._whole_of(part), part)

    def strays(self) -> Iterator[Fault]:
        """Areas that reach out of the one they belong to, or whose own is missing where others are there."""
        for whole, part in pairwise(self._drawn):
            drawn = dict(self._by_level[whole])
            for code, shape in self._by_level[part]:
                if (home := drawn.get(above(code, whole))) is None:
                    yield Fault("no_parent", code, f"its {whole} {above(code, whole)} is not there")
                elif (outside := shapely.difference(shape, home)).area > _SEEN_M2:
                    yield self._fault("outside", code, f"it reaches out of its {whole}", outside)

    def _whole_of(self, level: Level) -> BaseGeometry:
        return shapely.union_all([shape for _, shape in self._by_level[level]])

    def _uncovered(
        self, drawn: list[tuple[str, BaseGeometry]], together: BaseGeometry, part: Level
    ) -> Iterator[Fault]:
        for code, shape in drawn:
            for piece in _pieces(shapely.difference(shape, together)):
                if piece.area > _SEEN_M2:
                    yield self._fault("gap", code, f"ground of it is in no {part}", piece)

    def _holes(self, together: BaseGeometry, part: Level) -> Iterator[Fault]:
        for piece in _pieces(together):
            for ring in piece.interiors:  # type: ignore[attr-defined]
                hole = shapely.polygons(ring)
                if hole.area > _SEEN_M2:
                    yield self._fault(
                        "gap", f"among the {part} areas", "ground between them is in none", hole
                    )

    def _fault(self, code: str, where: str, text: str, ground: BaseGeometry) -> Fault:
        size = float(ground.area)
        middle = self._plane.degrees(np.array([ground.representative_point().coords[0]]))[0]
        told = f"{text}: {size:.1f} m² near {middle[0]:.6f}, {middle[1]:.6f}"
        return Fault(code, where, told, size > self._tolerance, round(size, 2))


def _pieces(shape: BaseGeometry) -> list[BaseGeometry]:
    return [piece for piece in shapely.get_parts(shape) if piece.geom_type == "Polygon"]
