"""What one look has against the view. Pure figures in, one Wrong or none out.

The first that applies is told. Each is measured against what is usual for this camera, so a crowded street or
a rainy night has its own measure.
"""

from dataclasses import dataclass
from typing import Final

from edge.perception.view.tone import Tone
from edge.perception.view.trust import Wrong

DARK: Final = 30.0  # levels: a picture whose brightest hundredth is darker is black,
PITCH: Final = 14.0  # and one that is darker than this whatever is recognised in it
EVEN: Final = 8.0  # levels between the darkest and the brightest hundredth of a picture that shows nothing
GLARE: Final = 0.25  # of the picture blown out
GLARING: Final = 0.6  # of the picture: too much of it whatever is known
RECOGNISED: Final = 0.45  # of what is usually recognised
LITTLE: Final = 0.5  # of the view is usually recognised, at the least
BARE: Final = 0.25  # of the structure left: something is before the lens
ELSEWHERE: Final = 0.06  # of the tiles are still well recognised at the most: the camera looks elsewhere,
PERHAPS: Final = 0.2  # or something fills the picture, if so many are
SHARP: Final = 0.5  # of the usual fine detail,
SOFT: Final = 0.7  # or of what the view had when it was first known, at most of several looks
COVERED: Final = 0.85  # of the tiles: nothing of use is left
NEVER: Final = 1e9  # seconds: decisions wait, and it is for others to tell


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures of one full look. share, usual: what is recognised of the view, and usually; None: unknown.

    structure: of the weight in cells with structure of any kind. found, blind: shares of tiles that are well
    recognised, and believed to be hidden. plain: something plain is before a part of the view. sharp: fine
    detail over the usual. crisp: the same beside the anchor, the middle of several looks. frozen_s: 0 while
    the picture lives. wander: pixels between which the camera has looked within a minute, where that is too
    much.
    """

    tone: Tone
    glare: float = 0.0
    frozen_s: float = 0.0
    share: float | None = None
    usual: float = 0.0
    structure: float = 1.0
    found: float = 1.0
    blind: float = 0.0
    plain: bool = False
    sharp: float | None = None
    crisp: float | None = None
    wander: float = 0.0

    @property
    def unknown(self) -> bool:
        """Whether the view is not recognised."""
        return self.share is not None and self.share < RECOGNISED * max(self.usual, LITTLE)


def against(e: Evidence) -> Wrong | None:
    """What speaks against the view, if anything."""
    return _stream(e) or _light(e) or _scene(e) or _lens(e)


def _stream(e: Evidence) -> Wrong | None:
    if e.frozen_s > 0:
        return Wrong("frozen", 0.0, f"the picture does not move, and shows no noise, for {e.frozen_s:.0f} s")
    return None


def _light(e: Evidence) -> Wrong | None:
    unsure = e.share is None or e.unknown
    if e.tone.high < PITCH or (e.tone.high < DARK and unsure):
        return Wrong("black", 8.0, f"99 % of the picture is darker than {e.tone.high:.0f} of 255")
    if e.tone.glare > GLARING or (e.unknown and e.tone.glare > max(GLARE, 2 * e.glare + 0.1)):
        return Wrong("blinded", 12.0, f"{e.tone.glare:.0%} of the picture is blown out")
    if e.tone.spread < EVEN:
        return Wrong("covered", 12.0, f"the picture is one even tone, {e.tone.spread:.0f} levels wide")
    return None


def _scene(e: Evidence) -> Wrong | None:
    if e.wander > 0:
        return Wrong("moved", 20.0, f"the view keeps moving: {e.wander:.0f} pixels of 320 in a minute")
    if e.blind >= COVERED:
        return Wrong("covered", 0.0, f"{e.blind:.0%} of the view is hidden")
    if not e.unknown:
        if e.plain and not e.blind:
            return Wrong("part_covered", NEVER, "a part of the view shows nothing")
        return None
    told = f"{e.share or 0:.0%} of the view is recognised, {e.usual:.0%} is usual"
    if e.structure < BARE:
        return Wrong("covered", 12.0, f"{told}; {e.structure:.0%} of its structure is left")
    if e.found > PERHAPS:
        return Wrong("part_covered", NEVER, f"{told}; a part of it is hidden")
    return Wrong("moved", 16.0 if e.found <= ELSEWHERE else 65.0, f"{told}; the camera looks elsewhere")


def _lens(e: Evidence) -> Wrong | None:
    if e.sharp is not None and e.sharp < SHARP:
        return Wrong("defocused", 16.0, f"{e.sharp:.0%} of the usual fine detail is left")
    if e.crisp is not None and e.crisp < SOFT:
        return Wrong("defocused", 12.0, f"{e.crisp:.0%} of the fine detail it had is left")
    return None
