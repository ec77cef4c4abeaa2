"""Two pictures of one spot, now and clean: is it a thing, the empty place of one, or light on the ground?"""

from typing import Final

import cv2
import numpy as np

from edge.perception.cells import CELL, Cells, Floats, Structure

LEAST_OFF: Final = 6.0  # units of 100 ln by which a pixel differs
HALF: Final = 0.35  # of how far the spot differs at most
LIKE_GROUND: Final = 0.6  # correlation with the ground above which only the light is new
RIM: Final = 1  # pixels on both sides of an outline that are neither inside nor outside
FEW: Final = 30  # pixels; of fewer nothing can be said


class Spot:
    """The pixels of some cells; `outline` runs around what differs in them."""

    def __init__(self, cells: Cells, now: Structure, clean: Structure) -> None:
        rows, columns = part = _around(cells, 3)
        pixels = (
            slice(rows.start * CELL, rows.stop * CELL),
            slice(columns.start * CELL, columns.stop * CELL),
        )
        self._now, self._clean = (np.ascontiguousarray(s.light()[pixels]) for s in (now, clean))
        self._inside = np.repeat(np.repeat(cells[part], CELL, axis=0), CELL, axis=1)
        off = self._now - self._clean
        # The light of the whole neighbourhood may be another one by now.
        off = np.abs(off - np.median(off[~self._inside]) if not self._inside.all() else off)
        least = max(LEAST_OFF, HALF * float(np.percentile(off[self._inside], 90)))
        differs = (self._inside & (off > least)).view(np.uint8)
        closed = cv2.morphologyEx(differs, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        self._body = closed > 0
        self._outline = cv2.morphologyEx(closed, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0

    def taken_away(self) -> bool:
        """The clean picture has the edges of a thing here: it was there before, and has gone.

        A thing has edges all along its outline, the ground runs on underneath. So of the two pictures the one
        with more edge along the outline of what differs holds the thing. Edges within count half, for a plain
        bag lies on cobbles too.
        """
        if not self._outline.any():
            return False
        now, clean = (cv2.magnitude(*_slopes(fine)) for fine in (self._now, self._clean))
        along, within = (
            float(np.log((now[part].mean() + 1.0) / (clean[part].mean() + 1.0)))
            for part in (self._outline, self._body)
        )
        return along + 0.5 * within < 0.0

    def only_light(self) -> bool:
        """The structure of the ground is still there: as a whole, or in its slopes within the outline.

        The hard rim of a shadow is a new edge, but between its rims the ground has the slopes it had.
        """
        if _alike([self._now[self._inside]], [self._clean[self._inside]]):
            return True
        rim = cv2.dilate(self._outline.view(np.uint8), np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)) > 0
        core = self._body & ~rim
        if core.sum() < FEW:
            return False
        now, clean = _slopes(self._now), _slopes(self._clean)
        return _alike([slope[core] for slope in now], [slope[core] for slope in clean])


def _slopes(fine: Floats) -> tuple[Floats, Floats]:
    """The gradient by pixel, across and down."""
    across, down = cv2.Sobel(fine, cv2.CV_32F, 1, 0), cv2.Sobel(fine, cv2.CV_32F, 0, 1)
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _alike(now: list[Floats], clean: list[Floats]) -> bool:
    """Whether values correlate."""
    a = np.concatenate([values - values.mean() for values in now])
    b = np.concatenate([values - values.mean() for values in clean])
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return spread > 0.0 and float(a @ b) / spread > LIKE_GROUND


def _around(cells: Cells, reach: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - reach), min(len(cells), int(rows[-1]) + reach + 1)),
        slice(max(0, int(columns[0]) - reach), min(cells.shape[1], int(columns[-1]) + reach + 1)),
    )
