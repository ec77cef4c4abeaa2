"""One look at the left things of one source, from the small grey picture to what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.observation import Box, StaticRegion
from edge.perception.cells import CELL, Cells, structure, whole, widened
from edge.perception.statics.area import Area, Outlines
from edge.perception.statics.ground import Ground
from edge.perception.statics.judging import Judge
from edge.perception.statics.lights import Lights, Trembling
from edge.perception.statics.moment import Moment
from edge.perception.statics.regions import Regions
from edge.perception.statics.ripening import Ripening, Sight
from edge.perception.statics.settings import StaticSettings
from edge.perception.statics.storing import Kept, pack, unpack

STEP_MOST_S: Final = 15.0  # between two looks; of what lies further apart nobody knows
FLICKER_S, FLICKER_LOOKS = 3.0, 2.5  # a detector misses now and then: so long a box is remembered
FIRST_S: Final = 1.0
BESIDE: Final = 2  # cells beside a thing in which nothing is learnt: some of it may reach there


@dataclass(slots=True)
class _Eyes:
    """What belongs to pictures of one size."""

    area: Area
    lights: Lights
    ripening: Ripening
    regions: Regions
    judge: Judge
    trembling: Trembling
    since_box: NDArray[np.float32]


class Statics:
    """The left things of one source; call `look` for its small grey pictures in order of time."""

    def __init__(self, settings: StaticSettings, outlines: Outlines, source: str) -> None:
        self._settings = settings
        self._outlines = outlines
        self._source = source
        self._t: float | None = None
        self._utc_minus_t = 0.0
        self._pace = 1.0
        self._eyes: _Eyes | None = None
        self._judged = False

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
        """What stands there unexplained at this look, and what has just ended; at most 32 regions.

        grey: in the view of the zones. valid: pixels that the picture shows, None for all. explained: boxes
        of what a detector knows, None where it has not looked. Without trust nothing begins, ends or is
        learnt.
        """
        if not self._outlines or min(grey.shape) < 4 * CELL:
            return ()
        size = (int(grey.shape[0]), int(grey.shape[1]))
        if self._eyes is None or self._eyes.area.size != size:
            self._eyes = self._open(size)
        eyes, dt = self._eyes, self._elapsed(t)
        self._judged = False
        if trusted and dt > 0.0:
            self._utc_minus_t = utc - t
            flat, hidden = whole(grey), eyes.area.hidden(valid)
            under = eyes.area.boxes(explained or ())
            looked = explained is not None
            self._see(eyes, Moment(t, utc, dt, flat, structure(flat), hidden, *under, looked))
        return eyes.regions.tell()

    @property
    def since(self) -> float | None:
        """UTC from which on the ground of this light is known; None where the last look was not judged."""
        ground = None if self._eyes is None else self._eyes.lights.ground
        if ground is None or not self._judged:
            return None
        return float("-inf") if ground.made is None else ground.made

    def dump(self) -> bytes:
        """References, noise and settled things. Nothing in it was learnt under the box of a known thing."""
        eyes = self._eyes
        if eyes is None or eyes.lights.ground is None:
            return b""
        grounds = [eyes.lights.ground, *eyes.lights.others]
        at = self._utc_minus_t + (self._t or 0.0)
        return pack(Kept(eyes.area.size, grounds, eyes.regions.firm, self._utc_minus_t, at))

    def restore(self, data: bytes, t: float, utc: float) -> None:
        """Take up a dump, also an empty one. Raises ValueError for what is none."""
        if not data:
            return
        kept = unpack(data, t, utc)
        self._utc_minus_t = utc - t
        eyes = self._open(kept.size)
        eyes.lights.learnt(kept.grounds)
        for region in kept.firm:
            eyes.regions.know(region)
            eyes.ripening.take_up(region.cells, region.told.since, region.told.seen_s)
        self._eyes = eyes

    def _open(self, size: tuple[int, int]) -> _Eyes:
        settings = self._settings
        area = Area(self._outlines, settings.ignore, size)
        ripening = Ripening(area.shape, settings.settle, settings.unlike)
        regions, trembling = Regions(self._source, area.shape, size), Trembling()
        return _Eyes(
            area,
            Lights(settings.lights, settings.unlike, area.near),
            ripening,
            regions,
            Judge(settings, ripening, regions, trembling),
            trembling,
            np.full(area.shape, np.inf, np.float32),
        )

    def _elapsed(self, t: float) -> float:
        """Seconds since the look before, as far as they count; a clock set back moves every time with it."""
        last, self._t = self._t, t
        if last is None:
            return FIRST_S
        if t < last and self._eyes is not None:
            self._eyes.regions.rebase(t - last)
            self._eyes.ripening.rebase(t - last)
        dt = min(max(0.0, t - last), STEP_MOST_S)
        self._pace += 0.2 * (dt - self._pace)
        return dt

    def _see(self, eyes: _Eyes, look: Moment) -> None:
        """Compare with the reference, if there is one for this light."""
        ground = eyes.lights.ground
        free = ~(look.grown | look.hidden | eyes.regions.held)
        if ground is None:
            if look.looked:
                eyes.lights.begin(look, free)
            return
        rest, part, changed = ground.compare(look.now, self._settings.unlike)
        if eyes.lights.strange(changed, part, ~(look.hidden | (look.grown & changed))):
            if look.looked and eyes.lights.another(look, free):
                eyes.judge.in_another_light()
            return
        eyes.lights.usual()
        self._judged = True
        changed |= ~ground.known
        boxed = look.bare & eyes.area.near & ~look.hidden
        blind = self._blind(eyes, look, changed)
        sight = Sight(
            look.now, rest, part, changed, boxed, look.boxes, blind, eyes.regions.held, ground.limit
        )
        self._learn(eyes, look, ground, sight)

    def _blind(self, eyes: _Eyes, look: Moment, changed: Cells) -> Cells:
        """Cells of which this look says nothing. A box over unchanged ground hides nothing."""
        under = look.grown & changed
        eyes.since_box = np.where(under, np.float32(0.0), eyes.since_box + np.float32(look.dt))
        blind = look.hidden | under | ~eyes.area.near
        if look.looked:
            recent = eyes.since_box <= max(FLICKER_S, FLICKER_LOOKS * self._pace)
            return blind | (recent & changed & ~eyes.ripening.has)
        # Nobody has said yet what this is: a face that is known goes on, nothing new begins.
        return blind | (changed & ~eyes.ripening.has)

    def _learn(self, eyes: _Eyes, look: Moment, ground: Ground, sight: Sight) -> None:
        looks = eyes.ripening.step(look.t, look.dt, sight, calm=not eyes.trembling.restless)
        quiet = looks.clean & ~eyes.ripening.has & ~look.grown & ~widened(eyes.regions.held, BESIDE)
        ground.hear(sight.rest, quiet, look.dt)
        eyes.trembling.feel(sight.part, quiet, look.dt)
        eyes.judge.look(look, sight, looks, ground)
        ground.learn(look.t, look.now, quiet, self._settings.learn)
        eyes.ripening.follow(look.t, look.now, looks.same)
