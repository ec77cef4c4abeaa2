"""Has the stream stopped to show anything new? By the bytes, outside whatever always changes.

A frozen picture is the same byte by byte but for a burnt-in clock, so a run of stillness goes on while all
blocks that have changed since it began lie within a sliver of the picture. A scene without noise, at night
and well compressed, is still as well for a while: how long the runs of this camera are that end by themselves
is learnt, and slowly forgotten.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

BLOCK: Final = 8  # pixels
SLIVER: Final = 0.05  # of the picture: the box around a line of text
LIVELY_SLIVER: Final = 0.09  # where all of a living picture changes, more may
OBVIOUS: Final = 0.25  # of the pixels: where more have changed, nobody asks for the blocks
LIVELY: Final = 0.5  # of the blocks: a picture in which so much changes from look to look has noise
CALMER, LIVELIER = 0.3, 0.02  # how fast it is learnt that a camera has less noise, or more
TRULY: Final = 2.0  # times the limit: a freeze that lasted so long was one
LOOKS: Final = 4  # of them at least make a run
TIMES: Final = 2.0  # as long as the longest usual run, and
MORE: Final = 8.0  # seconds on top of that
PATIENCE: Final = 600.0  # seconds: no run is usual that is longer
FORGET: Final = 86_400.0  # seconds in which the longest run loses two thirds
QUIET_START: Final = 20.0  # seconds of stillness expected of a picture that has shown no noise

Grey = NDArray[np.uint8]


class Stillness:
    """How long one picture has been still. usual: seconds of its longest run that ended by itself."""

    def __init__(self, least: float) -> None:
        self.run = 0.0
        self.usual = 0.0
        self._least = least
        self._looks = 0
        self._lively: float | None = None
        self._last: Grey | None = None
        self._changed: NDArray[np.bool_] | None = None

    def look(self, dt: float, grey: Grey) -> None:
        """The next picture, `dt` seconds after the last one."""
        last, self._last = self._last, grey.copy()
        self.usual *= float(np.exp(-dt / FORGET))
        if last is None or last.shape != grey.shape:
            self._begin()
        elif dt > 0:
            self._compare(dt, last, grey)

    def _compare(self, dt: float, last: Grey, grey: Grey) -> None:
        height, width = (side // BLOCK * BLOCK for side in grey.shape)
        off = cv2.absdiff(last[:height, :width], grey[:height, :width])
        if cv2.countNonZero(off) > OBVIOUS * off.size:
            self._ended(1.0)
            return
        now = _blocks(np.asarray(off, np.uint8))
        together = now if self._changed is None else now | self._changed
        if box_share(together) <= (LIVELY_SLIVER if self._is_lively else SLIVER):
            self._changed, self.run, self._looks = together, self.run + dt, self._looks + 1
        else:
            self._ended(float(now.mean()))

    def _ended(self, share: float) -> None:
        """A run is over, or there was none.

        After a true freeze all of the picture is new at once; after a lull too, where a key frame ends it,
        but that is not much longer than the lulls before.
        """
        thawed = self.frozen and share > LIVELY and self.run > TRULY * self.limit
        if not thawed:
            self.usual = max(self.usual, min(self.run, PATIENCE))
        if not self.frozen:
            last = share if self._lively is None else self._lively
            self._lively = last + (share - last) * (CALMER if share < last else LIVELIER)
        self._begin()

    def _begin(self) -> None:
        self.run, self._looks, self._changed = 0.0, 0, None

    @property
    def limit(self) -> float:
        """Seconds of stillness that are not usual for this camera."""
        usual = self.usual if self._is_lively else max(self.usual, QUIET_START)
        return max(self._least, TIMES * usual + MORE if usual else 0.0)

    @property
    def _is_lively(self) -> bool:
        """Whether the noise of the camera changes most of the picture from look to look."""
        return self._lively is not None and self._lively >= LIVELY

    @property
    def frozen(self) -> bool:
        """Whether the picture has stood still longer than it ever does."""
        return self._looks >= LOOKS and self.run >= self.limit


def _blocks(off: Grey) -> NDArray[np.bool_]:
    """Which blocks differ at all."""
    height, width = off.shape
    rows = off.reshape(height // BLOCK, BLOCK, width).max(axis=1)
    return np.asarray(rows.reshape(-1, width // BLOCK, BLOCK).max(axis=2) > 0)


def box_share(blocks: NDArray[np.bool_]) -> float:
    """The share of the picture that the box around the blocks takes."""
    rows, columns = np.flatnonzero(blocks.any(axis=1)), np.flatnonzero(blocks.any(axis=0))
    if not len(rows):
        return 0.0
    return float((rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1) / blocks.size)
