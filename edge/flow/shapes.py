"""Boxes in picture heights, and how things on a street lie to each other in the units of their own size."""

import math
from typing import NamedTuple

from edge.geometry import iou
from edge.observation import Box

Direction = tuple[float, float]  # of length 1, in the picture

# A car and the bus behind it differ so much in length of side, and the far lane of a street hardly more.
ALIKE: float = 2.5
# Vehicles in a queue leave each other a car's length; the next lane is as far away.
NEAR_SIZES: float = 1.5
# Up the picture that length is foreshortened, as the thing itself is: never more than the thing is high.
NEAR_HEIGHTS: float = 1.0
# The same spot: boxes that overlap so much and stand on the same line. What passes in the next lane does not.
SAME_SPOT_IOU: float = 0.3
SAME_LINE: float = 0.2
# A thing that has shifted by this much of its size has driven; a box that shakes has not.
DROVE_SIZES: float = 0.5
# Boxes that reach so close to the border are cut off by it: a detector hardly ever hits the border itself.
BORDER: float = 0.005


class Shape(NamedTuple):
    """A box in picture heights, x1 y1 x2 y2."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def size(self) -> float:
        """The side of a square of its area; 0 for a box that is turned inside out."""
        return math.sqrt(max(0.0, self.x2 - self.x1) * max(0.0, self.y2 - self.y1))

    @property
    def foot(self) -> tuple[float, float]:
        """The middle of its lower edge."""
        return (self.x1 + self.x2) / 2, self.y2


def shape_of(box: Box, aspect: float) -> Shape:
    """A box as a shape."""
    return Shape(box[0] * aspect, box[1], box[2] * aspect, box[3])


def near(a: Shape, b: Shape) -> bool:
    """Whether two things are of one scale and hardly further apart than things in a queue are."""
    dx = max(0.0, a.x1 - b.x2, b.x1 - a.x2)
    dy = max(0.0, a.y1 - b.y2, b.y1 - a.y2)
    size, other = a.size, b.size
    if size <= 0.0 or other <= 0.0 or size > ALIKE * other or other > ALIKE * size:
        return False
    across = NEAR_SIZES * (size + other) / 2
    upward = min(across, NEAR_HEIGHTS * (a.y2 - a.y1 + b.y2 - b.y1) / 2)
    return math.hypot(dx / across, dy / upward) <= 1.0


def touch(a: Shape, b: Shape) -> bool:
    """Whether the boxes of two things meet."""
    return a.x1 <= b.x2 and b.x1 <= a.x2 and a.y1 <= b.y2 and b.y1 <= a.y2


def same_spot(a: Shape, b: Shape) -> bool:
    """Whether two things could not stand there at the same time."""
    line = SAME_LINE * min(a.y2 - a.y1, b.y2 - b.y1)
    return abs(a.y2 - b.y2) <= line and iou(a, b) >= SAME_SPOT_IOU


def drove(before: Shape, now: Shape) -> bool:
    """Whether a thing has gone from one shape to the other by itself."""
    (x, y), (was_x, was_y) = now.foot, before.foot
    return math.hypot(x - was_x, y - was_y) > DROVE_SIZES * min(before.size, now.size)


def cut_off(box: Box) -> bool:
    """Whether the border of the picture cuts through the thing (shares of the picture)."""
    return min(box[0], box[1]) <= BORDER or max(box[2], box[3]) >= 1.0 - BORDER
