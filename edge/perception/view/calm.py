"""Does the stream show the same picture over and over, coded anew? By what a still picture cannot have.

The errors of an encoder differ from picture to picture, so the bytes do; but the mean of no block moves, for
they cancel out there, and the camera's own noise is gone. A street in which nothing moves for a while still
has its noise, and one that has lost it (a lower rate, a better light) still moves: only both together for
longer than this view was ever calm is a freeze. Where the whole picture changes, what is known of its noise
does not count any more; a camera that never showed noise tells nothing.
"""

from collections import deque
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.view.stillness import FORGET, MORE, PATIENCE, SLIVER, TIMES, box_share

BLOCK: Final = 16  # pixels
MOVED: Final = 4.0  # levels by which the mean of a block moves where something does; errors of encoders: 2.5
WHOLE: Final = 0.5  # of the blocks: where more have moved from look to look, the light is another
GONE: Final = 0.5  # of the usual noise is left at the most
NOISY: Final = 0.5  # levels of noise from which its loss can be told
LEAST: Final = 40.0  # seconds without movement
KNOWN: Final = 40.0  # seconds until the noise is known
FOLLOW: Final = 120.0  # seconds over which it is followed
SIXTEEN: Final = 16.0
LOOKS: Final = 5  # the middle of so many is believed

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]


class Calm:
    """How long neither movement nor noise was seen. usual: seconds of the longest time without movement."""

    def __init__(self) -> None:
        self.run = 0.0
        self.usual = 0.0
        self._calm = 0.0
        self._noise: float | None = None
        self._known = 0.0
        self._seen = 0.0
        self._share = 0.0  # of the blocks that usually move from look to look
        self._last: Grey | None = None
        self._means: Floats | None = None
        self._first: Floats | None = None
        self._moved: NDArray[np.bool_] | None = None
        self._noises: deque[float] = deque(maxlen=LOOKS)

    def look(self, dt: float, grey: Grey) -> None:
        """The next picture, `dt` seconds after the last one."""
        last, self._last = self._last, grey.copy()
        means, self._means = self._means, _means(grey)
        self.usual *= float(np.exp(-dt / FORGET))
        if last is None or means is None or last.shape != grey.shape:
            self._begin()
            self._forget()
        elif dt > 0:
            self._compare(dt, _noise(last, grey), float((np.abs(self._means - means) > MOVED).mean()))

    def _compare(self, dt: float, noise: float, share: float) -> None:
        whole = share > max(WHOLE, TIMES * self._share)
        self._seen += dt
        self._share += (share - self._share) * min(1.0, dt / min(FOLLOW, self._seen))
        if whole:
            self._begin()
            self._forget()
            return
        self._noises.append(noise)
        if self._first is None or self._means is None:
            return
        moved = np.abs(self._means - self._first) > MOVED
        together = moved if self._moved is None else moved | self._moved
        if box_share(together) > SLIVER:
            self._ended()
            self._learn(dt, noise)
            return
        self._moved, self._calm = together, self._calm + dt
        gone = self._noise is not None and float(np.median(self._noises)) < GONE * self._noise
        if gone and self._known >= KNOWN:
            if self.run == 0.0:  # so long nothing moved while the camera lived
                self.usual = max(self.usual, min(self._calm - dt, PATIENCE))
            self.run += dt
        else:
            self.run = 0.0
            self._learn(dt, noise)

    def _learn(self, dt: float, noise: float) -> None:
        self._known += dt
        weight = min(1.0, dt / min(FOLLOW, self._known))
        self._noise = noise if self._noise is None else self._noise + (noise - self._noise) * weight

    def _ended(self) -> None:
        """Something moves: the camera lives, with what noise it has."""
        if not self.frozen:
            self.usual = max(self.usual, min(self._calm, PATIENCE))
        if self.run > 0:
            self._forget()
        self._begin()

    def _begin(self) -> None:
        self.run, self._calm, self._moved, self._first = 0.0, 0.0, None, self._means

    def _forget(self) -> None:
        self._noise, self._known = None, 0.0
        self._noises.clear()

    @property
    def frozen(self) -> bool:
        """Whether there was neither for longer than this view is ever calm."""
        noisy = self._noise is not None and self._noise >= NOISY
        return noisy and self.run >= max(LEAST, TIMES * self.usual + MORE)


def _means(grey: Grey) -> Floats:
    """By block, to whole levels."""
    height, width = (side // BLOCK for side in grey.shape)
    whole = grey[: height * BLOCK, : width * BLOCK]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _noise(last: Grey, grey: Grey) -> float:
    """The middle of the blocks' mean differences, up to 15 levels: what moves has no part in it."""
    off = cv2.convertScaleAbs(cv2.absdiff(last, grey), alpha=SIXTEEN)
    return float(np.median(_means(np.asarray(off, np.uint8)))) / SIXTEEN
