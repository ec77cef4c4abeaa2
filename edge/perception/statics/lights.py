"""One reference for each kind of light: by day, under lamps, in infrared.

A cloud or dusk leaves the structure of the ground as it is, and one reference serves. When most of the
picture has another structure, either the view or the light is another one. Nothing is judged then. If the
view is trusted all the while, it is the light: a reference that fits is taken up again, or one is learnt.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from edge.perception.cells import Cells, Floats
from edge.perception.statics.ground import Beginning, Ground
from edge.perception.statics.moment import Moment

TEXTURED: Final = 20.0  # variance from which a cell tells a change of light from a thing
FEW: Final = 50  # textured cells; of fewer nothing can be said about the light
TOO_MUCH: Final = 0.45  # share of them
FITS: Final = 0.3
STILL: Final = 0.05  # share of what stands still that is new at most, by the best of cameras
PATIENCE_S: Final = 60.0  # of trusted looks until another light is believed


class Lights:
    """The references of one source. `ground` is the one of the present light, None until one is learnt.

    near: the cells that are judged. Traffic elsewhere must not keep a reference waiting.
    """

    def __init__(self, most: int, unlike: float, near: Cells) -> None:
        self._most = most
        self._unlike = unlike
        self.ground: Ground | None = None
        self.others: list[Ground] = []
        self._near = near
        self._beginning = Beginning(near)
        self._strange_s = 0.0

    def learnt(self, grounds: Iterable[Ground]) -> None:
        """Take up references of before a restart, the one last used first."""
        first, *others = grounds
        self.ground, self.others = first, others[: self._most - 1]

    def begin(self, look: Moment, free: Cells) -> None:
        """Learn the first reference."""
        self.ground = self._beginning.add(look.t, look.grey, free)
        if self.ground is not None:
            self.ground.made = look.utc
            self._beginning = Beginning(self._near)

    def strange(self, changed: Cells, part: Floats, sure: Cells) -> bool:
        """Whether so much has changed that it is the light or the view. sure: cells free of known things.

        part: the share that the ground does not explain. In the dark nothing shows, nor is anything changed.
        """
        ground = self.ground
        if ground is None:
            return False
        return _share(changed | ground.unseen(part, self._unlike), ground, sure) > TOO_MUCH

    def usual(self) -> None:
        """The light is as it was."""
        if self._strange_s > 0.0:
            self._strange_s, self._beginning = 0.0, Beginning(self._near)

    def another(self, look: Moment, free: Cells) -> bool:
        """The light is strange; True once another reference has been taken up. free: of all that is known."""
        for ground in self.others:
            _, part, changed = ground.compare(look.now, self._unlike)
            changed |= ground.unseen(part, self._unlike)
            if _share(changed, ground, ~(look.grown | look.hidden)) < FITS:
                self.others.remove(ground)
                self._take_up(ground)
                return True
        self._strange_s += look.dt
        learnt = self._beginning.add(look.t, look.grey, free)
        if learnt is None or self._strange_s < PATIENCE_S:
            return False
        learnt.made = look.utc
        self._take_up(learnt)
        return True

    def _take_up(self, ground: Ground) -> None:
        if self.ground is not None:
            self.others = [self.ground, *self.others][: self._most - 1]
        self.ground = ground
        self.usual()


def _share(changed: Cells, ground: Ground, sure: Cells) -> float:
    textured = (ground.clean.variance > TEXTURED) & ground.known & sure
    count = int(textured.sum())
    return int((changed & textured).sum()) / count if count >= FEW else 0.0


class Trembling:
    """How much even the ground changes from look to look, by this camera and this light."""

    def __init__(self) -> None:
        self.usual = 0.02
        self.now = 0.02

    def feel(self, part: Floats, quiet: Cells, dt: float) -> None:
        """part: the unexplained share; of the cells that look like the ground the median counts."""
        felt = part[quiet]
        if len(felt) >= FEW:
            self.now = float(np.median(felt[::4] if len(felt) > 4 * FEW else felt))
            self.usual += min(1.0, dt / 30.0) * (self.now - self.usual)

    @property
    def limit(self) -> float:
        """The share of what stands still that changes at most."""
        return STILL + 2.0 * self.usual

    @property
    def restless(self) -> bool:
        """Whether just now the light or the camera moves more than usual."""
        return self.now > 2.0 * self.usual + 0.02
