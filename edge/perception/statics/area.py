"""Which cells are judged at all, and which of them a look shows."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import Box
from edge.perception.cells import CELL, Cells, whole, widened

REACH: Final = 6  # cells around a zone that are judged too: things lie across its border
GUARD: Final = 4  # cells beside what a moved picture does not show: windows reach there, and warps blur
BLUR: Final = 2.0 * CELL  # pixels around a thing in which windows of 3 x 3 cells still see it
VAST: Final = 0.5  # of the picture: a box so large says nothing

Rectangles = NDArray[np.intp]  # N x 4: x1 y1 x2 y2 in cells, within the picture
Outlines = Sequence[Sequence[tuple[float, float]]]


class Area:
    """The cells of the zones of one source, for pictures of one size (height, width)."""

    def __init__(self, outlines: Outlines, ignore: Outlines, size: tuple[int, int]) -> None:
        self.size = size
        self.shape = (size[0] // CELL, size[1] // CELL)
        self.near = widened(_drawn(outlines, size), REACH) & ~_drawn(ignore, size)

    def none(self) -> Cells:
        """No cell."""
        return np.zeros(self.shape, np.bool_)

    def hidden(self, valid: NDArray[np.bool_] | None) -> Cells:
        """Cells that a moved picture does not show, or hardly."""
        if valid is None or valid.all():
            return self.none()
        rows, columns = self.shape
        lost = whole((~valid).view(np.uint8)).reshape(rows, CELL, columns, CELL)
        return widened(np.asarray(lost.any(axis=(1, 3))), GUARD)

    def boxes(self, boxes: Sequence[Box]) -> tuple[Cells, Rectangles, Cells]:
        """Cells under detected things, each by itself, and all with the ground of their shadows."""
        bare, grown = self.none(), self.none()
        each: list[tuple[int, int, int, int]] = []
        height, width = self.size
        for x1, y1, x2, y2 in boxes:
            if (x2 - x1) * (y2 - y1) > VAST:
                continue
            left, top, right, bottom = x1 * width, y1 * height, x2 * width, y2 * height
            side, above = max(BLUR, 0.2 * (right - left)), max(BLUR, 0.1 * (bottom - top))
            below = BLUR + 0.15 * (bottom - top)
            each.append(_fill(bare, left, top, right, bottom))
            _fill(grown, left - side, top - above, right + side, bottom + below)
        return bare, np.asarray(each, np.intp).reshape(-1, 4), grown


def _drawn(outlines: Outlines, size: tuple[int, int]) -> Cells:
    """Cells that outlines touch."""
    height, width = size
    drawn = np.zeros((height, width), np.uint8)
    for outline in outlines:
        points = np.round(np.asarray(outline) * (width, height)).astype(np.int32)
        cv2.fillPoly(drawn, [points], (1,))
    cells = whole(drawn).reshape(height // CELL, CELL, width // CELL, CELL)
    return np.asarray(cells.any(axis=(1, 3)))


def _fill(cells: Cells, left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    """Set every cell of a box of pixels; returns it in cells."""
    rows, columns = cells.shape
    x1, x2 = (min(columns, max(0, round(x / CELL))) for x in (left, right))
    y1, y2 = (min(rows, max(0, round(y / CELL))) for y in (top, bottom))
    cells[y1:y2, x1:x2] = True
    return x1, y1, x2, y2
