"""Boxes, footprints and zones. Boxes are shares of the picture (0..1), x1 y1 x2 y2, y downwards."""

from collections.abc import Sequence
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from edge.observation import Box

# What touches the ground is the lowest part of a box: roofs and loads lean over the kerb, wheels do not.
FOOTPRINT_SHARE: Final = 0.3


def footprint(box: Box) -> list[tuple[float, float]]:
    """The bottom strip of a box as a polygon, clockwise as seen, clipped to the picture."""
    x1, _, x2, bottom = (min(1.0, max(0.0, value)) for value in box)
    top = min(bottom, max(0.0, box[3] - FOOTPRINT_SHARE * (box[3] - box[1])))
    return [(x1, top), (x2, top), (x2, bottom), (x1, bottom)]


def iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes; 0 where either is empty."""
    shared = overlap(a, b)
    union = area(a) + area(b) - shared
    return shared / union if union > 0.0 else 0.0


def overlap(a: Box, b: Box) -> float:
    """The area that two boxes share."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return width * height if width > 0.0 and height > 0.0 else 0.0


def area(box: Box) -> float:
    """The area of a box; 0 for one that is turned inside out."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


class Region:
    """The outline of a zone, prepared for many questions. The outline must not cross itself."""

    def __init__(self, outline: Sequence[tuple[float, float]]) -> None:
        self._shape: BaseGeometry = shapely.Polygon(outline)
        self._bounds: Box = self._shape.bounds
        shapely.prepare(self._shape)

    def share(self, box: Box) -> float:
        """How much of the box's footprint lies inside, 0..1. Cheap where the bounds already say none."""
        corners = footprint(box)
        strip = (*corners[0], *corners[2])
        if overlap(strip, self._bounds) == 0.0:
            return 0.0
        foot = shapely.Polygon(corners)
        if shapely.contains_properly(self._shape, foot):
            return 1.0
        return float(min(1.0, shapely.area(shapely.intersection(self._shape, foot)) / foot.area))
