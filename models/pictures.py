"""Pictures into the tensors that networks want, and boxes back into shares of the picture."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detections import Floats, Picture


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies on a network's canvas: pixel = share x (wide, high) + (left, top)."""

    left: float
    top: float
    wide: float
    high: float

    def shares(self, boxes: NDArray[np.floating[Any]]) -> Floats:
        """(N, 4) x1 y1 x2 y2 in canvas pixels as shares of the picture, clipped to 0..1."""
        return np.clip(self.whole(boxes), 0.0, 1.0)

    def whole(self, boxes: NDArray[np.floating[Any]]) -> Floats:
        """The same, with what lies outside of the picture."""
        origin = np.array([self.left, self.top] * 2, np.float32)
        extent = np.array([self.wide, self.high] * 2, np.float32)
        shares: Floats = (boxes.astype(np.float32) - origin) / extent
        return shares


@dataclass(frozen=True, slots=True)
class Prepared:
    """One picture as a network takes it: its inputs by name, without the batch axis, and the way back."""

    feeds: dict[str, NDArray[Any]]
    placement: Placement


def stretched(picture: Picture, width: int, height: int) -> tuple[Picture, Placement]:
    """The picture pulled to the canvas, whatever that does to its proportions."""
    return _resized(picture, width, height), Placement(0, 0, width, height)


def letterboxed(
    picture: Picture, width: int, height: int, *, fill: int, centred: bool
) -> tuple[Picture, Placement]:
    """The picture in its own proportions, in the middle of the canvas or at its top left, the rest filled."""
    ratio = min(height / picture.shape[0], width / picture.shape[1])
    wide, high = max(1, round(picture.shape[1] * ratio)), max(1, round(picture.shape[0] * ratio))
    left, top = ((width - wide) // 2, (height - high) // 2) if centred else (0, 0)
    canvas = np.full((height, width, 3), fill, np.uint8)
    canvas[top : top + high, left : left + wide] = _resized(picture, wide, high)
    return canvas, Placement(left, top, wide, high)


def padded(picture: Picture, multiple: int, longest: int) -> tuple[Picture, Placement]:
    """The picture at its own size, shrunk if longer than `longest`, black to the next multiple."""
    ratio = min(1.0, longest / max(picture.shape[:2]))
    wide, high = max(1, round(picture.shape[1] * ratio)), max(1, round(picture.shape[0] * ratio))
    canvas = np.zeros((-(-high // multiple) * multiple, -(-wide // multiple) * multiple, 3), np.uint8)
    canvas[:high, :wide] = _resized(picture, wide, high)
    return canvas, Placement(0, 0, wide, high)


def _resized(picture: Picture, width: int, height: int) -> Picture:
    if picture.shape[:2] == (height, width):
        return picture
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def tensor(
    canvas: Picture,
    *,
    rgb: bool,
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0),
    scale: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> Floats:
    """(3, H, W) float32: (value - mean) / scale for each channel, in the order that `rgb` says."""
    channels = canvas[:, :, ::-1] if rgb else canvas
    planes = np.ascontiguousarray(channels.transpose(2, 0, 1)).astype(np.float32)
    if mean != (0.0, 0.0, 0.0):
        planes -= np.array(mean, np.float32)[:, None, None]
    if scale != (1.0, 1.0, 1.0):
        planes /= np.array(scale, np.float32)[:, None, None]
    return planes
