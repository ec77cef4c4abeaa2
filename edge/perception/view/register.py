"""Where the camera looks now, against an anchor picture that is never updated.

Small moves are followed by least squares on the strongest edges of the anchor (Lucas and Kanade, with
rotation, scale and contrast): cheap, at every full look, and without the slow error that a reference which
follows the scene would take along. Jumps are searched by phase correlation, then by matched corners (ORB).
Matrices are 2 x 3 in pixels of the small picture and lead from the drawn view to the picture.
"""

from dataclasses import dataclass
from math import hypot
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.cells import CELL
from edge.perception.view.focus import NOISE, Detail, blurred
from edge.perception.view.reference import Reference
from edge.perception.view.store import bytes_of
from edge.perception.view.structure import Structure, likeness

Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]  # 2 x 3

STILL: Final = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
BORDER: Final = 3  # cells at the border of the picture where nothing is followed
CLIP: Final = 60.0  # units beyond which contrast has no more say in phase correlation
TURN: Final = 8.0  # degrees
NINE: Final = (0.1, 0.5, 0.9)  # of the sides: where a displacement is measured
ZOOM: Final = 0.12
INLIERS: Final = 10
LEAST_POINTS: Final = 30
MOST_POINTS: Final = 500
ROUNDS: Final = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A small move against the anchor. agree: share of its edges that follow it."""

    matrix: Matrix
    agree: float


class Anchor:
    """The strongest edge pixels of a picture, one a cell, ready for least squares."""

    def __init__(self, fine: Floats, weight: Floats) -> None:
        smooth = blurred(fine)
        gx, gy = (
            np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *way, ksize=3, scale=1 / 8)) for way in ((1, 0), (0, 1))
        )
        self.fine, self.weight = bytes_of(fine), weight
        self._at = _strongest(cv2.magnitude(gx, gy), weight)
        rows, columns = np.divmod(self._at, fine.shape[1])
        self._half = fine.shape[1] / 2
        self._centre = np.array([fine.shape[1] / 2, fine.shape[0] / 2])
        x, y = (columns - self._centre[0]) / self._half, (rows - self._centre[1]) / self._half
        gx, gy, level = gx.ravel()[self._at], gy.ravel()[self._at], smooth.ravel()[self._at]
        self._level = level
        self._ways = np.stack([gx, gy, gy * x - gx * y, gx * x + gy * y, -level], axis=1).astype(np.float64)

    def step(self, smooth: Floats, free: Floats) -> Step | None:
        """How far `smooth`, a blurred picture in the drawn view, has moved; None where too little is seen."""
        width = smooth.shape[1]
        rows, columns = np.divmod(self._at, width)
        sight = free[rows // CELL, columns // CELL] > 0.5
        if np.count_nonzero(sight) < LEAST_POINTS:
            return None
        off = (smooth.ravel()[self._at] - self._level).astype(np.float64)[sight]
        ways = self._ways[sight]
        move, weights = np.zeros(5), np.ones(len(off))
        for _ in range(ROUNDS):
            held = ways * weights[:, None]
            square = held.T @ ways
            square[np.arange(2, 5), np.arange(2, 5)] += 0.02 * square[0, 0] + 1e-6
            move = np.linalg.solve(square + np.eye(5) * 1e-6, held.T @ -off)
            rest = off + ways @ move
            scale = 3.0 * 1.4826 * float(np.median(np.abs(rest))) + 0.5
            weights = np.maximum(0.0, 1 - (rest / scale) ** 2) ** 2
        return Step(self._matrix(move), _agreement(off + ways @ move, ways))

    def sharpness(self, now: Structure, smooth: Floats, free: Floats) -> float | None:
        """How much of the fine detail it had is left; None: too few cells tell. Dear."""
        then = Structure.of(self.fine.astype(np.float32))
        return Detail(then.fine, self.weight).left(now, smooth, then, likeness(now, then, NOISE), free)

    def _matrix(self, move: Matrix) -> Matrix:
        turn, zoom = move[2] / self._half, move[3] / self._half
        linear = np.array([[1 + zoom, -turn], [turn, 1 + zoom]])
        shift = move[:2] + self._centre - linear @ self._centre
        return np.hstack([linear, shift[:, None]])


def _agreement(rest: Matrix, ways: Matrix) -> float:
    """Share of the points whose level is explained to within a third of their own contrast."""
    contrast = np.abs(ways[:, 4]) + np.hypot(ways[:, 0], ways[:, 1]) * 2
    return float(np.mean(np.abs(rest) < 0.35 * contrast))


def _strongest(strength: cv2.typing.MatLike, weight: Floats) -> NDArray[np.int64]:
    """Flat index of the strongest pixel of cells that count, away from the border, all over the picture."""
    rows, columns = weight.shape
    blocks = strength.reshape(rows, CELL, columns, CELL).transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    best = np.argmax(blocks, axis=2)
    inner = np.zeros(weight.shape, np.bool_)
    inner[BORDER:-BORDER, BORDER:-BORDER] = True
    r, c = np.nonzero((weight > 0.3) & inner)
    every = -(-len(r) // MOST_POINTS) if len(r) else 1
    r, c = r[::every], c[::every]
    dy, dx = np.divmod(best[r, c], CELL)
    return np.asarray((r * CELL + dy) * (columns * CELL) + c * CELL + dx, np.int64)


def compose(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does `then` before `first`."""
    return np.asarray(first @ np.vstack([then, [0.0, 0.0, 1.0]]))


def inverse(matrix: Matrix) -> Matrix:
    """The way back."""
    linear = np.linalg.inv(matrix[:, :2])
    return np.hstack([linear, -(linear @ matrix[:, 2])[:, None]])


def partly(matrix: Matrix, share: float) -> Matrix:
    """That share of a small move."""
    return np.asarray(STILL + (matrix - STILL) * share)


def displacement(matrix: Matrix, width: int, height: int) -> float:
    """Mean distance in pixels by which nine points of the picture move."""
    (a, b, c), (d, e, f) = matrix.tolist()
    points = [(x * width, y * height) for x in NINE for y in NINE]
    return sum(hypot((a - 1) * x + b * y + c, d * x + (e - 1) * y + f) for x, y in points) / len(points)


def allowed(matrix: Matrix, width: int, height: int, follow: float) -> bool:
    """Whether a move is one that zones may follow."""
    zoom = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    turn = abs(float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))))
    near = displacement(matrix, width, height) <= follow * width
    return near and turn <= TURN and abs(zoom - 1) <= ZOOM


def by_phase(reference: Reference, flat: Floats) -> Matrix:
    """The shift from the reference to a picture in the drawn view."""
    hann = cv2.createHanningWindow((flat.shape[1], flat.shape[0]), cv2.CV_32F)
    then, now = (np.clip(fine, -CLIP, CLIP).astype(np.float32) for fine in (reference.fine, flat))
    (dx, dy), _ = cv2.phaseCorrelate(then, now, hann)
    return np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]])


def by_corners(reference: Reference, fine: Floats) -> Matrix | None:
    """The similarity from the reference to a picture as it was taken; None where corners do not agree."""
    orb = cv2.ORB.create(nfeatures=500, fastThreshold=8, patchSize=21, edgeThreshold=12)
    (p, d), (q, e) = (orb.detectAndCompute(_picture(each), None) for each in (reference.fine, fine))
    if not p or not q:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(d, e)
    if len(pairs) < INLIERS:
        return None
    before = np.array([p[m.queryIdx].pt for m in pairs], np.float64)
    after = np.array([q[m.trainIdx].pt for m in pairs], np.float64)
    matrix, inliers = cv2.estimateAffinePartial2D(before, after, method=cv2.RANSAC, ransacReprojThreshold=2.0)
    # OpenCV gives no matrix where no similarity fits, whatever its types say.
    held = 0 if inliers is None else int(np.count_nonzero(inliers))
    return np.asarray(matrix, np.float64) if held >= INLIERS else None


def _picture(fine: Floats) -> NDArray[np.uint8]:
    return np.asarray(np.clip(fine * 1.5 + 128, 0, 255), np.uint8)
