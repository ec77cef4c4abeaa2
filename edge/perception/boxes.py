"""Geometry of boxes as arrays: (N, 4) x1 y1 x2 y2, any one unit for all of them."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def array_of(boxes: object) -> Array:
    """A (N, 4) array of any sequence of boxes, also of an empty one."""
    return np.asarray(boxes, dtype=np.float64).reshape(-1, 4)


def areas(boxes: Array) -> Array:
    """The area of each box, 0 for an inverted one."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0.0)
    return np.asarray(sides[:, 0] * sides[:, 1])


def intersections(a: Array, b: Array) -> Array:
    """(len(a), len(b)): the area each pair shares."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.maximum(high - low, 0.0)
    return np.asarray(sides[:, :, 0] * sides[:, :, 1])


def ious(a: Array, b: Array) -> Array:
    """(len(a), len(b)): intersection over union of each pair."""
    shared = intersections(a, b)
    return np.asarray(shared / np.maximum(areas(a)[:, None] + areas(b)[None, :] - shared, 1e-12))


def covered(a: Array, b: Array) -> Array:
    """(len(a), len(b)): the share of each box of `a` that lies under each box of `b`."""
    return np.asarray(intersections(a, b) / np.maximum(areas(a)[:, None], 1e-12))
