"""How the view looks when nothing is wrong with it, and how much of that is to be seen now.

The reference is in the drawn view: pictures are turned back before they are compared or learnt. It follows
the scene by small steps, so that traffic leaves no trace and a parked car becomes ground within some minutes.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.cells import CELL
from edge.perception.view.focus import NOISE, Detail
from edge.perception.view.structure import Structure, likeness

Floats = NDArray[np.float32]
Cells = NDArray[np.bool_]

EDGE: Final = 25.0  # variance from which a cell has structure: a contrast of 5 percent
FEW: Final = 0.05  # of the cells: where fewer have structure, the best ones are taken
MATCH: Final = 0.5  # correlation from which a cell is recognised
FOLLOW: Final = 120.0  # seconds over which the reference follows
STEP: Final = 0.1  # units a second at the most, so a thing that stands a minute hardly leaves a trace
LEARN: Final = 300.0  # seconds over which it is learnt which cells can be relied on
REFRESH: Final = 60.0  # seconds after which the moments are taken anew
FIRM: Final = 0.03  # of the cells recognised again and again while settling, or
AGREE: Final = 0.45  # of the structure in a usual look: the view stands still


@dataclass(frozen=True, slots=True)
class Match:
    """By cell: rho, the correlation; free, 0 where something hides it; weight, how much the cell counts;
    kept, whether it is recognised; rich, whether it has structure of any kind.

    share: of the weight that is recognised; None where too little of it is in sight. seen: of all weight.
    structure: of the weight in cells that still have structure, whatever it is.
    """

    rho: Floats
    free: Floats
    weight: Floats
    kept: Cells
    rich: Cells
    share: float | None
    seen: float
    structure: float


class Reference:
    """fine: the view's structure by pixel. known: weight by cell, 0 where it was never seen free."""

    def __init__(self, fine: Floats, known: Floats, reliable: Floats) -> None:
        self.fine = fine
        self.known = known
        self.reliable = reliable
        self._age = 0.0
        self._measure()

    def match(self, now: Structure, free: Floats) -> Match:
        """Compare with a picture in the drawn view. free: weight by cell, 0 where something hides it."""
        rho = likeness(now, self.now, NOISE)
        weight = self.weight * free
        kept, rich = rho > MATCH, now.variance > np.minimum(EDGE, self.now.variance / 4)
        total, sight = float(self.weight.sum()), float(weight.sum())
        seen = sight / max(total, 1e-6)
        share = float(weight[kept].sum()) / sight if seen >= 0.3 and sight >= 4 else None
        structure = float(weight[rich].sum()) / max(sight, 1e-6)
        return Match(rho, free, weight, kept, rich, share, seen, structure)

    def sharpness(self, now: Structure, smooth: Floats, match: Match) -> float | None:
        """How much of its fine detail is left; None: too few cells tell."""
        return self.detail.left(now, smooth, self.now, match.rho, match.free)

    def learn(self, dt: float, now: Structure, match: Match) -> None:
        """Follow the scene a little."""
        step = cv2.addWeighted(now.fine, min(0.3, dt / FOLLOW), self.fine, -min(0.3, dt / FOLLOW), 0)
        step = np.clip(step, -STEP * dt, STEP * dt, out=np.asarray(step, np.float32))
        if not match.free.all():
            size = (step.shape[1], step.shape[0])
            # A hard seam between learnt and unlearnt pixels would be structure that is not there.
            step = cv2.multiply(step, cv2.resize(match.free, size, interpolation=cv2.INTER_LINEAR))
        cv2.accumulate(step, self.fine)
        self.reliable += (match.kept - self.reliable) * (min(0.2, dt / LEARN) * match.free)
        self._age += dt
        if self._age >= REFRESH:
            self._measure()

    def _measure(self) -> None:
        self._age, self.now = 0.0, Structure.of(self.fine)
        variance = self.now.variance * (self.known > 0.5)
        floor = min(EDGE, float(np.quantile(variance, 1 - FEW)))
        edges = variance >= max(floor, 1.0)
        self.weight = np.where(edges, self.known * np.maximum(self.reliable - 0.2, 0.0), 0.0)
        self.weight = self.weight.astype(np.float32)
        self.detail = Detail(self.fine, self.weight)


class Settling:
    """Collects pictures until the view is known. One source, one light mode."""

    MOST: Final = 16
    LEAST: Final = 6

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._samples: list[tuple[float, NDArray[np.int8], NDArray[np.bool_]]] = []
        self._clock = 0.0
        self.tried = 0.0

    def add(self, dt: float, now: Structure, free: Floats) -> Reference | None:
        """One more picture in the drawn view. The reference, as soon as enough of them agree."""
        self._clock += dt
        self.tried += dt
        if not self._samples or self._clock - self._samples[-1][0] >= self._seconds / self.MOST:
            small = np.clip(np.rint(now.fine), -127, 127).astype(np.int8)
            self._samples = [*self._samples, (self._clock, small, free > 0.5)][-self.MOST :]
        if len(self._samples) < self.LEAST or self._clock - self._samples[0][0] < 0.9 * self._seconds:
            return None
        made = self._made()
        if made is None:  # they do not agree: the older half may have shown something else
            self._samples = self._samples[len(self._samples) // 2 :]
        return made

    def _made(self) -> Reference | None:
        frees = np.stack([free for _, _, free in self._samples])
        fine = _median(np.stack([sample for _, sample, _ in self._samples]), frees)
        known = (frees.sum(axis=0) >= max(3, len(self._samples) // 4)).astype(np.float32)
        # Nothing of a pixel is kept that was never seen free.
        fine *= np.repeat(np.repeat(known, CELL, axis=0), CELL, axis=1)
        reference = Reference(fine, known, np.ones(known.shape, np.float32))
        matches = [
            reference.match(Structure.of(sample.astype(np.float32)), free.astype(np.float32))
            for _, sample, free in self._samples
        ]
        kept = np.stack([match.kept for match in matches])
        reliable = (kept & frees).sum(axis=0) / np.maximum(frees.sum(axis=0), 1)
        # In the dark most cells are noise and agree on nothing; a few that stand still are enough.
        firm = float(np.mean((reliable >= 0.7) & (reference.weight > 0)))
        shares = [match.share for match in matches if match.share is not None]
        agree = float(np.median(shares)) if shares else 1.0
        if firm < FIRM and agree < AGREE:
            return None
        return Reference(fine, known, reliable.astype(np.float32))


def _median(samples: NDArray[np.int8], frees: NDArray[np.bool_]) -> Floats:
    """Median over the free samples of each pixel; 0 where there is none."""
    counts = np.repeat(np.repeat(frees.sum(axis=0), CELL, axis=0), CELL, axis=1)
    if frees.all():
        return np.asarray(np.median(samples, axis=0), np.float32)
    masks = np.repeat(np.repeat(frees, CELL, axis=1), CELL, axis=2)
    ordered = np.sort(np.where(masks, samples, np.int8(127)), axis=0)
    middle = np.maximum((counts - 1) // 2, 0)[None]
    found = np.take_along_axis(ordered, middle, axis=0)[0]
    return np.asarray(np.where(counts > 0, found, 0).astype(np.float32))
