"""What is seen of a frame before the detector is asked, and what it would be asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edge.frames import Frame
from edge.observation import Box, View
from edge.places import Place
from models.detections import Detections

# Why the detector is wanted, the most pressing first: a decision hangs on it; something has changed near a
# zone; nothing has changed for so long that it should look again all the same.
Urgency = Literal["ripening", "changed", "refresh"]
URGENCIES: tuple[Urgency, ...] = ("ripening", "changed", "refresh")

# What a decision may hang on next: nothing; something that may just pass; something that stands, or stood.
Ripening = Literal["nothing", "something", "standing"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What one source wants of the detector. regions: of the picture, the whole of it first.

    kept: crops in which nothing has changed, with the answers they keep.
    """

    source: str
    urgency: Urgency
    regions: tuple[Box, ...]
    kept: Mapping[Box, Detections] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Glance:
    """grey: the small picture as it was taken. flat: the same in the view the zones were drawn in, with the
    pixels of it that the picture shows (None: all). trusted: whether the view may decide. wish: None where
    the last answer still holds or the view may not decide.
    """

    frame: Frame
    grey: NDArray[np.uint8]
    flat: NDArray[np.uint8]
    valid: NDArray[np.bool_] | None
    view: View
    trusted: bool
    places: Sequence[Place]
    wish: Wish | None
