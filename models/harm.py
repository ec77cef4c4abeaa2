"""How much of what one network sees another does not see, or sees less surely or elsewhere. Pure."""

from collections.abc import Sequence

import numpy as np

from models.detections import Detections
from models.overlap import Doubles, overlaps

SURE = 0.1  # what the first sees less surely than this does not count


def harm(before: Sequence[Detections], after: Sequence[Detections]) -> float:
    """0 where every picture shows the same; 1 where nothing is left of what was seen.

    Of each thing that was seen before: the share of its score that is lost, or gained, in the place that has
    most in common with it, and where what they have in common is less than all, that share as well.
    """
    lost = total = 0.0
    for one, other in zip(before, after, strict=True):
        sure = one.take(np.flatnonzero(one.scores >= SURE))
        lost += float(np.abs(sure.scores - _found_again(sure, other)).sum())
        total += float(sure.scores.sum())
    return lost / total if total else 0.0


def _found_again(sure: Detections, other: Detections) -> Doubles:
    """For each thing the best score times common share among those of its class."""
    if not len(sure) or not len(other):
        return np.zeros(len(sure))
    common = overlaps(sure.boxes, other.boxes)
    common = np.where(sure.classes[:, None] == other.classes[None], common, 0.0)
    place = common.argmax(axis=1)
    rows = np.arange(len(sure))
    found: Doubles = other.scores[place] * common[rows, place]
    return found
