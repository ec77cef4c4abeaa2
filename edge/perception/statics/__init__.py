"""Left things: what has come to stand on the ground of a zone and is nothing that a detector knows.

The ground is compared with its clean reference by structure, not by brightness (`cells.py`). What differs and
stays ripens cell by cell (`ripening.py`); ripe cells form blobs that are judged (`blobs.py`): a thing, a
shadow, a line, something alive, something that a detected vehicle or person explains, or the empty place of
something taken away. Things keep one id until their ground is seen clean again (`regions.py`).
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import Box, RegionState, StaticRegion
from edge.perception.cells import CELL, Cells, Floats, Grey, Structure, structure, whole, widened
from edge.perception.statics.blobs import LARGEST, LEAST_CELLS, Scene, clumps, verdict
from edge.perception.statics.ground import Beginning, Ground
from edge.perception.statics.regions import Region, Regions, judged
from edge.perception.statics.ripening import Looks, Ripening, Sight
from edge.perception.statics.settings import StaticSettings

__all__ = ["StaticSettings", "Statics"]

BLUR = 2 * CELL  # pixels around a thing in which the windows of 3 x 3 cells still see it
STEP_MOST_S = 15.0  # between two looks; what lies further apart was not seen
FLICKER_S, FLICKER_LOOKS = 3.0, 2.5  # a detector misses now and then: so long a box is remembered
REACH = 6  # cells around a zone that are judged too
GUARD = 4  # cells beside what the moved picture does not show
TEXTURED = 20.0  # variance from which a cell tells a change of light from a thing
TOO_MUCH = 0.45  # share of the textured cells: it is the light or the view that has changed
FEW = 50
LOOKS = 4  # at least, until something is ripe
RIPE_SHARE = 0.3  # of a blob that must be ripe
NET_SHARE = 0.35  # of `settle` by which it must have been seen more often than anything else


class Statics:
    """The left things of one source; call `look` for its small grey pictures in order of time."""

    def __init__(
        self, settings: StaticSettings, outlines: Sequence[Sequence[tuple[float, float]]], source: str
    ) -> None:
        self._settings = settings
        self._outlines = outlines
        self._source = source
        self._size = (0, 0)
        self._t: float | None = None
        self._pace = 1.0

    def look(
        self,
        t: float,
        utc: float,
        grey: NDArray[np.uint8],
        *,
        valid: NDArray[np.bool_] | None,
        explained: Sequence[Box] | None,
        trusted: bool,
    ) -> tuple[StaticRegion, ...]:
        """What stands there unexplained at this look, and what has just ended."""
        if not self._outlines:
            return ()
        if self._size != grey.shape:
            self._begin((int(grey.shape[0]), int(grey.shape[1])))
        dt = self._elapsed(t)
        if not trusted or dt <= 0.0:
            return self._regions.tell(())
        now, hidden = structure(whole(grey)), self._hidden(valid)
        bare, grown = self._boxes(explained or ())
        if self._ground is None:
            if explained is not None:
                self._ground = self._beginning.add(t, whole(grey), ~grown & ~hidden)
            return ()
        return self._judge(t, utc, dt, now, self._ground, hidden, bare, grown, explained is not None)

    def _begin(self, size: tuple[int, int]) -> None:
        self._size = size
        shape = (size[0] // CELL, size[1] // CELL)
        self._near = widened(_drawn(self._outlines, size), REACH) & ~_drawn(self._settings.ignore, size)
        self._beginning = Beginning()
        self._ground: Ground | None = None
        self._ripening = Ripening(shape, self._settings.settle)
        self._regions = Regions(self._source, shape, size)
        self._since_box = np.full(shape, np.inf, np.float32)
        self._tremble = 0.02

    def _elapsed(self, t: float) -> float:
        """Seconds since the look before, as far as they count."""
        last, self._t = self._t, t
        if last is None:
            return 1.0
        if t < last:
            self._regions.rebase(t - last)
            self._ripening.first += t - last
            return 0.0
        dt = min(t - last, STEP_MOST_S)
        self._pace += 0.2 * (dt - self._pace)
        return dt

    def _hidden(self, valid: NDArray[np.bool_] | None) -> Cells:
        """Cells that the moved picture does not show, or hardly."""
        if valid is None or valid.all():
            return np.zeros(self._near.shape, np.bool_)
        lost = whole((~valid).view(np.uint8))
        rows, columns = self._near.shape
        return widened(lost.reshape(rows, CELL, columns, CELL).any(axis=(1, 3)), GUARD)

    def _boxes(self, boxes: Sequence[Box]) -> tuple[Cells, Cells]:
        """Cells under detected things, and these with the ground that their shadows may lie on."""
        bare, grown = (np.zeros(self._near.shape, np.bool_) for _ in range(2))
        height, width = self._size
        for x1, y1, x2, y2 in boxes:
            if (x2 - x1) * (y2 - y1) > 0.5:
                continue
            left, top, right, bottom = (x1 * width, y1 * height, x2 * width, y2 * height)
            side, above = max(BLUR, 0.2 * (right - left)), max(BLUR, 0.1 * (bottom - top))
            below = max(BLUR, 0.15 * (bottom - top))
            _fill(bare, left, top, right, bottom)
            _fill(grown, left - side, top - above, right + side, bottom + below)
        return bare, grown

    def _judge(
        self,
        t: float,
        utc: float,
        dt: float,
        now: Structure,
        ground: Ground,
        hidden: Cells,
        bare: Cells,
        grown: Cells,
        looked: bool,
    ) -> tuple[StaticRegion, ...]:
        share = self._settings.unlike
        rest, part, changed = ground.compare(now, share)
        textured = (ground.clean.variance > TEXTURED) & ground.known & ~hidden & ~(grown & changed)
        count = int(textured.sum())
        if count >= FEW and int((changed & textured).sum()) > TOO_MUCH * count:
            return self._regions.tell(())
        changed |= ~ground.known
        blind = hidden | (grown & changed) | ~self._near
        self._since_box = np.where(grown & changed, 0.0, self._since_box + np.float32(dt))
        recent = (self._since_box <= max(FLICKER_S, FLICKER_LOOKS * self._pace)) & ~self._ripening.has
        blind |= recent & changed
        if not looked:
            # Nobody has said yet what this is: a face that is known goes on, nothing new begins.
            blind |= changed & ~self._ripening.has
        boxed = bare & self._near & ~hidden
        sight = Sight(now, rest, changed, boxed, blind, self._regions.held, ground.limit, share)
        looks = self._ripening.step(t, dt, sight)
        quiet = looks.clean & ~self._ripening.has & ~grown
        ground.hear(rest, quiet, dt)
        self._feel(part, quiet, dt)
        ended = self._ended(dt, now, ground, looks)
        ended += self._young(t, utc, part, now, ground, looks)
        ground.learn(t, now, quiet, self._settings.learn)
        self._ripening.follow(t, now, self._regions.held & looks.same)
        return self._regions.tell(ended)

    def _feel(self, part: Floats, quiet: Cells, dt: float) -> None:
        """How much even what stands still changes from look to look, by this camera and this light."""
        felt = part[quiet & (self._near)]
        if len(felt) >= FEW:
            self._tremble += min(1.0, dt / 30.0) * (float(np.median(felt)) - self._tremble)

    def _ended(
        self, dt: float, now: Structure, ground: Ground, looks: Looks
    ) -> list[tuple[Region, RegionState]]:
        """Things whose ground is clean again; faces of what has passed; ground that never was settled."""
        ended: list[tuple[Region, RegionState]] = []
        for region in self._regions.watch(dt, looks):
            self._ripening.forget(region.cells)
            ended.append((region, "gone"))
        ripening, held = self._ripening, self._regions.held
        if ripening.has.any():
            passed = ripening.has & ~held & ripening.cleaned()
            if passed.any():
                ripening.forget(passed)
        if ripening.unsettled.max() > self._settings.stale:
            restless = (ripening.unsettled > self._settings.stale) & ~held
            ground.adopt(now, restless)
            ripening.forget(restless)
            ripening.unsettled[restless] = 0.0
        return ended

    def _young(
        self, t: float, utc: float, part: Floats, now: Structure, ground: Ground, looks: Looks
    ) -> list[tuple[Region, RegionState]]:
        ripening, settings = self._ripening, self._settings
        growing = ripening.has & ~self._regions.held & (ripening.looks >= 2)
        growing &= ripening.age >= 0.25 * settings.settle
        ended: list[tuple[Region, RegionState]] = []
        if not growing.any() and not self._regions.young:
            self._refresh(part, looks)
            return ended
        new = growing & ~ground.known & (ripening.age >= settings.settle)
        if new.any():
            ground.adopt(now, new)
            ripening.forget(new)
        growing &= ground.known
        lost = self._regions.match(t, utc, list(clumps(growing, 32)), ripening)
        ended += [(region, "gone") for region in lost if not (region.cells & ripening.has).any()]
        self._refresh(part, looks)
        scene = Scene(now, ground.clean, part, ripening, self._tremble)
        for region in list(self._regions.young):
            ended += self._ripe(t, region, scene, ground, looks)
        return ended

    def _refresh(self, part: Floats, looks: Looks) -> None:
        for region in (*self._regions.firm, *self._regions.young):
            self._regions.look(region, part, self._ripening, looks)

    def _ripe(
        self, t: float, region: Region, scene: Scene, ground: Ground, looks: Looks
    ) -> list[tuple[Region, RegionState]]:
        """Judge a region that is ripe: make it a thing, make it ground, or ask again later."""
        ripening, settle = self._ripening, self._settings.settle
        cells = region.cells
        seeds = cells & (ripening.age >= settle) & (ripening.looks >= LOOKS)
        seeds &= ripening.votes >= NET_SHARE * settle
        count, ripe = int(cells.sum()), int(seeds.sum())
        seen = int((looks.same | looks.clean)[cells].sum())
        if ripe < max(LEAST_CELLS, RIPE_SHARE * count) or seen < 0.6 * count or t < region.judge_at:
            return []
        word = "shadow" if count > LARGEST * cells.size else verdict(cells, scene)
        judged(region, word, t + settle / 4)
        if word == "left":
            if len(self._regions.firm) < 32:
                self._regions.settle(region)
        elif word in ("removed", "shadow") or (word == "line" and t - region.told.since > 3 * settle):
            ground.adopt(scene.now, widened(cells, 1) & ~self._regions.held)
            ripening.forget(cells & ~self._regions.held)
            self._regions.young.remove(region)
            return [(region, "absorbed")]
        return []


def _drawn(outlines: Sequence[Sequence[tuple[float, float]]], size: tuple[int, int]) -> Cells:
    """Cells that outlines touch."""
    height, width = size
    drawn = np.zeros((height, width), np.uint8)
    for outline in outlines:
        points = np.round(np.asarray(outline) * (width, height)).astype(np.int32)
        cv2.fillPoly(drawn, [points], (1,))
    drawn = whole(drawn)
    return drawn.reshape(height // CELL, CELL, width // CELL, CELL).any(axis=(1, 3))


def _fill(cells: Cells, left: float, top: float, right: float, bottom: float) -> None:
    """Every cell whose middle lies in a box of pixels."""
    low_x, low_y = max(0, round(left / CELL)), max(0, round(top / CELL))
    cells[low_y : max(0, round(bottom / CELL)), low_x : max(0, round(right / CELL))] = True
