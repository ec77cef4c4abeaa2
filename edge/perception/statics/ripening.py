"""Cell by cell: has something new come to stand here? Every count is in seconds, none in looks alone.

A cell that looks unlike its ground keeps how it looks now (its face). While it looks like that again the face
ages. What looks neither like the ground nor like the face is in the way: it takes from the votes of the face,
and once they are used up its own look becomes the face. So moving traffic never ages, and a thing behind
traffic does as long as it is seen more often than any other thing. Where a detected thing lies over changed
ground everything stands still, but for the count of how long the face has been explained by it.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from edge.perception.cells import Cells, Floats, Structure, over_pixels, unlike, widened

CLEAR_S: Final = 4.0  # the ground must be seen so long, in at least two looks, until it is clean again
CLEAR_LOOKS: Final = 2
REST_S: Final = 10.0  # over which restlessness is averaged
FACE_S: Final = 60.0  # over which the face of a firm thing follows the light
FOLLOW_EVERY_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Sight:
    """One look, cell by cell. boxed: under a detected thing. blind: nothing can be said. firm: of a thing."""

    now: Structure
    rest: Floats
    changed: Cells
    boxed: Cells
    blind: Cells
    firm: Cells
    limit: Floats
    share: float


@dataclass(frozen=True, slots=True)
class Looks:
    """What came of it. same: changed and looks like its face. other: changed and looks like neither.

    clean: looks like the ground. better: looks more like the ground than like the face.
    """

    same: Cells
    other: Cells
    clean: Cells
    better: Cells


class Ripening:
    """The faces of one source and their ages."""

    def __init__(self, shape: tuple[int, int], settle: float) -> None:
        self._settle = settle
        self._faces: Structure | None = None
        self._followed = 0.0
        self.has: Cells = np.zeros(shape, np.bool_)
        self.first = np.zeros(shape, np.float64)
        self.looks = np.zeros(shape, np.int32)
        self.clean_looks = np.zeros(shape, np.int32)
        self.age, self.votes, self.clean_s, self.explained, self.restless, self.unsettled = (
            np.zeros(shape, np.float32) for _ in range(6)
        )

    def step(self, t: float, dt: float, sight: Sight) -> Looks:
        """One look, dt seconds after the one before."""
        alike, nearer = self._alike(sight)
        seen = ~sight.blind
        changed = seen & sight.changed
        same, other, clean = changed & alike, changed & ~alike, seen & ~sight.changed
        under = sight.boxed & sight.changed
        self._count(dt, same, other, clean)
        # A detected thing explains a face only while that is what is seen: not what it drives past.
        self.explained += (under & alike) * np.float32(dt)
        self.votes -= (under & ~alike) * np.float32(dt)
        self._replace(t, sight, other | (under & ~alike))
        return Looks(same, other, clean, clean & (nearer | ~self.has))

    def _alike(self, sight: Sight) -> tuple[Cells, Cells]:
        """Which cells look like their face, and which look more like the ground than like their face."""
        nothing = np.zeros(self.has.shape, np.bool_)
        if self._faces is None or not self.has.any():
            return nothing, nothing
        rest, part = unlike(sight.now, self._faces)
        alike = self.has & ((part < sight.share) | (rest < sight.limit))
        self._new_part = part
        return alike, sight.rest < rest

    def _count(self, dt: float, same: Cells, other: Cells, clean: Cells) -> None:
        step, changed = np.float32(dt), same | other
        self.age += same * step
        self.age -= clean * step
        self.votes += same * step
        self.votes -= (other | clean) * step
        np.clip(self.age, 0.0, None, out=self.age)
        np.clip(self.votes, -1.0, self._settle, out=self.votes)
        self.looks += same
        self.clean_s = np.where(changed, 0.0, self.clean_s + clean * step).astype(np.float32)
        self.clean_looks = np.where(changed, 0, self.clean_looks + clean)
        self.unsettled = np.where(clean, 0.0, self.unsettled + other * step).astype(np.float32)
        if self._faces is not None and self.has.any():
            weight = np.float32(1.0 - np.exp(-dt / REST_S))
            felt = (same | other) & self.has
            self.restless += np.where(felt, (self._new_part - self.restless) * weight, 0.0)

    def _replace(self, t: float, sight: Sight, other: Cells) -> None:
        """New faces for cells that have none, or whose own is outvoted."""
        fresh = other & ~sight.firm & (~self.has | (self.votes <= 0.0))
        if fresh.any():
            self._capture(sight.now, fresh)
            self._reset(fresh, t)

    def _capture(self, now: Structure, cells: Cells) -> None:
        """Faces are compared over windows that reach into the neighbours, so these get one too."""
        if self._faces is None:
            self._faces = Structure.of(now.fine.copy(), now.level)
            return
        cells = cells | (widened(cells, 1) & ~self.has)
        taken = cv2.resize(cells.view(np.uint8), now.fine.shape[::-1], interpolation=cv2.INTER_NEAREST)
        fine = self._faces.fine.copy()
        cv2.copyTo(now.fine, taken, fine)
        self._faces = Structure.of(fine, now.level)

    def _reset(self, cells: Cells, t: float) -> None:
        self.has |= cells
        self.first[cells] = t
        for counts in (self.age, self.votes, self.clean_s, self.explained, self.restless):
            counts[cells] = 0.0
        self.looks[cells] = 0
        self.clean_looks[cells] = 0

    def cleaned(self) -> Cells:
        """Cells whose ground has been seen clean for long enough."""
        return (self.clean_s >= CLEAR_S) & (self.clean_looks >= CLEAR_LOOKS)

    def forget(self, cells: Cells) -> None:
        """These have no face any more."""
        self._reset(cells, 0.0)
        self.has &= ~cells

    def follow(self, t: float, now: Structure, cells: Cells) -> None:
        """The faces of firm things follow the light, slowly."""
        if self._faces is None or 0.0 <= t - self._followed < FOLLOW_EVERY_S or not cells.any():
            return
        weights = over_pixels(cells) * np.float32(min(0.3, FOLLOW_EVERY_S / FACE_S))
        self._followed = t
        self._faces = Structure.of(self._faces.fine + weights * (now.fine - self._faces.fine), now.level)
