"""A zone's outline without what lies at its edge, or at one spot of it. Pure.

Outlines and boxes in shares of the picture. What counts of a box is its footprint, its lowest 30 %: what
touches the ground. A thing is in a zone with so much of that in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from central.correlation.sightings import Box, overlap_of

FOOTPRINT = 0.3
DEEPEST = 0.15  # that an edge moves
STEPS = 30
SPOT = 0.3  # overlap over union of footprints at one spot
MARGIN = 0.005
SLIT = 0.002  # by which a spot within the zone is reached from its edge
LEAST = 0.3  # of the zone's area has to stay
Points = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Outline:
    """A zone as it would be. by: how far the edge moved, or the area left out.

    ended, lost: of the false alarms and of the right ones, how many are in it no more.
    """

    polygon: list[list[float]]
    where: str
    by: float
    ended: int
    lost: int

    @property
    def worth(self) -> tuple[int, float]:
        """For ranking: right ones that go count twice; of two as good what changes less."""
        return self.ended - 2 * self.lost, -self.by


def moved_edges(polygon: Points, wrong: Sequence[Box], right: Sequence[Box], share: float) -> list[Outline]:
    """The zone with one of its edges further in, the best first; each as little as ends what it ends."""
    zone = shapely.Polygon(polygon)
    if not zone.is_valid or zone.is_empty:
        return []
    tried = (_moved(zone, n, wrong, right, share) for n in range(len(polygon)))
    return _best(each for each in tried if each is not None)


def without_spots(polygon: Points, wrong: Sequence[Box], right: Sequence[Box], share: float) -> list[Outline]:
    """The zone without the places where false alarms lie close together, the best first."""
    zone = shapely.Polygon(polygon)
    if not zone.is_valid or zone.is_empty:
        return []
    tried = (_without(zone, spot, wrong, right, share) for spot in _spots(wrong))
    return _best(each for each in tried if each is not None)


def footprint(box: Box) -> Box:
    """The lowest part of a box."""
    x1, y1, x2, y2 = box
    return x1, y2 - FOOTPRINT * (y2 - y1), x2, y2


def _moved(
    zone: shapely.Polygon, edge: int, wrong: Sequence[Box], right: Sequence[Box], share: float
) -> Outline | None:
    corners = list(zone.exterior.coords)
    (x1, y1), (x2, y2) = corners[edge], corners[edge + 1]
    length = hypot(x2 - x1, y2 - y1)
    if length == 0:
        return None
    inwards = 1.0 if zone.exterior.is_ccw else -1.0
    normal = (-(y2 - y1) / length * inwards, (x2 - x1) / length * inwards)
    along = ((x2 - x1) / length, (y2 - y1) / length)
    found: Outline | None = None
    for step in range(1, STEPS + 1):
        by = DEEPEST * step / STEPS
        kept = _judged(zone, _beyond((x1, y1), along, normal, by), wrong, right, share, _side(normal), by)
        if kept is not None and (found is None or kept.worth > found.worth):
            found = kept
    return found


def _beyond(
    corner: tuple[float, float], along: tuple[float, float], normal: tuple[float, float], by: float
) -> BaseGeometry:
    """All that lies on the outer side of the edge's line once that has moved inwards."""
    far = 4.0
    base = [(corner[0] + far * s * along[0], corner[1] + far * s * along[1]) for s in (-1, 1)]
    depths = (by, by, -far, -far)
    ring = [base[0], base[1], base[1], base[0]]
    moved = [(x + d * normal[0], y + d * normal[1]) for (x, y), d in zip(ring, depths, strict=True)]
    return shapely.Polygon(moved)


def _side(normal: tuple[float, float]) -> str:
    """In the picture, whose y goes down: an edge whose inner side is below it is the upper one."""
    if abs(normal[0]) > abs(normal[1]):
        return "left" if normal[0] > 0 else "right"
    return "upper" if normal[1] > 0 else "lower"


def _spots(wrong: Sequence[Box]) -> list[list[Box]]:
    """Groups of at least two whose footprints overlap the first one's, the largest first."""
    left = [footprint(box) for box in wrong]
    found = []
    while left:
        groups = [[b for b in left if overlap_of(a, b) >= SPOT] for a in left]
        best = max(groups, key=len)
        if len(best) < 2:
            break
        found.append(best)
        left = [each for each in left if each not in best]
    return found


def _without(
    zone: shapely.Polygon, spot: Sequence[Box], wrong: Sequence[Box], right: Sequence[Box], share: float
) -> Outline | None:
    hull = shapely.box(*_around(spot)).buffer(MARGIN, join_style="mitre")
    cut: BaseGeometry = hull
    if shapely.contains_properly(zone, hull):
        cut = shapely.union(hull, _slit(zone, hull))
    area = float(shapely.area(shapely.intersection(zone, cut)))
    return _judged(zone, cut, wrong, right, share, "spot", area)


def _around(spot: Sequence[Box]) -> Box:
    sides = list(zip(*spot, strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])


def _slit(zone: shapely.Polygon, hull: BaseGeometry) -> BaseGeometry:
    """A narrow way to the nearest edge: an outline has no holes."""
    way = shapely.shortest_line(hull, zone.exterior)
    (x1, y1), (x2, y2) = way.coords
    far = shapely.LineString([(x1, y1), (x2 + (x2 - x1) * 0.1, y2 + (y2 - y1) * 0.1)])
    return far.buffer(SLIT, cap_style="square")


def _judged(
    zone: shapely.Polygon,
    cut: BaseGeometry,
    wrong: Sequence[Box],
    right: Sequence[Box],
    share: float,
    where: str,
    by: float,
) -> Outline | None:
    """The zone without it; None where that ends nothing, or leaves too little."""
    kept = _one_polygon(shapely.difference(zone, cut))
    if kept is None or kept.area < LEAST * zone.area:
        return None
    ended, lost = (sum(_leaves(zone, kept, box, share) for box in boxes) for boxes in (wrong, right))
    if not ended:
        return None
    outline = [[round(x, 4), round(y, 4)] for x, y in kept.exterior.coords[:-1]]
    if len(outline) < 3 or not shapely.Polygon(outline).is_valid:
        return None
    return Outline(outline, where, round(by, 4), ended, lost)


def _one_polygon(shape: BaseGeometry) -> Any:
    """The largest part, without a hole; None where nothing is left."""
    parts = [each for each in shapely.get_parts(shape) if isinstance(each, shapely.Polygon)]
    whole = [each for each in parts if not each.is_empty and not each.interiors]
    return max(whole, key=lambda each: float(each.area), default=None)


def _leaves(zone: BaseGeometry, kept: BaseGeometry, box: Box, share: float) -> bool:
    """Whether it was in the zone with the share that counts, and is no more."""
    foot = shapely.box(*footprint(box))
    if foot.area == 0:
        return False
    before, after = (shapely.area(shapely.intersection(shape, foot)) / foot.area for shape in (zone, kept))
    return bool(before >= share > after)


def _best(tried: Iterable[Outline]) -> list[Outline]:
    return sorted((each for each in tried if each.worth[0] > 0), key=lambda each: each.worth, reverse=True)
