"""Where the camera looks now: follows small moves, takes jumps, and notices when it never stands still."""

from collections import deque
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import Affine, Box
from edge.perception.cells import CELL
from edge.perception.view.register import STILL, Matrix, compose, displacement, inverse, partly

Floats = NDArray[np.float32]

SEEN_STEP: Final = 0.4  # pixels: smaller moves are left alone, so that a mast that trembles moves no zone
DRIFT: Final = 0.25  # pixels: two steps of so much the same way are a drift
MOST_STEP: Final = 3.0  # pixels: larger moves are no small ones
GAIN: Final = 0.5  # of a small move that is believed at once
PATH_S: Final = 60.0
WANDERS: Final = 6.0  # pixels within PATH_S, jumps apart: no slipping mount is so fast
RESTS: Final = 2.0  # pixels: it has come to rest
JUMP: Final = 2.0  # pixels
JUMPS: Final = 3  # within PATH_S: somebody holds it in the hand
FIGURES: Final = 6


class Pose:
    """matrix: from the drawn view to the picture, in pixels of a picture of this size (height, width)."""

    def __init__(self, size: tuple[int, int], matrix: Matrix = STILL) -> None:
        self.size = size
        self.matrix = matrix
        self.wanders = False
        self._rest = self._last = STILL
        self._path: deque[tuple[float, Matrix, float]] = deque(maxlen=256)  # t, the centre, moved by
        self._inside: Floats | None = None

    @property
    def still(self) -> bool:
        """Whether the camera looks where it did when the zones were drawn."""
        return self.matrix is STILL

    @property
    def moved(self) -> float:
        """Mean displacement in pixels."""
        return displacement(self.matrix, self.size[1], self.size[0])

    @property
    def text(self) -> str:
        """Where the camera looks, in words."""
        if self.still:
            return "the view is where it was"
        return f"the view has moved by {self.moved / self.size[1]:.1%} of its width"

    def apart(self, matrix: Matrix) -> float:
        """Mean distance in pixels from where another matrix leads."""
        return displacement(compose(inverse(matrix), self.matrix), self.size[1], self.size[0])

    def flat(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A picture turned back into the drawn view."""
        if self.still:
            return grey
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        size = (self.size[1], self.size[0])
        turned = cv2.warpAffine(grey, self.matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(turned, np.uint8)

    @property
    def inside(self) -> Floats:
        """Weight by cell of the drawn view: 0 where the picture does not show it."""
        if self._inside is None:
            self._inside = self._shown()
        return self._inside

    def _shown(self) -> Floats:
        height, width = self.size
        if self.still:
            return np.ones((height // CELL, width // CELL), np.float32)
        full = np.full((height, width), 255, np.uint8)
        seen = cv2.warpAffine(
            full,
            self.matrix,
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderValue=(0.0,),
        )
        cells = cv2.resize(seen, (width // CELL, height // CELL), interpolation=cv2.INTER_AREA)
        # The window of a cell reaches over its neighbours.
        return np.asarray(cv2.erode(cells, np.ones((3, 3), np.uint8)) == 255).astype(np.float32)

    def nudge(self, t: float, step: Matrix) -> bool:
        """A small move against the matrix. Whether it changes it.

        Two steps the same way are a drift and are taken whole; else a mast trembles, and half is believed.
        """
        height, width = self.size
        if displacement(step, width, height) > MOST_STEP:
            return False
        drifts = _same_way(self._last, step)
        self._rest = step if drifts else partly(self._rest, 1 - GAIN) + partly(step, GAIN) - STILL
        self._last = step
        moved = displacement(self._rest, width, height)
        if moved < (DRIFT if drifts else SEEN_STEP):
            return False
        self._put(t, compose(self.matrix, self._rest), moved)
        self._last = step
        return True

    def jump(self, t: float, matrix: Matrix) -> None:
        """The camera was turned."""
        off = compose(inverse(matrix), self.matrix)
        self._put(t, matrix, displacement(off, self.size[1], self.size[0]))

    def _put(self, t: float, matrix: Matrix, moved: float) -> None:
        near = displacement(matrix, self.size[1], self.size[0]) < SEEN_STEP
        self.matrix = STILL if near else matrix
        self._rest, self._last, self._inside = STILL, STILL, None
        middle = np.array([self.size[1] / 2, self.size[0] / 2])
        self._path.append((t, self.matrix[:, :2] @ middle + self.matrix[:, 2], moved))

    def wander(self, t: float) -> float:
        """Pixels between which the camera has looked within a minute, if that is more than a mount does."""
        if not self._path:
            return 0.0
        while self._path and not t - PATH_S <= self._path[0][0] <= t:
            self._path.popleft()
        jumps = [i for i, (_, _, moved) in enumerate(self._path) if moved >= JUMP]
        since = jumps[-1] if jumps else 0
        extent = _extent([centre for _, centre, _ in list(self._path)[since:]])
        late = _extent([centre for at, centre, _ in self._path if at >= t - PATH_S / 2])
        self.wanders = len(jumps) >= JUMPS or extent > WANDERS or (self.wanders and late > RESTS)
        return max(extent, late, RESTS) if self.wanders else 0.0

    def affine(self, width: int, height: int) -> Affine | None:
        """In shares of a picture of this size; None while the camera looks where it did."""
        if self.still:
            return None
        (a, b, c), (d, e, f) = self.matrix.tolist()
        shares = (a, b * height / width, c / width, d * width / height, e, f / height)
        a, b, c, d, e, f = (round(v, FIGURES) for v in shares)
        return a, b, c, d, e, f

    def cells_of(self, box: Box) -> tuple[float, float, float, float]:
        """A box of the picture, in cells of the drawn view."""
        x1, y1, x2, y2 = box
        height, width = self.size
        corners = np.array([[x1, x2, x2, x1], [y1, y1, y2, y2]]) * [[width], [height]]
        if not self.still:
            back = inverse(self.matrix)
            corners = back[:, :2] @ corners + back[:, 2:]
        (left, top), (right, bottom) = corners.min(axis=1) / CELL, corners.max(axis=1) / CELL
        return float(left), float(top), float(right), float(bottom)

    def strips(self) -> list[Box]:
        """Borders of the drawn view, wider than half a percent of it, that the picture does not show."""
        if self.still:
            return []
        height, width = self.size
        back = inverse(self.matrix)
        corners = back[:, :2] @ np.array([[0.0, width, width, 0.0], [0.0, 0.0, height, height]]) + back[:, 2:]
        x, y = corners[0] / width, corners[1] / height
        left, right = float(max(x[0], x[3])), float(min(x[1], x[2]))
        top, bottom = float(max(y[0], y[1])), float(min(y[2], y[3]))
        strips: list[Box] = [(0.0, 0.0, left, 1.0), (right, 0.0, 1.0, 1.0)]
        strips += [(0.0, 0.0, 1.0, top), (0.0, bottom, 1.0, 1.0)]
        return [_rounded(s) for s in strips if s[2] - s[0] > 0.005 and s[3] - s[1] > 0.005]


def _same_way(last: Matrix, step: Matrix) -> bool:
    """Whether both shift the picture by DRIFT at least, and much the same way."""
    one, two = last[:, 2], step[:, 2]
    lengths = float(np.hypot(*one)), float(np.hypot(*two))
    return min(lengths) >= DRIFT and float(one @ two) > 0.7 * lengths[0] * lengths[1]


def _extent(centres: list[Matrix]) -> float:
    """The diagonal of the box around them."""
    return float(np.linalg.norm(np.ptp(np.stack(centres), axis=0))) if centres else 0.0


def _rounded(box: Box) -> Box:
    x1, y1, x2, y2 = (min(1.0, max(0.0, round(v, 4))) for v in box)
    return x1, y1, x2, y2
