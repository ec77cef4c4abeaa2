"""How bright a picture is: a few figures of its histogram."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

GLARE: Final = 245  # levels from which a pixel is blown out


@dataclass(frozen=True, slots=True)
class Tone:
    """low, high: the levels of the darkest and the brightest hundredth. glare: share of blown-out pixels."""

    low: float
    high: float
    glare: float

    @property
    def spread(self) -> float:
        """Between the darkest and the brightest hundredth."""
        return self.high - self.low


def tone(grey: NDArray[np.uint8]) -> Tone:
    """The figures of one picture."""
    sparse = np.ascontiguousarray(grey[::2, ::2])
    below = np.cumsum(cv2.calcHist([sparse], [0], None, [256], [0, 256])) / sparse.size
    low, high = np.searchsorted(below, (0.01, 0.99))
    return Tone(float(low), float(high), 1.0 - float(below[GLARE - 1]))
