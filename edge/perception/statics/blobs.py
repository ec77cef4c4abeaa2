"""Which ripe cells belong together, and what the picture says they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from edge.observation import Box, RegionVerdict
from edge.perception.cells import CELL, Cells, Floats, Structure, widened
from edge.perception.statics.ground import roughness
from edge.perception.statics.ripening import Ripening

LEAST_CELLS: Final = 5
LARGEST: Final = 0.15  # of the picture: larger changes are of the view, not of a thing
LIKE_GROUND: Final = 0.6  # correlation with the ground's structure above which only the light is new
ROUGHER, MUCH_ROUGHER = 1.25, 2.0  # the ground against the thing: something was taken away
PLAINER: Final = 0.8
EXPLAINED: Final = 0.2  # share of its time in which a detected thing was there
RESTLESS: Final = 0.12
THIN: Final = 1.6  # cells over length
LONG: Final = 5.0  # length over breadth


@dataclass(frozen=True, slots=True)
class Scene:
    """What a blob is judged by. part: unexplained share by cell, against the ground."""

    now: Structure
    clean: Structure
    part: Floats
    ripening: Ripening
    tremble: float


def clumps(cells: Cells, most: int) -> Iterator[Cells]:
    """The connected groups of cells, filled, the largest first."""
    closed = cv2.morphologyEx(cells.view(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = []
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
    ripening = scene.ripening
    explained = ripening.explained[cells]
    if float(np.mean(explained / (explained + ripening.age[cells] + 1e-6))) > EXPLAINED:
        return "explained"
    textured = cells & (scene.now.variance > 2 * LEAST_VARIANCE)
    if textured.any() and np.median(ripening.restless[textured]) > RESTLESS + 3.0 * scene.tremble:
        return "alive"
    if _taken_away(cells, scene):
        return "removed"
    if _only_light(cells, scene):
        return "shadow"
    return "line" if _thin(cells) else "left"


LEAST_VARIANCE: Final = 10.0


def _taken_away(cells: Cells, scene: Scene) -> bool:
    """The ground had more edges here than is to be seen now: the thing was there before, and has gone."""
    rows, columns = _around(cells, 3)
    inside = cells[rows, columns]
    pixels = slice(rows.start * CELL, rows.stop * CELL), slice(columns.start * CELL, columns.stop * CELL)
    now, then = (
        float(np.sqrt(roughness(np.ascontiguousarray(s.fine[pixels]))[inside].mean()))
        for s in (scene.now, scene.clean)
    )
    ring = widened(inside, 2) & ~widened(inside, 1)
    if not ring.any():
        return then > MUCH_ROUGHER * now
    stands_out = [
        abs(float(np.median(level[inside]) - np.median(level[ring])))
        for level in (scene.now.level[rows, columns], scene.clean.level[rows, columns])
    ]
    plain = stands_out[1] >= PLAINER * stands_out[0]
    return (then > ROUGHER * now and plain) or then > MUCH_ROUGHER * now


def _only_light(cells: Cells, scene: Scene) -> bool:
    """The structure of the ground is still there, under another light."""
    taken = cv2.resize(cells.view(np.uint8), scene.now.fine.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    now, then = scene.now.fine[taken], scene.clean.fine[taken]
    now, then = now - now.mean(), then - then.mean()
    spread = float(np.sqrt((now @ now) * (then @ then)))
    return spread > 0.0 and float(now @ then) / spread > LIKE_GROUND


def _thin(cells: Cells) -> bool:
    """A line: the edge of a shadow, a cable, a kerb that came to light."""
    points = np.argwhere(cells)[:, ::-1].astype(np.float32)
    _, sides, _ = cv2.minAreaRect(points)
    length, breadth = max(sides) + 1.0, min(sides) + 1.0
    thickness = len(points) / length
    return bool(length / breadth > LONG or thickness < THIN or (thickness < 2.2 and length > 10.0))


def _around(cells: Cells, reach: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - reach), int(rows[-1]) + reach + 1),
        slice(max(0, int(columns[0]) - reach), int(columns[-1]) + reach + 1),
    )
