"""Whether two say the same of the same pictures. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.overlap import overlaps

Doubles = NDArray[np.float64]
SAME = 0.5  # overlap from which two boxes of one class are of one thing
MOST_PX, MOST_SCORE = 1.0, 0.01


@dataclass(frozen=True, slots=True)
class Seen:
    """What one of them says of a picture: boxes x1 y1 x2 y2 in its pixels."""

    boxes: Doubles
    scores: Doubles
    classes: NDArray[np.int64]

    @staticmethod
    def of_rows(rows: Sequence[Sequence[float]]) -> "Seen":
        """From rows x1 y1 x2 y2 score class."""
        table = np.array(rows, np.float64).reshape(-1, 6)
        return Seen(table[:, :4], table[:, 4], table[:, 5].astype(np.int64))


@dataclass(frozen=True, slots=True)
class Difference:
    """Between the two, over all pictures: the largest of each, and how many things only one of them saw."""

    things: int
    boxes_px: float
    scores: float
    unmatched: int

    @property
    def good(self) -> bool:
        """Something was seen, within a pixel and a hundredth, and nothing by one alone."""
        return (
            self.things > 0 and self.boxes_px <= MOST_PX and self.scores <= MOST_SCORE and not self.unmatched
        )


def difference(theirs: Seen, ours: Seen, least: float) -> Difference:
    """Of one picture. Things that score at least `least` must have a partner, which may score a bit less."""
    pairs = _pairs(theirs, ours)
    sure = [(a, b) for a, b in pairs if max(theirs.scores[a], ours.scores[b]) >= least]
    boxes = max((float(np.abs(theirs.boxes[a] - ours.boxes[b]).max()) for a, b in sure), default=0.0)
    scores = max((float(abs(theirs.scores[a] - ours.scores[b])) for a, b in sure), default=0.0)
    alone = _alone(theirs, {a for a, _ in pairs}, least) + _alone(ours, {b for _, b in pairs}, least)
    return Difference(len(sure), boxes, scores, alone)


def total(found: Sequence[Difference]) -> Difference:
    """Of all pictures together."""
    return Difference(
        sum(one.things for one in found),
        max((one.boxes_px for one in found), default=0.0),
        max((one.scores for one in found), default=0.0),
        sum(one.unmatched for one in found),
    )


def _pairs(theirs: Seen, ours: Seen) -> list[tuple[int, int]]:
    """Each thing with the one of its class it has most in common with, the closest pairs first."""
    common = overlaps(theirs.boxes.astype(np.float32), ours.boxes.astype(np.float32))
    common = np.where(theirs.classes[:, None] == ours.classes[None], common, 0.0)
    # Of doubles in one place the scores tell which is which.
    common = common - np.abs(theirs.scores[:, None] - ours.scores[None])
    pairs, left, right = [], set[int](), set[int]()
    for place in np.argsort(-common, axis=None, kind="stable"):
        a, b = (int(i) for i in np.unravel_index(place, common.shape))
        if common[a, b] < SAME:
            break
        if a not in left and b not in right:
            pairs.append((a, b))
            left.add(a)
            right.add(b)
    return pairs


def _alone(seen: Seen, paired: set[int], least: float) -> int:
    return sum(1 for row, score in enumerate(seen.scores) if score >= least and row not in paired)
