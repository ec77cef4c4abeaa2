"""What a detector found, in the terms of an observation: sightings, and boxes that only hide."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.groups import Group
from edge.observation import Affine, Box, Sighting
from edge.perception.mapping import box_by
from models.detections import Detections

VAST = 0.45  # of the picture: nothing in a zone is so large. What is, stands before the lens or is not there:
VAST_SURE = 0.7  # SSDLite calls whole street scenes a car at 0.5 to 0.65
MOST = 300  # boxes of one picture, the best ones; a street has fewer
EXPLAINS = (
    0.5  # heaps are a doubtful car, cat or person for as long as they lie; what is real is sure at times
)
PLACES = 4  # decimals of a box: 1/10000 of the picture is below any detector's own noise
FIGURES = 3  # decimals of scores and likeness


@dataclass(frozen=True, slots=True)
class Seen:
    """The detector's last answer. busy: every box of it as it lies in the picture.

    explaining: what may stand there without being a left thing: all that surely moves by itself or is driven.
    """

    t: float
    sightings: tuple[Sighting, ...] = ()
    hidden: tuple[Box, ...] = ()
    busy: tuple[Box, ...] = ()
    explaining: tuple[Box, ...] = ()


def sorted_out(
    t: float,
    found: Detections,
    labels: Sequence[str],
    groups: Sequence[Group | None],
    from_picture: Affine | None = None,
) -> Seen:
    """Persons, animals and whatever is before the lens keep nothing but the ground they hide.

    labels, groups: of each class id. from_picture: leads from the picture to the view of the zones.
    """
    sightings, hidden, busy, explaining = [], [], [], []
    for row, kind in enumerate(found.classes.tolist()):
        given, group = _rounded(found.boxes[row]), groups[kind]
        score, area = round(float(found.scores[row]), FIGURES), (given[2] - given[0]) * (given[3] - given[1])
        if area <= 0:
            continue
        busy.append(given)
        box = given if from_picture is None else _rounded(box_by(from_picture, given), leaning=0.2)
        if group is None or (area > VAST and score >= VAST_SURE):
            hidden.append(box)
        elif area <= VAST:
            sightings.append(Sighting(box, score, labels[kind], group))
        else:
            continue
        if group != "thing" and score >= EXPLAINS:
            explaining.append(box)
    return Seen(t, tuple(sightings), tuple(hidden), tuple(busy), tuple(explaining))


def sure(found: Detections, score: float) -> Detections:
    """The best of one picture that are believed."""
    best = found.take(np.argsort(-found.scores, kind="stable")[:MOST])
    return best.take(best.scores >= score)


def _rounded(box: NDArray[np.float32] | Box, leaning: float = 0.0) -> Box:
    low, high = -leaning, 1.0 + leaning
    x1, y1, x2, y2 = (min(high, max(low, round(float(v), PLACES))) for v in box)
    return x1, y1, x2, y2
