"""Which ripe cells belong together, and what the picture says they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import Box, RegionVerdict
from edge.perception.cells import CELL, Cells, Structure
from edge.perception.statics.ripening import Ripening
from edge.perception.statics.spots import Spot

LEAST_CELLS: Final = 5
LARGEST: Final = 0.15  # of the picture: larger changes are of the view, not of a thing
EXPLAINED: Final = 0.15  # share of its time in which a detected thing was there
EXPLAINED_FIRM: Final = 0.5
RESTS: Final = 0.5  # of what may be new of what stands still, that may be new from look to look
FIRM: Final = 1.5  # times as restless must be what has stood still before
TEXTURED: Final = 20.0  # variance of cells in which movement shows
THIN: Final = 1.6  # cells over length
LONG: Final = 5.0  # length over breadth


@dataclass(frozen=True, slots=True)
class Scene:
    """What a blob is judged by. still: the share of what stands still that is new at most."""

    now: Structure
    clean: Structure
    ripening: Ripening
    still: float


def clumps(cells: Cells, most: int) -> Iterator[Cells]:
    """The connected groups of cells, filled, the largest first."""
    closed = cv2.morphologyEx(cells.view(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled: list[tuple[int, int, NDArray[np.uint8]]] = []
    for outline in outlines:
        blob = np.zeros(cells.shape, np.uint8)
        cv2.drawContours(blob, [outline], 0, (1,), cv2.FILLED)
        filled.append((-int(blob.sum()), len(filled), blob))
    for count, _, blob in sorted(filled, key=lambda item: item[:2])[:most]:
        if -count >= LEAST_CELLS:
            yield blob > 0


def box_of(cells: Cells, shape: tuple[int, int]) -> Box:
    """The box around cells, shares of a picture of that height and width."""
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    height, width = shape
    x1, x2 = columns[0] * CELL / width, (columns[-1] + 1) * CELL / width
    y1, y2 = rows[0] * CELL / height, (rows[-1] + 1) * CELL / height
    return round(float(x1), 4), round(float(y1), 4), round(float(x2), 4), round(float(y2), 4)


def verdict(cells: Cells, scene: Scene) -> RegionVerdict:
    """What ripe cells are."""
    if explained(cells, scene):
        return "explained"
    if lives(cells, scene):
        return "alive"
    spot = Spot(cells, scene.now, scene.clean)
    if spot.taken_away():
        return "removed"
    if spot.only_light():
        return "shadow"
    return "line" if _thin(cells) else "left"


def explained(cells: Cells, scene: Scene, *, firm: bool = False) -> bool:
    """Whether a detected thing was there much of the time; where something stands firm, most of it."""
    by_box, age = scene.ripening.explained[cells], scene.ripening.age[cells]
    return float(np.mean(by_box / (by_box + age + 1e-6))) > (EXPLAINED_FIRM if firm else EXPLAINED)


def lives(cells: Cells, scene: Scene, *, firm: bool = False) -> bool:
    """Whether it moves where it stands, more than ground and light do: nothing alive keeps still."""
    felt = scene.ripening.restless[cells & (scene.now.variance > TEXTURED)]
    limit = scene.still * (FIRM if firm else 1.0)
    return bool(len(felt)) and float(felt.mean()) > limit and not rests(cells, scene, firm=firm)


def rests(cells: Cells, scene: Scene, *, firm: bool = False) -> bool:
    """Whether it changes from look to look hardly more than the ground: what has only grown does."""
    felt = scene.ripening.moves[cells & (scene.now.variance > TEXTURED)]
    limit = RESTS * scene.still * (FIRM if firm else 1.0)
    return not len(felt) or float(felt.mean()) <= limit


def _thin(cells: Cells) -> bool:
    """A line: the edge of a shadow, a cable, a kerb that came to light."""
    points = np.argwhere(cells)[:, ::-1].astype(np.float32)
    _, sides, _ = cv2.minAreaRect(points)
    length, breadth = max(sides) + 1.0, min(sides) + 1.0
    thickness = len(points) / length
    return bool(length / breadth > LONG or thickness < THIN or (thickness < 2.2 and length > 10.0))
