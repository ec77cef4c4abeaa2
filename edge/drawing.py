"""What is drawn into a picture: masks first, then outlines and the caption on top."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detections import Picture

_FILL, _STRIPE = 128, 150
_STRIPE_EVERY = 12  # pixels across, a third of it lighter
_WHITE, _DARK, _AMBER = (255, 255, 255), (24, 24, 24), (0, 190, 255)
_FONT = cv2.FONT_HERSHEY_SIMPLEX

Corners = Sequence[tuple[float, float]]


def paint_masks(picture: Picture, hidden: NDArray[np.bool_]) -> None:
    """Grey with faint slanting stripes wherever `hidden` is set: the same whatever lay beneath.

    The stripes tell a mask from a grey thing of the scene.
    """
    rows, columns = np.nonzero(hidden)
    lighter = (rows + columns) % _STRIPE_EVERY < _STRIPE_EVERY // 3
    picture[rows, columns] = np.where(lighter, _STRIPE, _FILL)[:, None]


def outline_on(picture: Picture, corners: Corners, *, strong: bool) -> None:
    """A closed line through corners in shares of the picture: thin and pale, or amber on a dark edge."""
    height, width = picture.shape[:2]
    points = np.array([[round(x * (width - 1)), round(y * (height - 1))] for x, y in corners], np.int32)
    thin = max(1, round(max(width, height) / 640))
    if strong:
        cv2.polylines(picture, [points], True, _DARK, 3 * thin + 1, cv2.LINE_AA)
    cv2.polylines(
        picture, [points], True, _AMBER if strong else _WHITE, 2 * thin if strong else thin, cv2.LINE_AA
    )


def captioned(picture: Picture, text: str) -> Picture:
    """The picture with a dark strip below it that carries one line of ASCII, shrunk to fit the width."""
    width = picture.shape[1]
    strip = max(16, round(max(picture.shape[:2]) / 36))
    scale = strip / 40
    (wide, _), _ = cv2.getTextSize(text, _FONT, scale, 1)
    scale *= min(1.0, (width - 8) / max(1, wide))
    (_, high), below = cv2.getTextSize(text, _FONT, scale, 1)
    band = np.full((strip, width, 3), _DARK, np.uint8)
    cv2.putText(band, text, (4, (strip + high - below) // 2), _FONT, scale, _WHITE, 1, cv2.LINE_AA)
    return np.concatenate([picture, band])
