"""The small grey picture that motion, view trust and standing things are judged by."""

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.frames import Frame


def small_grey_of(frame: Frame, width: int) -> NDArray[np.uint8]:
    """A frame's brightness at `width` (or its own width where smaller), black 0 and white 255.

    Costs a pass over the Y plane as it was decoded; the picture is not converted.
    """
    grey = frame.luma
    if frame.width > width:
        height = max(1, round(frame.height * width / frame.width))
        # Where many rows become one, a part of them tells as much and costs less.
        skip = max(1, frame.width // (2 * width))
        grey = np.asarray(cv2.resize(grey[::skip], (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return stretched(grey, frame.levels)


def stretched(grey: NDArray[np.uint8], levels: tuple[int, int]) -> NDArray[np.uint8]:
    """With black at 0 and white at 255."""
    black, white = levels
    if (black, white) == (0, 255):
        return np.ascontiguousarray(grey)
    table = np.clip((np.arange(256) - black) * 255 / (white - black) + 0.5, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(grey, table), np.uint8)
