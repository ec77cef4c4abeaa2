"""Has anything changed since the detector last looked? Decides on a small grey picture.

Every look is compared with the very picture that the detector saw last, never with the look before, so a
change that creeps in slowly adds up until it is seen. A global change of gain (a cloud, an exposure step) is
divided out. Whatever the gate is unsure of counts as a change: its errors cost detector time, not evidence.
"""

from collections.abc import Sequence
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from broker.settings import Settings
from edge.observation import Box

Grey = NDArray[np.uint8]  # height x width
CELL = 8  # side of a cell of the small picture, in pixels
NOISE_FLOOR = 4.0  # grey levels: smaller differences are never a change
NOISE_CEILING = 14.0  # grey levels: larger ones always are, however restless the picture
SPARSE = 3  # every third pixel each way tells the noise as well as all
CHANGED_PIXELS = 4  # a cell has changed when so many of its pixels have
NEAR_CELLS = 3  # change so many cells from a zone still counts, however small the zone is
LIT = 8.0  # grey levels: darker cells say nothing about the gain
DEAD_SPREAD = 2.0  # grey levels: a picture whose darkest and brightest pixels lie closer shows nothing
DEAD_LEVEL = 12.0  # grey levels: a picture with hardly a pixel above is black


class MotionSettings(Settings):
    """How the gate looks. `ignore`: outlines in which change means nothing, such as a burnt-in clock."""

    width: Annotated[int, Field(ge=64, le=1280)] = 320
    ignore: tuple[tuple[tuple[float, float], ...], ...] = ()


def dead(grey: Grey) -> bool:
    """Whether the picture shows nothing at all: black, or one even tone."""
    below = np.cumsum(np.bincount(grey.ravel(), minlength=256)) / grey.size
    low, high = np.searchsorted(below, (0.01, 0.99))
    return bool(high < DEAD_LEVEL or high - low < DEAD_SPREAD)


class MotionGate:
    """Remembers the picture the detector saw last, and says what share of the view has changed since."""

    def __init__(self, settings: MotionSettings, near: NDArray[np.float64] | None = None) -> None:
        """near: (N, 4) boxes; change counts only within their own half size of one. None: anywhere."""
        self._ignore = settings.ignore
        self._near = near if near is not None and len(near) else None
        self._where: NDArray[np.bool_] | None = None
        self._seen: NDArray[np.float32] | None = None

    def change(self, grey: Grey, box: Box | None = None) -> float:
        """Share of the cells that count and have changed since `remember`; 1 where nothing was remembered.

        box: the cells within half its size of it count, instead of those near the gate's own boxes.
        """
        if self._seen is None or self._seen.shape != grey.shape:
            return 1.0
        cells = self._changed(grey, self._seen)
        return float(np.mean(self._counted(cells) if box is None else cells[_near(box, cells.shape)]))

    def _changed(self, grey: Grey, seen: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which cells have changed."""
        now = _smooth(grey)
        off = np.abs(now - seen * _gain(now, seen))
        limit = float(np.clip(5 * 1.4826 * np.median(off[::SPARSE, ::SPARSE]), NOISE_FLOOR, NOISE_CEILING))
        changed = (off > limit).astype(np.float32)
        _blank(changed, self._ignore)
        return np.asarray(_cells(changed) * CELL * CELL > CHANGED_PIXELS - 0.5)

    def _counted(self, cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The cells near a zone."""
        if self._near is None:
            return cells
        if self._where is None or self._where.shape != cells.shape:
            self._where = _cells_near(self._near, cells.shape)
        return cells[self._where]

    def remember(self, grey: Grey) -> None:
        """The detector looks at this picture."""
        self._seen = _smooth(grey)


def _near(box: Box, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return _cells_near(np.array([box]), shape)


def _cells_near(boxes: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which cells lie within half its size of a box, and within a few cells of it at least."""
    where = np.zeros(shape, np.bool_)
    rows, columns = shape
    for x1, y1, x2, y2 in boxes:
        dx, dy = max((x2 - x1) / 2, NEAR_CELLS / columns), max((y2 - y1) / 2, NEAR_CELLS / rows)
        top, bottom = max(0, int((y1 - dy) * rows)), int(np.ceil((y2 + dy) * rows))
        left, right = max(0, int((x1 - dx) * columns)), int(np.ceil((x2 + dx) * columns))
        where[top:bottom, left:right] = True
    return where


def _smooth(grey: Grey) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(grey.astype(np.float32), (3, 3)), np.float32)


def _cells(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of the cells; a border narrower than a cell becomes a cell of its own by zero padding."""
    height, width = values.shape
    padded = cv2.copyMakeBorder(values, 0, -height % CELL, 0, -width % CELL, cv2.BORDER_CONSTANT, value=0)
    size = (padded.shape[1] // CELL, padded.shape[0] // CELL)
    return np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.float32)


def _gain(now: NDArray[np.float32], seen: NDArray[np.float32]) -> float:
    """The brightness factor most of the picture agrees on (a median, so that a passing lorry has no say)."""
    then, today = _cells(seen), _cells(now)
    lit = then > LIT
    return float(np.median(today[lit] / then[lit])) if lit.any() else 1.0


def _blank(changed: NDArray[np.float32], outlines: Sequence[Sequence[tuple[float, float]]]) -> None:
    height, width = changed.shape
    for outline in outlines:
        points = np.round(np.asarray(outline) * (width, height)).astype(np.int32)
        cv2.fillPoly(changed, [points], (0.0,))
