"""Is a part of the view hidden, and for how long? The view is cut into tiles, each with a clock of its own.

A lorry hides much of a view too, for a minute. It shows sides, wheels and edges, and it stands on the ground,
while what hangs before the lens is out of focus and comes in from the border of the picture. What is plain
and lies at the border is believed soon, anything else only when it stays longer than a lorry stands.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import Box
from edge.perception.view.reference import EDGE, Match
from edge.perception.view.structure import Structure
from edge.perception.view.tone import GLARE

Tiles = NDArray[np.bool_]  # ROWS x COLUMNS

ROWS: Final = 6
COLUMNS: Final = 8
RIM: Final = 2 * (ROWS + COLUMNS) - 4  # tiles at the border of the picture
LEAST: Final = 0.02  # mean weight of a tile's cells from which it tells anything
LOST: Final = 0.3  # of a tile's weight recognised: below, the tile is not seen
FOUND: Final = 0.5  # above, it is
STAYS: Final = 8.0  # seconds after which a lost tile is no passing car
PLAIN: Final = 0.2  # of the cells inside may show structure
INSIDE: Final = 3  # cells from the edge of what hides the view, which may be sharp
AT_RIM: Final = 0.25  # of the rim
LARGE: Final = 0.4  # of the view: believed soon when it is plain
PART: Final = 0.2  # of the view: less is not told of
REST: Final = 0.2  # of the tiles are still well recognised
WHITE: Final = 0.5  # of a tile
SOON: Final = 20.0  # seconds
LATER: Final = 40.0
LATE: Final = 90.0


class Cover:
    """The tiles of one source. blind: which are believed to be hidden. plain: something hides the view
    that looks as if it were before the lens, believed or not.
    """

    def __init__(self) -> None:
        self.blind: Tiles = np.zeros((ROWS, COLUMNS), np.bool_)
        self.plain = False
        self._lost_s = np.zeros((ROWS, COLUMNS))
        self._found: Tiles = np.zeros((ROWS, COLUMNS), np.bool_)
        self._tells: Tiles = np.zeros((ROWS, COLUMNS), np.bool_)

    def look(self, dt: float, now: Structure, match: Match, whole: NDArray[np.float32], white: Tiles) -> None:
        """One full look. whole: the weight of every cell if nothing hid it. white: tiles that are burnt out.

        What is white is the exposure or a lamp; whether that blinds the camera is not asked here.
        """
        weight, kept = _tiles(match.weight), _tiles(match.weight * match.kept)
        self._tells = _tiles(whole) >= LEAST
        seen = self._tells & (weight >= 0.5 * LEAST)
        share = kept / np.maximum(weight, 1e-6)
        self._found = seen & (share >= FOUND)
        self._lost_s[seen & (share < LOST) & ~white] += dt
        self._lost_s[self._found] = 0.0
        stays = self._lost_s >= STAYS
        part = self._part(stays) if np.count_nonzero(stays) >= 4 else np.zeros_like(stays)
        self.plain = self._plain(part, now)
        self.blind = (self.blind & ~self._found) | self._believed(part)

    def _part(self, stays: Tiles) -> Tiles:
        """The largest group of lost tiles, with the tiles between them that never tell anything."""
        bridged = (stays | ~self._tells).astype(np.uint8)
        count, groups = cv2.connectedComponents(bridged, connectivity=4)
        sizes = [int(np.count_nonzero(stays & (groups == group))) for group in range(count)]
        largest = int(np.argmax(sizes[1:])) + 1
        near = cv2.dilate((stays & (groups == largest)).astype(np.uint8), np.ones((3, 3), np.uint8))
        return np.asarray((groups == largest) & (near > 0) & (stays | ~self._tells))

    def _plain(self, part: Tiles, now: Structure) -> bool:
        """Whether what hides the view shows no structure and comes in from the border."""
        if part.mean() < PART or _at_rim(part) < AT_RIM:
            return False
        size = (now.variance.shape[1], now.variance.shape[0])
        cells = cv2.resize(part.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        inner = cv2.erode(cells, np.ones((2 * INSIDE + 1, 2 * INSIDE + 1), np.uint8)) > 0
        return bool(inner.any() and (now.variance[inner] > EDGE).mean() < PLAIN)

    def _believed(self, part: Tiles) -> Tiles:
        area = float(part.mean())
        # What is not plain hides a part only if the rest is recognised; else the camera looks elsewhere.
        plain_hold, other_hold = (SOON, LATE) if area >= LARGE else (LATER, np.inf)
        other_hold = other_hold if self.found >= REST else np.inf
        hold = plain_hold if self.plain else other_hold
        ripe = self._lost_s >= hold
        # Most of it must have been hidden for so long; the rest of it is, too, then.
        enough = np.count_nonzero(ripe & part) >= 0.7 * np.count_nonzero(part & self._tells)
        return part if enough and ripe.any() else np.zeros_like(part)

    @property
    def share(self) -> float:
        """How much of the view is believed to be hidden."""
        return float(self.blind.mean())

    @property
    def lost(self) -> float:
        """Of the tiles that tell anything, the share that is not recognised just now."""
        lost = (self._lost_s > 0) & self._tells
        return float(np.count_nonzero(lost)) / max(1, int(np.count_nonzero(self._tells)))

    @property
    def found(self) -> float:
        """Of the tiles that tell anything, the share that is well recognised just now."""
        return float(np.count_nonzero(self._found)) / max(1, int(np.count_nonzero(self._tells)))

    def open_cells(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Weight by cell: 0 in tiles that are hidden."""
        size = (shape[1], shape[0])
        clear = cv2.resize((~self.blind).astype(np.float32), size, interpolation=cv2.INTER_NEAREST)
        return np.asarray(clear, np.float32)

    def boxes(self) -> tuple[Box, ...]:
        """The hidden tiles as few boxes."""
        return _boxes(self.blind) if self.blind.any() else ()


def white_tiles(grey: NDArray[np.uint8]) -> Tiles:
    """Of a picture in the drawn view: half of them is blown out."""
    blown = cv2.threshold(grey, GLARE - 1, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(cv2.resize(blown, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA) > WHITE * 255)


def _tiles(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(cells, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA), np.float32)


def _at_rim(tiles: Tiles) -> float:
    return float(np.count_nonzero(tiles) - np.count_nonzero(tiles[1:-1, 1:-1])) / RIM


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
