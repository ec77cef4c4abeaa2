"""The clean reference: how the ground looks with nothing on it, by one kind of light."""

from typing import Final

import numpy as np

from edge.perception.cells import (
    CELL,
    Cells,
    Floats,
    Grey,
    Structure,
    by_pixel,
    over_pixels,
    structure,
    unlike,
    widened,
)

SAMPLES: Final = 15  # pictures that the first reference is the median of
APART_S: Final = 1.0  # between them
ENOUGH: Final = 5  # free pictures of a cell that make it known
# Pictures far apart share no passers-by, so fewer do, if by then hardly a cell can still become known.
FEWER: Final = 7
FEWER_S: Final = 20.0
OPEN: Final = 0.5  # share of the cells it is wanted for; these become known by and by
LEARN_EVERY_S: Final = 8.0
MOST_AT_ONCE: Final = 0.3  # weight of one picture
NOISE_S: Final = 30.0  # over which the noise of a cell is learnt
NOISE_LEAST, NOISE_MOST = 2.0, 60.0
NOISES: Final = 5.0  # times the noise is a change
LEAST: Final = 10.0  # variance in units of 100 ln: less than 3 % contrast is never a change


class Ground:
    """The reference picture, which of its cells are known, and the noise of each."""

    def __init__(self, clean: Structure, known: Cells, noise: Floats | None = None) -> None:
        self.clean = clean
        self.known = known
        self.noise: Floats = np.full(known.shape, NOISE_LEAST, np.float32) if noise is None else noise
        # The unexplained variance from which a cell may have changed.
        self.limit = _limit(self.noise)
        self._learnt: float | None = None
        self.made: float | None = None  # UTC; None: by an earlier process

    def compare(self, now: Structure, share: float) -> tuple[Floats, Floats, Cells]:
        """By cell: unexplained variance, its share, and whether that is a change."""
        rest, part = unlike(now, self.clean)
        return rest, part, (rest > self.limit) & (part > share)

    def unseen(self, part: Floats, share: float) -> Cells:
        """Cells whose structure should show through the noise and does not, be it too dark for a change."""
        return np.asarray((part > share) & (self.clean.variance > self.limit))

    def hear(self, rest: Floats, quiet: Cells, dt: float) -> None:
        """Learn the noise, from cells that look like the ground only: a weak thing must not become noise."""
        weight = min(1.0, dt / NOISE_S)
        near = quiet & (rest < 2.0 * self.limit)
        self.noise += np.where(near, (rest - self.noise) * np.float32(weight), 0.0)
        np.clip(self.noise, NOISE_LEAST, NOISE_MOST, out=self.noise)
        self.limit = _limit(self.noise)

    def learn(self, t: float, now: Structure, cells: Cells, seconds: float) -> None:
        """Follow slow change where the ground lies open; does nothing most of the time."""
        if self._learnt is None or t < self._learnt:
            self._learnt = t
        if t - self._learnt >= LEARN_EVERY_S:
            weight = min(MOST_AT_ONCE, (t - self._learnt) / seconds)
            self._blend(now, over_pixels(cells) * np.float32(weight), cells, weight)
            self._learnt = t

    def adopt(self, now: Structure, cells: Cells) -> None:
        """What is there now is ground."""
        self._blend(now, over_pixels(cells), cells, 1.0)
        self.known |= cells
        self.noise[cells] = NOISE_LEAST
        self.limit = _limit(self.noise)

    def _blend(self, now: Structure, weights: Floats, cells: Cells, weight: float) -> None:
        fine = self.clean.fine + weights * (now.fine - self.clean.fine)
        level = np.where(cells, self.clean.level + weight * (now.level - self.clean.level), self.clean.level)
        self.clean = Structure.of(fine, level.astype(np.float32))


def _limit(noise: Floats) -> Floats:
    return np.asarray(np.maximum(LEAST, NOISES * noise), np.float32)


class Beginning:
    """Collects free pictures until there are enough for a reference. near: the cells it is wanted for."""

    def __init__(self, near: Cells) -> None:
        self._near = near
        self._pictures: list[Grey] = []
        self._free: list[Cells] = []
        self._first = self._last = -np.inf

    def add(self, t: float, grey: Grey, free: Cells) -> Ground | None:
        """One more look; the reference once there have been enough. free: cells in which nothing moves."""
        if 0.0 <= t - self._last < APART_S:
            return None
        if t < self._last or not self._pictures:
            self._first = t  # the first one, or the clock has been set back
        self._last = t
        self._pictures.append(grey.copy())
        self._free.append(free)
        return self._median() if len(self._pictures) >= SAMPLES or self._fewer() else None

    def _fewer(self) -> bool:
        """Whether the pictures so far are enough because they lie far apart."""
        if len(self._pictures) < FEWER or self._last - self._first < FEWER_S:
            return False
        free = np.stack(self._free).sum(axis=0)[self._near]
        return bool(((free > 0) & (free < ENOUGH)).sum() <= OPEN * free.size)

    def _median(self) -> Ground:
        """By pixel, over the looks in which its cell was free. Where it hardly ever was, nothing is kept."""
        free = np.stack(self._free)
        known = free.sum(axis=0) >= ENOUGH
        free |= ~known
        taken = by_pixel(free, CELL)
        # What is not free is sorted behind everything that is.
        values = np.sort(np.where(taken, np.stack(self._pictures), 255).astype(np.uint8), axis=0)
        middle = (taken.sum(axis=0) - 1) // 2
        grey = np.take_along_axis(values, middle[None], axis=0)[0]
        clean = structure(grey)
        clean.fine[~by_pixel(known)] = 0.0
        return Ground(Structure.of(clean.fine, clean.level), ~widened(~known, 1))
