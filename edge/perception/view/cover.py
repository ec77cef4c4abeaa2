"""Is a part of the view hidden, and for how long? The view is cut into tiles, each with a clock of its own.

A lorry hides much of a view too, for a minute. It shows sides, wheels and edges and goes on, while what
hangs before the lens is out of focus: where nearly all of the hidden part shows no structure at all, it is
believed soon, else only after longer than a lorry stands.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import Box
from edge.perception.view.reference import Match

Tiles = NDArray[np.bool_]  # ROWS x COLUMNS

ROWS: Final = 6
COLUMNS: Final = 8
LEAST: Final = 0.02  # mean weight of a tile's cells from which it tells anything
LOST: Final = 0.3  # of a tile's weight recognised: below, the tile is not seen
FOUND: Final = 0.5  # above, it is
FLAT: Final = 0.7  # of a tile's weight without structure
MOSTLY: Final = 0.8  # of the lost tiles are flat: something before the lens
LARGE: Final = 0.35  # of the tiles: what hides so much is told of soon
SOON: Final = 20.0  # seconds
LATE: Final = 90.0


class Cover:
    """The tiles of one source. blind: which are believed to be hidden."""

    def __init__(self) -> None:
        self.blind: Tiles = np.zeros((ROWS, COLUMNS), np.bool_)
        self._lost_s = np.zeros((ROWS, COLUMNS))
        self._flat: Tiles = np.zeros((ROWS, COLUMNS), np.bool_)
        self._tells: Tiles = np.zeros((ROWS, COLUMNS), np.bool_)

    def look(self, dt: float, match: Match, whole: NDArray[np.float32]) -> None:
        """One full look. whole: the weight of every cell if nothing hid it."""
        weight, kept, plain = (
            _tiles(match.weight * share) for share in (1.0, match.kept.astype(np.float32), ~match.rich)
        )
        self._tells = _tiles(whole) >= LEAST
        seen = self._tells & (weight >= 0.5 * LEAST)
        share = kept / np.maximum(weight, 1e-6)
        self._lost_s[seen & (share < LOST)] += dt
        self._lost_s[seen & (share >= FOUND)] = 0.0
        self._flat = np.where(seen, plain / np.maximum(weight, 1e-6) >= FLAT, self._flat)
        self.blind = (self.blind | self._believed()) & (self._lost_s > 0)

    def _believed(self) -> Tiles:
        lost = (self._lost_s > 0) & self._tells
        soon = self._share(lost) >= LARGE and self._flat[lost].mean() >= MOSTLY
        ripe = self._lost_s >= (SOON if soon else LATE)
        return np.asarray(lost & ripe & (self._flat | (self._share(lost & ripe) >= LARGE)))

    def _share(self, tiles: Tiles) -> float:
        return float(np.count_nonzero(tiles)) / max(1, int(np.count_nonzero(self._tells)))

    @property
    def share(self) -> float:
        """Of the tiles that tell anything, how many are hidden."""
        return self._share(self.blind)

    @property
    def lost(self) -> float:
        """Share of the tiles in which the view is not recognised just now, believed or not."""
        return self._share((self._lost_s > 0) & self._tells)

    @property
    def flat(self) -> float:
        """Share of the lost tiles that show no structure."""
        lost = (self._lost_s > 0) & self._tells
        return float(self._flat[lost].mean()) if lost.any() else 0.0

    def open_cells(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Weight by cell: 0 in tiles that are hidden."""
        size = (shape[1], shape[0])
        clear = cv2.resize((~self.blind).astype(np.float32), size, interpolation=cv2.INTER_NEAREST)
        return np.asarray(clear, np.float32)

    def boxes(self) -> tuple[Box, ...]:
        """The hidden tiles as few boxes; a tile without structure is hidden when most around it are."""
        return _boxes(self._filled())

    def _filled(self) -> Tiles:
        near = cv2.blur(self.blind.astype(np.float32), (3, 3), borderType=cv2.BORDER_REFLECT)
        known = cv2.blur(self._tells.astype(np.float32), (3, 3), borderType=cv2.BORDER_REFLECT)
        return np.asarray(self.blind | (~self._tells & (near > 0.5 * np.maximum(known, 0.1))))


def _tiles(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(cells, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA), np.float32)


def _boxes(tiles: Tiles) -> tuple[Box, ...]:
    """Runs of each row, joined downwards where they are equally wide."""
    boxes: list[list[int]] = []  # x1, y1, x2, y2 in tiles
    for row in range(ROWS):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], tiles[row].astype(np.int8), [0]])))
        for x1, x2 in edges.reshape(-1, 2).tolist():
            above = [box for box in boxes if box[0] == x1 and box[2] == x2 and box[3] == row]
            if above:
                above[0][3] = row + 1
            else:
                boxes.append([x1, row, x2, row + 1])
    return tuple((a / COLUMNS, b / ROWS, c / COLUMNS, d / ROWS) for a, b, c, d in boxes)
