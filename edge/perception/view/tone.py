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
    counts = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()
    below = np.cumsum(counts) / grey.size
    low, high = np.searchsorted(below, (0.01, 0.99))
    return Tone(float(low), float(high), float(counts[GLARE:].sum() / grey.size))
