"""Two pictures of one spot, now and clean: is it a thing, the empty place of one, or light on the ground?"""

from typing import Final

import cv2
import numpy as np

from edge.perception.cells import FINE, Cells, Floats, Structure, by_pixel, widened
from edge.perception.statics.patches import strangeness

LEAST_OFF: Final = 6.0  # units of 100 ln by which a pixel differs
HALF: Final = 0.35  # of how far the spot differs at most
LIKE_GROUND: Final = 0.6  # correlation with the ground above which only the light is new
# So far down noise brings it that is as strong as the ground; of weaker ground nothing is known anyway.
LIKE_SLOPES: Final = 0.7  # of the slopes within the rim
RIM: Final = 1  # pixels on both sides of an outline that are neither inside nor outside
# In doubt it is a thing: what can be taken away lay there when the ground was learnt, and that is rare.
DOUBT: Final = 0.5
FAINT: Final = 2.0  # slope that says nothing
BESIDE: Final = 1.5  # times its own size that a spot is compared with its surroundings
MORE: Final = 2.5  # times the squared slopes of the ground are not of light alone: it scales, it adds none
FEW: Final = 30  # pixels; of fewer nothing can be said


class Spot:
    """The pixels of some cells, and a little around them."""

    def __init__(self, cells: Cells, now: Structure, clean: Structure) -> None:
        self._cells, self._pictures = cells, (now, clean)
        part = _around(cells, 3)
        pixels = _pixels(part)
        self._inside = by_pixel(cells[part])
        self._fine: list[Floats] = [np.ascontiguousarray(s.fine[pixels]) for s in (now, clean)]
        self._light: list[Floats] = [np.ascontiguousarray(s.light()[pixels]) for s in (now, clean)]

    def taken_away(self) -> bool:
        """The clean picture holds a thing here, by its edges and its looks: it was there, and has gone."""
        return self.edges() + self.strange() < -DOUBT

    def strange(self) -> float:
        """How much less it looks like the ground beside it now than it did, as a logarithm."""
        rows, columns = np.flatnonzero(self._cells.any(axis=1)), np.flatnonzero(self._cells.any(axis=0))
        part = _around(self._cells, 1 + round(BESIDE * max(len(rows), len(columns))))
        inside, pixels = by_pixel(self._cells[part]), _pixels(part)
        now, clean = (np.ascontiguousarray(s.fine[pixels]) for s in self._pictures)
        return strangeness(_body(np.abs(now - clean), inside) & inside, inside, now, clean)

    def edges(self) -> float:
        """How much more edge there is now than there was, as a logarithm; 0 where nothing differs.

        A thing has an edge all along its outline, the ground runs on underneath. So of the two pictures the
        one that changes more across the outline of what differs holds the thing. How sharp and how rich in
        contrast the pictures are as a whole shows around it.
        """
        body = _body(np.abs(self._fine[0] - self._fine[1]), self._inside) & self._inside
        around = ~widened(body, 2 * RIM)
        now, clean = (_slopes(fine) for fine in self._fine)
        across = [_across(body, slopes) for slopes in (now, clean)]
        if across[0] == across[1]:
            return 0.0
        usual = [float(cv2.magnitude(*slopes)[around].mean()) for slopes in (now, clean)]
        if around.sum() < FEW:
            usual = [0.0, 0.0]
        return across[0] - across[1] - _log_ratio(*usual)

    def only_light(self) -> bool:
        """The structure of the ground is still there: as a whole, or in its slopes within the rim.

        The hard rim of a shadow is a new edge, but between its rims the ground has the slopes it had.
        """
        if _lit(*([fine[self._inside]] for fine in self._fine)):
            return True
        off = self._light[0] - self._light[1]
        # The light of the whole neighbourhood may be another one by now.
        usual = float(np.median(off[~self._inside])) if not self._inside.all() else 0.0
        body = _body(np.abs(off - usual), self._inside)
        core = body & ~widened(~body, 2 * RIM) & self._inside
        if core.sum() < FEW:
            return False
        return _lit(*([slope[core] for slope in _slopes(light)] for light in self._light), like=LIKE_SLOPES)


def _body(off: Floats, inside: Cells) -> Cells:
    """What differs, where it differs most."""
    least = max(LEAST_OFF, HALF * float(np.percentile(off[inside], 90)))
    closed = cv2.morphologyEx((off > least).view(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    return closed > 0


def _across(body: Cells, slopes: tuple[Floats, Floats]) -> float:
    """The logarithm of the slope across the outline of a body, its mean.

    A thing has an edge all along: the few hard edges of stripes that run on across an outline are none of it.
    """
    soft = cv2.GaussianBlur(body.astype(np.float32), (0, 0), 1.0)
    to_side, down = _slopes(np.asarray(soft, np.float32))
    weight = cv2.magnitude(to_side, down)
    weight[weight < 0.05] = 0.0
    rim = weight > 0
    if not rim.any():
        return 0.0
    across = np.abs(slopes[0] * to_side + slopes[1] * down)[rim] / weight[rim]
    return float(np.average(np.log(across + FAINT), weights=weight[rim]))


def _log_ratio(a: float, b: float) -> float:
    return float(np.log((a + FAINT) / (b + FAINT)))


def _slopes(fine: Floats) -> tuple[Floats, Floats]:
    """The gradient by pixel, across and down."""
    across, down = cv2.Sobel(fine, cv2.CV_32F, 1, 0), cv2.Sobel(fine, cv2.CV_32F, 0, 1)
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _energy(slopes: list[Floats]) -> float:
    """How much structure there is, whatever its sign."""
    return float(sum(values.var() for values in slopes))


def _lit(now: list[Floats], clean: list[Floats], *, like: float = LIKE_GROUND) -> bool:
    """Whether it may be the ground in another light: no more structure, and like that of the ground."""
    return _energy(now) <= MORE * _energy(clean) + FAINT and _alike(now, clean, like)


def _alike(now: list[Floats], clean: list[Floats], like: float) -> bool:
    """Whether values correlate so far."""
    a = np.concatenate([values - values.mean() for values in now])
    b = np.concatenate([values - values.mean() for values in clean])
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return spread > 0.0 and float(a @ b) / spread > like


def _pixels(part: tuple[slice, slice]) -> tuple[slice, slice]:
    rows, columns = part
    return slice(rows.start * FINE, rows.stop * FINE), slice(columns.start * FINE, columns.stop * FINE)


def _around(cells: Cells, reach: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - reach), min(len(cells), int(rows[-1]) + reach + 1)),
        slice(max(0, int(columns[0]) - reach), min(cells.shape[1], int(columns[-1]) + reach + 1)),
    )
