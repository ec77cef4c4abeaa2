"""Somebody or something by a thing, before it, or with it in their hands."""

from collections.abc import Sequence
from typing import Final

from edge.geometry import area, overlap
from edge.observation import Box, Observation, Sighting
from edge.stalls.words import CARRIED

COVERED: Final = 0.3  # of a spot under somebody or something that moves: not seen is not gone
HELD: Final = 0.7  # of a bag within somebody's outline: it is carried
COMPANY_REACH: Final = 0.6  # of somebody's height, sideways: by the thing


def carried(thing: Sighting, hidden: Sequence[Box]) -> bool:
    """Whether somebody holds it."""
    if thing.label not in CARRIED:
        return False
    return any(overlap(thing.box, box) >= HELD * area(thing.box) for box in hidden)


def covered(box: Box, seen: Observation) -> bool:
    """Whether somebody, or a thing that moves or is far larger, hides enough of it."""
    need = COVERED * area(box)
    if any(overlap(box, other) >= need for other in seen.hidden):
        return True
    front = (s.box for s in seen.sightings if (s.group != "thing" or s.moving) and s.box[3] > box[3])
    return any(overlap(box, other) >= need and area(other) > 2 * area(box) for other in front)


def company(box: Box, seen: Observation) -> bool:
    """Whether somebody stands beside it: a box with no name, feet not far from its own."""
    for other in seen.hidden:
        high = other[3] - other[1]
        aside = max(other[0] - box[2], box[0] - other[2], 0.0) * seen.aspect
        apart = max(other[1] - box[3], box[1] - other[3], 0.0)
        if aside <= COMPANY_REACH * high and apart <= 0.3 * high:
            return True
    return False
