"""Compares full looks with what is known of the view: what speaks against it, and where it has moved to."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.perception.view.cover import Cover, Tiles, white_tiles
from edge.perception.view.evidence import BARE, NEVER, SHARP, Evidence, against
from edge.perception.view.focus import Slowly, blurred
from edge.perception.view.known import AGREE, Known
from edge.perception.view.pose import Pose
from edge.perception.view.reference import Match
from edge.perception.view.search import Found, Search
from edge.perception.view.structure import Structure, structure
from edge.perception.view.trust import Wrong

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

FOLLOW: Final = 8.0  # seconds between two looks at small moves
FOCUS: Final = 10.0  # seconds between two looks at the sharpness, while it is as usual
LEARN: Final = 16.0  # seconds between two steps of the reference
TOLD: Final = 0.012  # of the width: a jump by more is told as a move
ORDINARY: Final = 0.75  # of the usual share recognised: below, the reference is left alone,
SLOWLY: Final = 0.1  # and what is usual changes ten times slower
STANDARD: Final = 320  # pixels of width in which small moves are told


class Seldom:
    """Says when something dear is due again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = seconds

    def due(self, dt: float, now: bool = False) -> float:
        """Seconds since it was due last, or 0 while it is not due. now: do not wait."""
        self._since += dt
        if self._since < self._seconds and not now:
            return 0.0
        elapsed, self._since = self._since, 0.0
        return elapsed


class Judge:
    """The judge of one source's view. bare: whether the last picture showed hardly any structure."""

    def __init__(self, follow: float) -> None:
        self.cover = Cover()
        self.bare = False
        self._search = Search(follow)
        self._follow, self._focus, self._learn = Seldom(FOLLOW), Seldom(FOCUS), Seldom(LEARN)
        self._sharp: float | None = None

    def look(
        self,
        t: float,
        dt: float,
        picture: Grey,
        free: Floats,
        known: Known,
        pose: Pose,
        seen: Evidence,
        sure: bool,
    ) -> Wrong | None:
        """What speaks against this picture. free: weight by cell of the drawn view, 0 where it is hidden.

        sure: whether all has been well, so that this look may be learnt from if it is well too.
        """
        flat = pose.flat(picture)
        now = structure(flat)
        match = self._compared(dt, now, free, known, white_tiles(flat))
        found = self._search.look(dt, picture, now, match, known, pose)
        if found is not None:
            return self._jumped(t, found, known, pose)
        if self._search.unsure is not None:
            return Wrong("moved", NEVER, "the view may have moved a little")
        smooth = _once(lambda: blurred(now.fine))
        if self._focus.due(dt, now=self._blurry(known) or not _ordinary(match, known)):
            self._sharp = known.reference.sharpness(now, smooth(), match)
            if _ordinary(match, known):  # the few cells beside a lorry tell little
                known.slowly.look(known.anchor.sharpness(now, smooth(), match.free))
        wrong = against(self._evidence(t, seen, known, match, pose))
        if wrong is None:
            self._well(t, dt, known, pose, now, match, smooth, seen.tone.glare, sure)
        return wrong

    def _compared(self, dt: float, now: Structure, free: Floats, known: Known, white: Tiles) -> Match:
        """Without the tiles that are known to be hidden, so that the rest of the view is judged by itself."""
        match = known.reference.match(now, free)
        self.bare = match.structure < BARE
        self.cover.look(dt, now, match, known.reference.weight, white)
        if not self.cover.blind.any():
            return match
        return known.reference.match(now, free * self.cover.open_cells(free.shape))

    def _blurry(self, known: Known) -> bool:
        """Whether it is to be looked at again at once: it may be, or nothing is known of it yet."""
        if known.crisp is None:
            return True
        return self._sharp is not None and known.sharp is not None and self._sharp < 1.2 * SHARP * known.sharp

    def _evidence(self, t: float, seen: Evidence, known: Known, match: Match, pose: Pose) -> Evidence:
        sharp = self._sharp / known.sharp if self._sharp is not None and known.sharp else None
        crisp = known.slowly.crisp
        return replace(
            seen,
            glare=known.glare or 0.0,
            share=match.share,
            usual=known.share if known.share is not None else 1.0,
            structure=match.structure,
            found=self.cover.found,
            blind=self.cover.share,
            plain=self.cover.plain,
            sharp=sharp,
            crisp=crisp / known.crisp if crisp is not None and known.crisp else None,
            wander=pose.wander(t) * STANDARD / pose.size[1],
        )

    def _well(
        self,
        t: float,
        dt: float,
        known: Known,
        pose: Pose,
        now: Structure,
        match: Match,
        smooth: Callable[[], Floats],
        glare: float,
        sure: bool,
    ) -> None:
        """Follow the camera, and learn."""
        elapsed = self._follow.due(dt) if match.share is not None else 0.0
        if elapsed:
            step = known.anchor.step(smooth(), match.free)
            agrees = step is not None and step.agree >= AGREE
            known.followed(elapsed, agrees)
            if step is not None and agrees:
                pose.nudge(t, step.matrix)
        if not sure:
            return
        ordinary = _ordinary(match, known)
        known.usual(dt if ordinary else SLOWLY * dt, match.share, self._sharp, glare)
        elapsed = self._learn.due(dt) if ordinary else 0.0
        if elapsed:
            known.reference.learn(min(elapsed, 2 * LEARN), now, match)

    def _jumped(self, t: float, found: Found, known: Known, pose: Pose) -> Wrong | None:
        before = pose.matrix
        pose.jump(t, found.matrix)
        self.cover, self._sharp, known.slowly = Cover(), None, Slowly()
        if pose.apart(before) < TOLD * pose.size[1]:
            return None
        return Wrong("moved", 0.0, f"{pose.text}; verifying, {found.share:.0%} of the view is recognised")


def _ordinary(match: Match, known: Known) -> bool:
    """Whether as much of the view is recognised as usually."""
    return match.share is None or known.share is None or match.share >= ORDINARY * known.share


def _once(make: Callable[[], Floats]) -> Callable[[], Floats]:
    made: list[Floats] = []

    def get() -> Floats:
        if not made:
            made.append(make())
        return made[0]

    return get
