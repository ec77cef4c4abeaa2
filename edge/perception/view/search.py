"""Has the camera jumped? Asked only when less of the view is recognised than is usual, and not too often."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.perception.view.known import Known
from edge.perception.view.pose import Pose
from edge.perception.view.reference import Match
from edge.perception.view.register import Matrix, allowed, by_corners, by_phase, compose
from edge.perception.view.structure import Structure, structure

Grey = NDArray[np.uint8]

DOUBT: Final = 0.8  # of the usual share recognised: below, it is asked
OFTEN: Final = 4.0  # seconds between two searches,
SELDOM: Final = 30.0  # and after a few in vain
VAIN: Final = 5
LARGE: Final = 0.015  # of the width: a larger move is believed at once
SAME: Final = 0.005  # of the width: two looks that agree
BETTER: Final = 0.08  # more of the view must be recognised after a move is believed,
ENOUGH: Final = 0.45  # and so much of the usual


@dataclass(frozen=True, slots=True)
class Found:
    """Where the camera looks, and what share of the view is recognised then."""

    matrix: Matrix
    share: float


class Search:
    """The searches of one source. follow: share of the width up to which a camera is followed."""

    def __init__(self, follow: float) -> None:
        self._follow = follow
        self._wait = 0.0
        self._vain = 0
        self.unsure: Found | None = None

    def look(
        self, dt: float, picture: Grey, now: Structure, match: Match, known: Known, pose: Pose
    ) -> Found | None:
        """A move after which clearly more of the view is recognised than as the camera is said to look.

        A small one might be a mast that trembles, so the next look must find it too; `unsure` until then.
        """
        before, self.unsure = self.unsure, None
        found = self._found(dt, picture, now, match, known, pose)
        if found is None or pose.apart(found.matrix) >= LARGE * pose.size[1]:
            return found
        if found.share < DOUBT * (known.share or 1.0):
            return None  # a small move explains a picture whole, or it is traffic that hides the view
        there = Pose(pose.size, found.matrix)
        if before is not None and there.apart(before.matrix) < SAME * pose.size[1]:
            return found
        self.unsure, self._wait = found, 0.0
        return None

    def _found(
        self, dt: float, picture: Grey, now: Structure, match: Match, known: Known, pose: Pose
    ) -> Found | None:
        self._wait -= dt
        usual = known.share if known.share is not None else 1.0
        if match.share is None or match.share >= DOUBT * usual:
            self._vain = 0
            return None
        if self._wait > 0:
            return None
        self._vain += 1
        self._wait = OFTEN if self._vain < VAIN else SELDOM
        found = self._best(picture, now, known, pose)
        if found is None or found.share < max(match.share + BETTER, ENOUGH * max(usual, 0.5)):
            return None
        self._vain = 0
        return found

    def _best(self, picture: Grey, now: Structure, known: Known, pose: Pose) -> Found | None:
        """The likeliest move; corners are asked only where the shift does not explain the picture."""
        shifted = compose(pose.matrix, by_phase(known.reference, now.fine))
        first = self._tried(shifted, picture, known, pose)
        if first is not None and first.share >= DOUBT * (known.share or 1.0):
            return first
        fine = now.fine if pose.still else structure(picture).fine
        turned = by_corners(known.reference, fine)
        second = self._tried(turned, picture, known, pose) if turned is not None else None
        return max(filter(None, (first, second)), key=lambda found: found.share, default=None)

    def _tried(self, matrix: Matrix, picture: Grey, known: Known, pose: Pose) -> Found | None:
        if not allowed(matrix, pose.size[1], pose.size[0], self._follow):
            return None
        there = Pose(pose.size, matrix)
        match = known.reference.match(structure(there.flat(picture)), there.inside)
        return Found(matrix, match.share or 0.0)
