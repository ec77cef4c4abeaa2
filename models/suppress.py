"""From many overlapping boxes to one a thing."""

import numpy as np
from numpy.typing import NDArray

from models.detections import Detections, Floats

CANDIDATES = 1000  # boxes looked at, best first; a street has fewer
KEPT = 300


def best_classes(scores: Floats, floor: float) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Rows of (N, C) scores whose best class reaches the floor, and that class."""
    classes = scores.argmax(axis=1)
    rows = np.flatnonzero(scores[np.arange(len(scores)), classes] >= floor)
    return rows, classes[rows].astype(np.int64)


def sound(found: Detections) -> Detections:
    """Without boxes that are none: not finite, empty or inside out."""
    sides = found.boxes[:, 2:] - found.boxes[:, :2]
    return found.take(np.flatnonzero(np.isfinite(found.boxes).all(axis=1) & (sides > 0).all(axis=1)))


def inside(found: Detections) -> Detections:
    """What of it lies within the picture."""
    boxes: Floats = np.clip(found.boxes, 0.0, 1.0)
    return sound(Detections(boxes, found.scores, found.classes))


def suppressed(found: Detections, overlap: float) -> Detections:
    """Greedy non-maximum suppression within each class, best score first, ties in their order."""
    found = sound(found)  # one NaN would suppress every other box
    order = np.argsort(-found.scores, kind="stable")[:CANDIDATES]
    found = found.take(order)
    boxes, classes = found.boxes, found.classes
    alive = np.ones(len(found), np.bool_)
    for row in range(len(found)):
        if alive[row]:
            others = classes[row + 1 :] != classes[row]
            alive[row + 1 :] &= others | (_overlaps(boxes[row], boxes[row + 1 :]) <= overlap)
    return found.take(np.flatnonzero(alive)[:KEPT])


def _overlaps(box: Floats, others: Floats) -> Floats:
    """Intersection over union of one box with many."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:], others[:, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    area = np.prod(box[2:] - box[:2])
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1)
    return np.asarray(common / np.maximum(area + areas - common, 1e-12), np.float32)
