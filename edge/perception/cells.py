"""The structure of a small grey picture, cell by cell: what stays of it when the light is taken away.

The logarithm turns a gain into an offset, and taking the local mean away removes the offset. What is left is
compared over windows of 12 x 12 pixels by normalised cross-correlation, so neither a cloud nor dusk is a
change, while a thing that stands before the ground is.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

CELL: Final = 4  # side of a cell in pixels
# Structure is kept at half the size: the finest grain is noise and the coder's, and costs four times as much.
FINE: Final = 2  # side of a cell in pixels of a structure
LOCAL: Final = 7  # cells each way whose mean is the local mean
DARK: Final = 20.0  # levels added before the logarithm, so that the noise of the dark stays small
GAINS: Final = (0.4, 2.5)  # the same structure may have this contrast; beyond, it is another one
QUIET: Final = 4.0  # variance in units of 100 ln below which structure is no structure

Grey = NDArray[np.uint8]  # height x width
Floats = NDArray[np.float32]
Cells = NDArray[np.bool_]  # rows x columns

LOG: Final = (100 * np.log((np.arange(256) + DARK) / DARK)).astype(np.float32)


@dataclass(slots=True)
class Structure:
    """A picture as structure, in units of 100 ln. level, mean and variance are by cell, `fine` by pixel
    of half the picture's size."""

    fine: Floats
    level: Floats
    mean: Floats
    variance: Floats

    @classmethod
    def of(cls, fine: Floats, level: Floats) -> "Structure":
        """With the moments of `fine`."""
        mean = pool(fine)
        return cls(fine, level, mean, pool(cv2.multiply(fine, fine)) - mean * mean)

    def light(self) -> Floats:
        """The logarithm of the light by pixel, with its local mean."""
        return self.fine + _local(self.level)


def whole(grey: Grey) -> Grey:
    """The picture without the last rows and columns that are no whole cell."""
    return grey[: grey.shape[0] // CELL * CELL, : grey.shape[1] // CELL * CELL]


def structure(grey: Grey) -> Structure:
    """The structure of a picture whose sides are multiples of CELL."""
    height, width = grey.shape
    half = cv2.resize(grey, (width * FINE // CELL, height * FINE // CELL), interpolation=cv2.INTER_AREA)
    light = cv2.LUT(half, LOG)
    means = cv2.resize(light, (width // CELL, height // CELL), interpolation=cv2.INTER_AREA)
    level = np.asarray(means, np.float32)
    return Structure.of(np.asarray(cv2.subtract(light, _local(level)), np.float32), level)


def _local(level: Floats) -> Floats:
    """The local mean by pixel."""
    size = (level.shape[1] * FINE, level.shape[0] * FINE)
    mean = cv2.resize(cv2.blur(level, (LOCAL, LOCAL)), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(mean, np.float32)


def pool(fine: cv2.typing.MatLike, side: int = FINE) -> Floats:
    """Means over the windows of 3 x 3 cells around each cell, whose side is so many pixels."""
    size = (fine.shape[1] // side, fine.shape[0] // side)
    return np.asarray(cv2.blur(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), (3, 3)), np.float32)


def unlike(now: Structure, then: Structure) -> tuple[Floats, Floats]:
    """By cell: the variance of `now` that `then` does not explain at its best gain, and its share, 0 to 1."""
    shared = pool(cv2.multiply(now.fine, then.fine)) - now.mean * then.mean
    gain = np.clip(shared / (then.variance + 1.0), *GAINS)
    scaled = gain * gain * then.variance
    rest = np.maximum(now.variance - 2.0 * gain * shared + scaled, 0.0)
    return rest, rest / (np.maximum(now.variance, scaled) + QUIET)


def widened(cells: Cells, reach: int) -> Cells:
    """The cells and all within `reach` cells of them."""
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return cv2.dilate(cells.view(np.uint8), kernel) > 0


def by_pixel(cells: Cells, side: int = FINE) -> Cells:
    """The cells, `side` pixels each way for each; cells may have further axes before."""
    return np.asarray(np.repeat(np.repeat(cells, side, axis=-2), side, axis=-1))


def over_pixels(cells: Cells) -> Floats:
    """Weights by pixel, 1 inside and falling to 0 over the border: a hard seam would be a false structure."""
    size = (cells.shape[1] * FINE, cells.shape[0] * FINE)
    return np.asarray(cv2.resize(cells.astype(np.float32), size, interpolation=cv2.INTER_LINEAR), np.float32)
