"""What becomes of ripe cells: a thing, ground, or another question later."""

from typing import Final

from edge.observation import RegionVerdict
from edge.perception.cells import Cells, widened
from edge.perception.statics.blobs import (
    LARGEST,
    LEAST_CELLS,
    Scene,
    clumps,
    explained,
    lives,
    rests,
    verdict,
)
from edge.perception.statics.ground import Ground
from edge.perception.statics.lights import Trembling
from edge.perception.statics.moment import Moment
from edge.perception.statics.regions import MOST, Region, Regions, judged
from edge.perception.statics.ripening import Looks, Ripening, Sight
from edge.perception.statics.settings import StaticSettings

LOOKS: Final = 4  # at least, until something is ripe
SHOWN: Final = 0.25  # of `settle`, until a region is spoken of
RIPE: Final = 0.3  # share of a blob that must be ripe
NET: Final = 0.35  # of `settle` by which it must have been seen more often than anything else
SEEN: Final = 0.6  # share of a blob that must be seen to judge it
ASK_AGAIN: Final = 0.25  # of `settle`
LINE: Final = 3.0  # times `settle` that a line is given to become a thing
RESTED: Final = 0.5  # of `settle` for which something alive must rest to be asked again before
STILL: Final = 3.0  # times `settle` that something alive must keep still to be a thing


class Judge:
    """Judges the regions of one source after each look."""

    def __init__(
        self, settings: StaticSettings, ripening: Ripening, regions: Regions, trembling: Trembling
    ) -> None:
        self._settings = settings
        self._ripening = ripening
        self._regions = regions
        self._trembling = trembling

    def look(self, look: Moment, sight: Sight, looks: Looks, ground: Ground) -> None:
        """Bring every region up to this look."""
        for region in self._regions.watch(look.dt, looks):
            self._ripening.forget(region.cells)
        self._forget_passed()
        self._learn_anew(look, ground)
        scene = Scene(look.now, ground.clean, self._ripening, self._trembling.limit)
        self._ripen(look, scene, looks, ground)
        for region in self._regions.firm:
            self._reconsider(look.t, region, scene)
        for region in (*self._regions.firm, *self._regions.young):
            self._regions.look(region, sight.part, self._ripening, looks)

    def in_another_light(self) -> None:
        """Nothing that ripened by the light of before can be compared; things stay, their faces are new."""
        self._ripening.in_another_light(self._regions.held)
        for region in list(self._regions.young):
            self._regions.drop(region)

    def _forget_passed(self) -> None:
        passed = self._ripening.cleaned() & self._ripening.has & ~self._regions.held
        if passed.any():
            self._ripening.forget(passed)

    def _learn_anew(self, look: Moment, ground: Ground) -> None:
        """Ground learnt from what is there now: never known, or neither clean nor settled for long."""
        ripening, settings = self._ripening, self._settings
        anew = ripening.unsettled > settings.stale
        if not ground.known.all():
            anew |= ~ground.known & ripening.has & (ripening.age >= settings.settle)
        anew &= ~self._regions.held & ~look.grown
        if anew.any():
            ground.adopt(look.now, anew)
            ripening.forget(anew)

    def _ripen(self, look: Moment, scene: Scene, looks: Looks, ground: Ground) -> None:
        ripening = self._ripening
        growing = ripening.has & ~self._regions.held & ground.known & (ripening.looks >= 2)
        growing &= ripening.age >= SHOWN * self._settings.settle
        if not growing.any() and not self._regions.young:
            return
        self._regions.match(look.t, look.utc, list(clumps(growing, MOST)), ripening)
        for region in list(self._regions.young):
            shown = region.cells & ~look.hidden
            if self._due(look, region, shown, scene) and self._ripe(shown, looks):
                self._decide(look, region, shown, scene, ground)

    def _due(self, look: Moment, region: Region, shown: Cells, scene: Scene) -> bool:
        """Whether it is time to ask; what has grown is asked as soon as it rests again."""
        alive = region.told.verdict == "alive"
        region.rested_s = region.rested_s + look.dt if alive and rests(shown, scene) else 0.0
        return look.t >= region.judge_at or region.rested_s >= RESTED * self._settings.settle

    def _ripe(self, cells: Cells, looks: Looks) -> bool:
        ripening, settle = self._ripening, self._settings.settle
        seeds = (
            cells & (ripening.age >= settle) & (ripening.looks >= LOOKS) & (ripening.votes >= NET * settle)
        )
        count = int(cells.sum())
        seen = int((looks.same | looks.clean)[cells].sum())
        return int(seeds.sum()) >= max(LEAST_CELLS, RIPE * count) and seen >= SEEN * count

    def _decide(self, look: Moment, region: Region, shown: Cells, scene: Scene, ground: Ground) -> None:
        settle = self._settings.settle
        large = region.cells.sum() > LARGEST * region.cells.size
        word: RegionVerdict = "shadow" if large else verdict(shown, scene)
        if word in ("removed", "shadow") and shown.sum() < region.cells.sum():
            word = "young"  # the picture is moved and cuts it off: too little to take it for ground
        judged(region, word, look.t + ASK_AGAIN * settle)
        patient = look.t - region.told.since <= LINE * settle
        if word == "left" and len(self._regions.firm) < MOST:
            self._regions.settle(region)
        elif word == "alive":
            region.judge_at = look.t + STILL * settle
        elif word in ("removed", "shadow") or (word == "line" and not patient):
            self._absorb(look, region, ground)

    def _absorb(self, look: Moment, region: Region, ground: Ground) -> None:
        ground.adopt(look.now, widened(region.cells, 1) & ~self._regions.held & ~look.grown)
        self._ripening.forget(region.cells & ~self._regions.held)
        self._regions.drop(region, "absorbed")

    def _reconsider(self, t: float, region: Region, scene: Scene) -> None:
        """A thing that a detector comes to know after all, or that moves after all."""
        word: RegionVerdict = "left"
        if explained(region.cells, scene, firm=region.told.verdict != "explained"):
            word = "explained"
        elif lives(region.cells, scene, firm=True):
            word, region.judge_at = "alive", t + self._settings.settle
        elif region.told.verdict == "alive" and t < region.judge_at:
            word = "alive"
        if word != region.told.verdict:
            judged(region, word, region.judge_at)
