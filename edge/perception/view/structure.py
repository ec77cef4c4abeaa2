"""The structure of a small grey picture at its full size: what stays of it when the light is taken away.

The logarithm turns a gain into an offset, and taking the local mean away removes the offset: neither a cloud
nor dusk is a change. Edges keep their places to a fraction of a pixel, which `edge.perception.cells`, half as
large and much the same otherwise, does without.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

CELL: Final = 4  # side of a cell in pixels
LOCAL: Final = 7  # cells each way whose mean is the local mean
DARK: Final = 20.0  # levels added before the logarithm, so that the noise of the dark stays small

Grey = NDArray[np.uint8]  # height x width
Floats = NDArray[np.float32]

_LOG: Final = (100 * np.log((np.arange(256) + DARK) / DARK)).astype(np.float32)


@dataclass(slots=True)
class Structure:
    """A picture as structure in units of 100 ln, by pixel, with its mean and variance by cell."""

    fine: Floats
    mean: Floats
    variance: Floats

    @classmethod
    def of(cls, fine: Floats) -> "Structure":
        """With the moments of `fine`."""
        mean = pool(fine)
        return cls(fine, mean, pool(cv2.multiply(fine, fine)) - mean * mean)


def whole(grey: Grey) -> Grey:
    """The picture without the last rows and columns that are no whole cell."""
    return grey[: grey.shape[0] // CELL * CELL, : grey.shape[1] // CELL * CELL]


def structure(grey: Grey) -> Structure:
    """The structure of a picture whose sides are multiples of CELL."""
    height, width = grey.shape
    light = cv2.LUT(cv2.GaussianBlur(grey, (3, 3), 0), _LOG)
    level = cv2.resize(light, (width // CELL, height // CELL), interpolation=cv2.INTER_AREA)
    local = cv2.resize(cv2.blur(level, (LOCAL, LOCAL)), (width, height), interpolation=cv2.INTER_LINEAR)
    return Structure.of(np.asarray(cv2.subtract(light, local), np.float32))


def pool(fine: cv2.typing.MatLike) -> Floats:
    """Means over the windows of 3 x 3 cells around each cell."""
    size = (fine.shape[1] // CELL, fine.shape[0] // CELL)
    return np.asarray(cv2.blur(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), (3, 3)), np.float32)
