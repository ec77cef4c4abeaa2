"""What every detector returns, whatever network it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # height x width x 3, BGR
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Detections:
    """Things found in one picture, as a struct of arrays.

    boxes: (N, 4) float32, x1 y1 x2 y2 as shares of the picture's width and height, clipped to 0..1.
    scores: (N,) float32 in 0..1. classes: (N,) int64, indices into the detector's labels.
    """

    boxes: Floats
    scores: Floats
    classes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, index: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Detections":
        """The chosen rows, in the order of the index."""
        return Detections(self.boxes[index], self.scores[index], self.classes[index])

    @staticmethod
    def none() -> "Detections":
        """No detections."""
        return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64))


class Detector(Protocol):
    """Called by the edge with pictures of any size; returns one Detections a picture, in order."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes, in lower_snake_case (`traffic_light`)."""
        ...

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        """Find things. Scores below the detector's floor are already left out."""
        ...
