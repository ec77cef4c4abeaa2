"""The structure of a small grey picture at its full size: what stays of it when the light is taken away.

The logarithm turns a gain into an offset, and taking the local mean away removes the offset: neither a cloud
nor dusk is a change. Edges keep their places to a fraction of a pixel, which `edge.perception.cells`, half as
large and much the same otherwise, does without.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from edge.perception.cells import CELL, LOCAL, LOG, Floats, Grey, pool


@dataclass(slots=True)
class Structure:
    """A picture as structure in units of 100 ln, by pixel, with its mean and variance by cell."""

    fine: Floats
    mean: Floats
    variance: Floats

    @classmethod
    def of(cls, fine: Floats) -> "Structure":
        """With the moments of `fine`."""
        mean = pool(fine, CELL)
        return cls(fine, mean, pool(cv2.multiply(fine, fine), CELL) - mean * mean)


def structure(grey: Grey) -> Structure:
    """The structure of a picture whose sides are multiples of CELL."""
    height, width = grey.shape
    light = cv2.LUT(cv2.GaussianBlur(grey, (3, 3), 0), LOG)
    level = cv2.resize(light, (width // CELL, height // CELL), interpolation=cv2.INTER_AREA)
    local = cv2.resize(cv2.blur(level, (LOCAL, LOCAL)), (width, height), interpolation=cv2.INTER_LINEAR)
    return Structure.of(np.asarray(cv2.subtract(light, local), np.float32))


def likeness(now: Structure, then: Structure, noise: float) -> Floats:
    """The correlation of two pictures by cell. noise: variance that is none."""
    shared = pool(cv2.multiply(now.fine, then.fine), CELL) - now.mean * then.mean
    return np.asarray(shared / np.sqrt((now.variance + noise) * (then.variance + noise)), np.float32)
