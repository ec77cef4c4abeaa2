"""How a flying camera's picture lies on an earlier one of the same ground.

Corners of both are matched (ORB) and one plane's motion is fitted to most of them (homography, MAGSAC++).
What moves by itself is left out by its boxes, and by the fit. Matrices lead from the picture to the
reference, both in shares (0..1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from broker.events import Reason
from edge.observation import Box

Grey = NDArray[np.uint8]
Matrix = NDArray[np.float64]  # 3 x 3

WIDTH: Final = 960  # pixels: corners of a street stay sharp, and ORB takes some 20 ms
CORNERS: Final = 1500
RATIO: Final = 0.8  # nearest to next nearest likeness, beyond which a match is chance (D. Lowe)
NEAR_PX: Final = 2.0
LEAST: Final = 25
LEAST_SHARE: Final = 0.25
LEAST_SPREAD: Final = 0.08  # of the picture: the area that the matched corners span
ZOOM: Final = 4.0


@dataclass(frozen=True, slots=True)
class Motion:
    """matrix: picture to reference. misfit_px: deviation of the matched corners, pixels of 960."""

    matrix: Matrix
    matched: int
    misfit_px: float

    def moved(self, x: float, y: float) -> tuple[float, float] | None:
        """Where a point of the picture is in the reference; None beyond the horizon."""
        u, v, w = (float(value) for value in self.matrix @ (x, y, 1.0))
        return (u / w, v / w) if w > 1e-9 else None


class Backdrop:
    """The reference picture. moving: boxes in it of what may move or leave."""

    def __init__(self, picture: Grey, moving: Sequence[Box] = ()) -> None:
        self._points, self._words = _corners(picture, moving)

    def place(self, picture: Grey, moving: Sequence[Box] = ()) -> Motion | Reason:
        """How the picture lies on the reference, or why that cannot be told."""
        points, words = _corners(picture, moving)
        pairs = _pairs(words, self._words)
        if len(pairs) < LEAST:
            return _unlike(len(pairs), len(pairs))
        here = points[[a for a, _ in pairs]]
        there = self._points[[b for _, b in pairs]]
        found, kept = cv2.findHomography(here, there, cv2.USAC_MAGSAC, NEAR_PX)
        near = np.asarray(kept, bool).ravel()
        count = int(np.count_nonzero(near))
        if found is None or count < max(LEAST, LEAST_SHARE * len(pairs)):
            return _unlike(count, len(pairs))
        matrix = np.asarray(found, np.float64)
        reason = _unsound(matrix, here[near], picture.shape)
        return reason if reason is not None else _motion(matrix, here[near], there[near], picture.shape)


def _corners(picture: Grey, moving: Sequence[Box]) -> tuple[NDArray[np.float32], Grey]:
    """Places in pixels of a picture WIDTH wide, and what they look like."""
    high = round(WIDTH * picture.shape[0] / picture.shape[1])
    small = cv2.resize(picture, (WIDTH, high), interpolation=cv2.INTER_AREA)
    free = np.full(small.shape[:2], 255, np.uint8)
    for x1, y1, x2, y2 in moving:
        rows = slice(max(0, int(y1 * high)), max(0, int(y2 * high) + 1))
        free[rows, max(0, int(x1 * WIDTH)) : max(0, int(x2 * WIDTH) + 1)] = 0
    found, words = cv2.ORB.create(nfeatures=CORNERS).detectAndCompute(small, free)
    if not found:
        return np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8)
    return np.array([corner.pt for corner in found], np.float32), np.asarray(words, np.uint8)


def _pairs(here: Grey, there: Grey) -> list[tuple[int, int]]:
    """Corners that look alike, and clearly more so than the next best."""
    if len(here) < 2 or len(there) < 2:
        return []
    found = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(here, there, k=2)
    return [(a.queryIdx, a.trainIdx) for a, b in found if a.distance < RATIO * b.distance]


def _unlike(matched: int, pairs: int) -> Reason:
    text = (
        f"{matched} of {pairs} corners lie on one plane with the reference; {LEAST} are needed, and a quarter"
    )
    return Reason(code="not_registered", text=text, values={"matched": float(matched), "pairs": float(pairs)})


def _unsound(matrix: Matrix, here: NDArray[np.float32], shape: tuple[int, ...]) -> Reason | None:
    """Why no camera moves like that, or why too little of the picture says so."""
    high = WIDTH * shape[0] / shape[1]
    spread = cv2.contourArea(cv2.convexHull(here)) / (WIDTH * high)
    if spread < LEAST_SPREAD:
        text = f"the matched corners span {spread:.0%} of the picture; {LEAST_SPREAD:.0%} are needed"
        return Reason(code="not_registered", text=text, values={"spread": spread})
    corners = np.array([(0, 0, 1), (WIDTH, 0, 1), (WIDTH, high, 1), (0, high, 1)]) @ matrix.T
    flat = corners[:, :2] / corners[:, 2:]
    area = cv2.contourArea(flat.astype(np.float32), oriented=True) / (WIDTH * high)
    if (corners[:, 2] <= 0).any() or not 1 / ZOOM**2 < area < ZOOM**2:
        return Reason(
            code="not_registered", text="the fitted motion turns the picture inside out, or zooms wildly"
        )
    return None


def _motion(
    matrix: Matrix, here: NDArray[np.float32], there: NDArray[np.float32], shape: tuple[int, ...]
) -> Motion:
    moved = cv2.perspectiveTransform(here[None], matrix)[0]
    misfit = float(np.sqrt(((moved - there) ** 2).sum(axis=1).mean() / 2))
    high = WIDTH * shape[0] / shape[1]
    scale = np.diag([WIDTH, high, 1.0])
    shares = np.linalg.inv(scale) @ matrix @ scale
    return Motion(shares / shares[2, 2], len(here), misfit)
