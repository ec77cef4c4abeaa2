"""What one look brings with it, before anything is judged."""

from dataclasses import dataclass

from edge.perception.cells import Cells, Grey, Structure
from edge.perception.statics.area import Rectangles


@dataclass(frozen=True, slots=True)
class Moment:
    """One look, `dt` seconds after the one before.

    hidden: cells that a moved picture does not show. bare: under detected things; boxes: each of them by
    itself; grown: all and the ground that their shadows may lie on. looked: False where the detector has not
    looked.
    """

    t: float
    utc: float
    dt: float
    grey: Grey
    now: Structure
    hidden: Cells
    bare: Cells
    boxes: Rectangles
    grown: Cells
    looked: bool
