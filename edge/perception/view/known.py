"""All that is known of a view in one light: its reference, its anchor, and what is usual there."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.perception.cells import CELL
from edge.perception.view.focus import Slowly, usually
from edge.perception.view.reference import Reference
from edge.perception.view.register import Anchor
from edge.perception.view.store import Arrays, bytes_of, figure, fits

Floats = NDArray[np.float32]
USUAL = 120.0  # seconds over which the usual is learnt
STALE = 600.0  # seconds without a match after which the anchor is made anew from the reference, in its place
FIGURES = ("share", "sharp", "glare", "crisp")
AGREE = 0.3  # of the anchor's edges that must follow a small move


class Known:
    """One light mode of one source. sharp: beside the reference, which follows; crisp: beside the anchor."""

    def __init__(self, reference: Reference, anchor: Anchor | None = None) -> None:
        self.reference = reference
        self.anchor = anchor or Anchor(reference.fine, reference.weight)
        self.share: float | None = None
        self.sharp: float | None = None
        self.glare: float | None = None
        self.crisp: float | None = None
        self.slowly = Slowly()
        self._astray = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.reference.fine.shape[0], self.reference.fine.shape[1]

    def usual(self, dt: float, share: float | None, sharp: float | None, glare: float) -> None:
        """A look at which nothing was wrong."""
        weight = min(1.0, dt / USUAL)
        self.share, self.sharp, self.glare = (
            was if now is None else now if was is None else was + (now - was) * weight
            for was, now in ((self.share, share), (self.sharp, sharp), (self.glare, glare))
        )
        self.crisp = usually(self.crisp, self.slowly.crisp, dt)

    def followed(self, dt: float, agrees: bool) -> None:
        """Whether the anchor could be followed at a look at which nothing was wrong."""
        self._astray = 0.0 if agrees else self._astray + dt
        if self._astray >= STALE:
            self.anchor = Anchor(self.reference.fine, self.reference.weight)
            self._astray = 0.0
            self.crisp, self.slowly = None, Slowly()

    def dump(self) -> tuple[dict[str, Any], Arrays]:
        """Figures and int8 pictures."""
        r = self.reference
        arrays = {"fine": bytes_of(r.fine), "known": bytes_of(r.known), "reliable": bytes_of(r.reliable, 100)}
        arrays |= {"anchor": self.anchor.fine, "weight": bytes_of(self.anchor.weight, 100)}
        return {name: getattr(self, name) for name in FIGURES}, arrays

    @classmethod
    def restore(cls, told: dict[str, Any], arrays: Arrays) -> "Known":
        """The way back. Raises ValueError or KeyError for arrays that do not belong together."""
        fine, cells = arrays["fine"], [arrays[name] for name in ("known", "reliable", "weight")]
        if arrays["anchor"].shape != fine.shape or not all(fits(fine, each) for each in cells):
            raise ValueError("its pictures are not of one size")
        known, reliable, weight = (np.asarray(each, np.float32) for each in cells)
        reliable, weight = reliable * np.float32(0.01), weight * np.float32(0.01)
        made = cls(
            Reference(fine.astype(np.float32), known, reliable),
            Anchor(arrays["anchor"].astype(np.float32), weight),
        )
        for name in FIGURES:
            # A view that was stored before there was `crisp` has none.
            value = told.get(name) if name == "crisp" else told[name]
            setattr(made, name, None if value is None else figure(value))
        return made


def free_cells(shape: tuple[int, ...], boxes: NDArray[np.float64]) -> Floats:
    """Weight by cell: 0 under boxes (cells as unit), which are grown by a tenth and one cell for shadows."""
    free = np.ones((shape[0] // CELL, shape[1] // CELL), np.float32)
    for x1, y1, x2, y2 in boxes:
        dx, dy = 0.1 * (x2 - x1) + 1, 0.1 * (y2 - y1) + 1
        top, left = max(0, int(np.floor(y1 - dy))), max(0, int(np.floor(x1 - dx)))
        free[top : max(0, int(np.ceil(y2 + dy))), left : max(0, int(np.ceil(x2 + dx)))] = 0.0
    return free
