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
from edge.perception.statics.area import Rectangles

CLEAR_S: Final = 4.0  # the ground must be seen so long, in at least two looks, until it is clean again
CLEAR_LOOKS: Final = 2
KNOWN: Final = 0.5  # of what is new under a box that must be known faces, for it to be of them
FRESH_S: Final = 3.0  # a face so young is of something that has just come, or is passing
APART_S: Final = 4.0  # between two looks that are compared for movement: within a second hardly anybody moves
PASSING: Final = 3  # cells around something that passes in which nothing else is said to move
FACE_S: Final = 60.0  # over which faces follow the light
FOLLOW_EVERY_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Sight:
    """One look, cell by cell.

    rest, part: the variance that the ground does not explain, and its share. changed: that is a change;
    limit: the least variance that is one. boxed: under a detected thing; boxes: each of these by itself.
    blind: nothing can be said of it. firm: of a settled thing.
    """

    now: Structure
    rest: Floats
    part: Floats
    changed: Cells
    boxed: Cells
    boxes: Rectangles
    blind: Cells
    firm: Cells
    limit: Floats


@dataclass(frozen=True, slots=True)
class Looks:
    """What came of it. same: changed and looks like its face. other: changed and looks like neither.

    clean: looks like the ground. better: looks more like the ground than like the face.
    """

    same: Cells
    other: Cells
    clean: Cells
    better: Cells


@dataclass(frozen=True, slots=True)
class Before:
    """A look that later ones are compared with. felt: faces that were seen by themselves."""

    t: float
    now: Structure
    felt: Cells


class Ripening:
    """The faces of one source and their ages."""

    def __init__(self, shape: tuple[int, int], settle: float, share: float) -> None:
        self._settle = settle
        self._share = share
        self._faces: Structure | None = None
        self._followed = 0.0
        self._busy = False
        self._part: Floats = np.zeros(shape, np.float32)
        self._before: Before | None = None
        self.has: Cells = np.zeros(shape, np.bool_)
        self.first = np.zeros(shape, np.float64)
        self.looks = np.zeros(shape, np.int32)
        self.clean_looks = np.zeros(shape, np.int32)
        self.age, self.votes, self.clean_s, self.explained, self.restless, self.unsettled, self.moves = (
            np.zeros(shape, np.float32) for _ in range(7)
        )

    def step(self, t: float, dt: float, sight: Sight, *, calm: bool) -> Looks:
        """One look, dt seconds after the one before. calm: neither light nor camera move just now."""
        alike, nearer = self._alike(sight)
        seen = ~sight.blind
        changed = seen & sight.changed
        if not self._busy and not sight.changed.any():
            return Looks(changed, changed, seen, seen)
        same, other, clean = changed & alike, changed & ~alike, seen & ~sight.changed
        under = sight.boxed & sight.changed
        if calm and self.has.any():
            self._feel(t, dt, sight.now, same | other, other, under)
        else:
            self._before = None
        self._count(dt, same, other, clean)
        # A detected thing explains a face only while that is what is seen, and nothing else there is new:
        # not what it drives past.
        self.explained += (under & alike & _known(sight, under, alike)) * np.float32(dt)
        self.votes -= (under & ~alike) * np.float32(dt)
        fresh = self._replace(t, sight, other | (under & ~alike))
        self.explained[fresh & under] = dt
        self._busy = bool(self.has.any() or self.unsettled.any())
        return Looks(same, other, clean, clean & (nearer | ~self.has))

    def _alike(self, sight: Sight) -> tuple[Cells, Cells]:
        """Which cells look like their face, and which look more like the ground than like their face."""
        nothing = np.zeros(self.has.shape, np.bool_)
        if self._faces is None or not self.has.any():
            return nothing, nothing
        rest, part = unlike(sight.now, self._faces)
        alike = self.has & ((part < self._share) | (rest < sight.limit))
        self._part = part
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

    def _feel(self, t: float, dt: float, now: Structure, changed: Cells, other: Cells, under: Cells) -> None:
        """How restless each face is, by itself: not where something passes over it or close by."""
        passing = (other & (~self.has | (self.age < FRESH_S))) | under
        passing = cv2.erode(passing.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
        felt = changed & self.has & ~widened(passing, PASSING + 1)
        weight = np.float32(1.0 - np.exp(-dt / self._settle))
        self.restless += np.where(felt, (np.minimum(self._part, 1.0) - self.restless) * weight, 0.0)
        self._compare(t, now, felt, weight)

    def _compare(self, t: float, now: Structure, felt: Cells, weight: np.float32) -> None:
        """How much each face moves from look to look: what has grown is another one, and yet at rest."""
        before = self._before
        if before is not None:
            both = felt & before.felt & (self.first <= before.t)
            moved = np.minimum(unlike(now, before.now)[1], 1.0)
            self.moves += np.where(both, (moved - self.moves) * weight, 0.0)
        if before is None or not 0.0 <= t - before.t < APART_S:
            self._before = Before(t, now, felt)

    def _replace(self, t: float, sight: Sight, other: Cells) -> Cells:
        """New faces for cells that have none, or whose own is outvoted; returns these."""
        fresh = other & (~self.has | (self.votes <= 0.0))
        if fresh.any():
            self._capture(sight.now, fresh)
            # What stands firm keeps its age whatever it looks like now: a tarpaulin is put over a heap.
            self.votes[fresh] = 0.0
            self._reset(fresh & ~sight.firm, t)
            self.has |= fresh
        return fresh

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
        self.votes[cells] = 0.0
        for counts in (self.age, self.clean_s, self.explained, self.restless, self.moves):
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

    def take_up(self, cells: Cells, since: float, seen_s: float) -> None:
        """A thing of before a restart; its face is what is seen of it next."""
        self._busy = True
        self.first[cells], self.age[cells] = since, seen_s

    def in_another_light(self, firm: Cells) -> None:
        """No face can be compared any more. What stands firm gets another and keeps its age."""
        self.forget(self.has & ~firm)
        self.has &= ~firm
        self._before = None

    def follow(self, t: float, now: Structure, same: Cells) -> None:
        """The faces of what stands there follow the light, slowly."""
        cells = same & self.has
        if self._faces is None or 0.0 <= t - self._followed < FOLLOW_EVERY_S or not cells.any():
            return
        weights = over_pixels(cells) * np.float32(FOLLOW_EVERY_S / FACE_S)
        self._followed = t
        self._faces = Structure.of(self._faces.fine + weights * (now.fine - self._faces.fine), now.level)

    def rebase(self, delta: float) -> None:
        """The clock of `t` has been set."""
        self.first += delta
        self._followed += delta
        self._before = None


def _known(sight: Sight, under: Cells, alike: Cells) -> Cells:
    """Cells under the boxes of what has been seen there before. What drives past brings a look of its own."""
    known = np.zeros(under.shape, np.bool_)
    new, old = (cv2.integral(cells.view(np.uint8)) for cells in (under, under & alike))
    x1, y1, x2, y2 = sight.boxes.T
    in_new, in_old = (sums[y2, x2] - sums[y1, x2] - sums[y2, x1] + sums[y1, x1] for sums in (new, old))
    for left, top, right, bottom in sight.boxes[in_old >= KNOWN * in_new].tolist():
        known[top:bottom, left:right] = True
    return known
