"""How much of a picture's fine detail is left.

Beside the coarse structure of the same cells, so that light, fog and gain are no loss; and as a regression
on the detail that was there, in which noise has no part. Single looks err (a mast trembles, a lorry passes):
what is lost a little, or slowly, is judged by the middle of several.
"""

from collections import deque
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.cells import CELL, pool
from edge.perception.view.structure import Structure

Floats = NDArray[np.float32]

NOISE: Final = 6.0  # variance that is noise
FINE: Final = 4.0  # variance of fine detail from which a cell tells of the sharpness
LEAST: Final = 20  # cells
LOOKS: Final = 5  # the middle of so many is believed
FOLLOW: Final = 120.0  # seconds over which it is learnt how sharp a view is; once that is known,
FORGET: Final = 86_400.0  # seconds over which a loss becomes usual: no lens takes so long


def blurred(fine: Floats) -> Floats:
    """Without its fine detail."""
    return np.asarray(cv2.GaussianBlur(fine, (5, 5), 1.2), np.float32)


class Detail:
    """The fine detail of a picture that others are compared with. weight: how much each cell counts."""

    def __init__(self, fine: Floats, weight: Floats) -> None:
        self.weight = weight
        self.fine = np.asarray(cv2.subtract(fine, blurred(fine)), np.float32)
        self.variance = pool(cv2.multiply(self.fine, self.fine), CELL)
        told = self.variance[weight > 0.2]
        self.floor = max(1.0, min(FINE, float(np.quantile(told, 0.5)))) if told.size else FINE

    def left(
        self, now: Structure, smooth: Floats, then: Structure, rho: Floats, free: Floats
    ) -> float | None:
        """The share of it that is still there; None: too few cells tell. rho: their likeness to `then`."""
        fine = cv2.subtract(now.fine, smooth)
        left = pool(cv2.multiply(fine, self.fine), CELL) / (self.variance + 1.0)
        coarse = rho * np.sqrt((now.variance + NOISE) / (then.variance + NOISE))
        told = (self.weight * free > 0.2) & (rho > 0.3) & (self.variance > self.floor)
        if np.count_nonzero(told) < LEAST:
            return None
        return float(np.median(left[told] / np.clip(coarse[told], 0.2, 5.0)))


class Slowly:
    """The middle of the last looks at the sharpness."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=LOOKS)

    def look(self, crisp: float | None) -> None:
        """What one look came to."""
        if crisp is not None:
            self._last.append(crisp)

    @property
    def crisp(self) -> float | None:
        """None while too little is known."""
        return float(np.median(self._last)) if len(self._last) == LOOKS else None


def usually(was: float | None, now: float | None, dt: float) -> float | None:
    """How sharp a view usually is: sharper is soon believed, softer is not."""
    if was is None or now is None:
        return now if was is None else was
    return was + (now - was) * min(1.0, dt / (FOLLOW if now > was else FORGET))
