"""What the node's detector sees in one picture from above, in as many parts as the things' size asks for."""

from collections.abc import Sequence
from threading import Lock
from time import perf_counter
from typing import Final

import numpy as np

from edge.groups import group_of, label_word
from edge.observation import Box
from edge.perception.crops import WHOLE, gather
from edge.perception.sorting import Seen, sorted_out, sure
from edge.tiles import OVERLAP, TILE, Window, tiles
from models.detections import Detector, Picture

# A car is 4.5 m long. Networks that take pictures of 416 find one of 48 pixels well, of 24 hardly ever.
CAR_M: Final = 4.5
CAR_PIXELS: Final = 48.0
MOST_ACROSS: Final = 5


class Turns:
    """The flights' share of the detector: one look at a time, and rests between them.

    share: of the time that looks may take; cameras of the same node have the rest.
    """

    def __init__(self, share: float) -> None:
        self._lock = Lock()
        self._rest = (1.0 - share) / share

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def rest(self, spent_s: float) -> float:
        """Seconds to wait after a look that took so long."""
        return self._rest * spent_s


class FlightEyes:
    """One a node; looks of several flights take turns. score: from which on a detection is believed."""

    def __init__(self, detector: Detector, score: float, turns: Turns) -> None:
        self._detector, self._score, self._turns = detector, score, turns
        self._labels = tuple(label_word(label) for label in detector.labels)
        self._groups = tuple(group_of(label) for label in detector.labels)
        self.spent_s = 0.0

    def look(self, t: float, image: Picture, across: int) -> Seen:
        """Persons, animals and what fills the picture only hide. across: parts from side to side; 1: whole.

        Raises what the detector raises.
        """
        height, width = image.shape[:2]
        parts = windows(width, height, across)
        pieces = [np.ascontiguousarray(image[w.y1 : w.y2, w.x1 : w.x2]) for w in parts]
        with self._turns:
            began = perf_counter()
            found = self._detector.detect(pieces)
            self.spent_s = perf_counter() - began
        regions = [_shares(window, width, height) for window in parts]
        believed = [sure(one, self._score) for one in found]
        return sorted_out(t, gather(regions, believed, self._groups), self._labels, self._groups)

    def rest_s(self) -> float:
        """How long to wait now, so that others have their share."""
        return self._turns.rest(self.spent_s)


def across(width: int, height: int, metre: float | None) -> int:
    """Into how many parts, from side to side, a picture is cut so that cars are large enough.

    metre: how long one metre of ground is in it, pixels; None where nobody knows: then by its size alone.
    """
    longest = max(width, height)
    if metre is None:
        return min(MOST_ACROSS, max(1, round(longest / (2.0 * TILE))))
    car = CAR_M * metre * TILE / longest  # pixels of a car where the whole picture is looked at
    enough = (n for n in range(1, MOST_ACROSS) if car * (n - (n - 1) * OVERLAP) >= CAR_PIXELS)
    return next(enough, MOST_ACROSS)


def windows(width: int, height: int, across: int) -> Sequence[Window]:
    """The whole picture, and overlapping squares of it where it is cut."""
    all_of_it = [Window(0, 0, width, height)]
    return all_of_it if across <= 1 else [*all_of_it, *tiles(width, height, across)]


def _shares(window: Window, width: int, height: int) -> Box:
    if (window.x1, window.y1, window.x2, window.y2) == (0, 0, width, height):
        return WHOLE
    return window.x1 / width, window.y1 / height, window.x2 / width, window.y2 / height
