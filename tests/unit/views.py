"""A made street for a camera that can be moved, and what the view watch says of it."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import Box, View
from edge.perception.view import ViewSettings, ViewWatch

Grey = NDArray[np.uint8]
HEIGHT, WIDTH, MARGIN = 180, 320, 48
COLOUR = 12.0


class Street:
    """Structure at many scales, 40 to 200 levels, with noise that is new at every look."""

    def __init__(self, seed: int = 7, noise: float = 1.0) -> None:
        self.random = np.random.default_rng(seed)
        self.noise = noise
        rows, columns = HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN
        picture = np.zeros((rows, columns), np.float32)
        for size in (3, 9, 27, 81):
            coarse = self.random.random((rows // size + 2, columns // size + 2)).astype(np.float32)
            picture += cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)
        self.picture = (30 + 170 * picture / 4).clip(0, 255)

    def look(self, dx: float = 0.0, dy: float = 0.0, turn: float = 0.0) -> Grey:
        """The picture of a camera that was moved by so many pixels and degrees."""
        way = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turn, 1.0)
        way[:, 2] += (dx + MARGIN, dy + MARGIN)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        shown = cv2.warpAffine(self.picture, way, (WIDTH, HEIGHT), flags=flags)
        return self.noisy(shown)

    def noisy(self, picture: NDArray[np.floating]) -> Grey:
        grain = self.random.normal(0, self.noise, picture.shape) if self.noise else 0.0
        return np.clip(np.rint(picture + grain), 0, 255).astype(np.uint8)


Shown = Callable[[float], tuple[Grey, float | None]]  # seconds since the change -> picture, colour


@dataclass
class Told:
    """What was said after the change: each condition with its first second, and the last view."""

    first: dict[str, float]
    view: View


def watched(street: Street, every: float, seconds: float = 80.0) -> ViewWatch:
    """A watch that knows the street."""
    watch = ViewWatch(ViewSettings())
    for step in range(int(seconds / every)):
        watch.look(step * every, street.look(), colour=COLOUR)
    return watch


def told(
    watch: ViewWatch,
    shown: Shown,
    every: float,
    seconds: float = 60.0,
    start: float = 80.0,
    busy: Box | None = None,
) -> Told:
    """Shows it something else for so many seconds."""
    first: dict[str, float] = {}
    view = View()
    for step in range(int(seconds / every) + 1):
        picture, colour = shown(step * every)
        view = watch.look(start + step * every, picture, colour=colour, busy=[busy] if busy else ())
        first.setdefault(view.condition, step * every)
    return Told(first, view)
