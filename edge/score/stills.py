"""Stills for the report: masked as evidence is, or withheld. Boxes are drawn over them by the page."""

from dataclasses import dataclass

from edge.evidence import EvidenceMaker
from edge.frames import Frame
from edge.observation import Affine
from edge.privacy import Masker, MaskingFailed

LONGEST, QUALITY = 800, 75
MOST = 40  # of one case: a rule that fires at everything must not fill the memory


@dataclass(frozen=True, slots=True)
class Photo:
    """A masked picture at `t` seconds, or the reason why there is none.

    scene: pixels of its height without the caption below. to_picture: as in `View`.
    """

    t: float
    jpeg: bytes | None = None
    why: str = ""
    width: int = 0
    height: int = 0
    scene: int = 0
    to_picture: Affine | None = None


class Photographer:
    """Makes the stills of one case. Nothing of an unmasked picture is kept."""

    def __init__(self, masker: Masker) -> None:
        self._maker = EvidenceMaker(masker, quality=QUALITY, longest=LONGEST)
        self._left = MOST

    def photo(self, frame: Frame, t: float, to_picture: Affine | None = None) -> Photo:
        """This frame, or why it is not to be seen."""
        if self._left <= 0:
            return Photo(t, why=f"no still: {MOST} of this case are shown already")
        self._left -= 1
        try:
            body = self._maker.picture(frame, None).body
        except MaskingFailed:
            return Photo(t, why="the still is withheld: it could not be masked")
        width, height = _size(body)
        scene = min(height, round(frame.height * width / frame.width))
        return Photo(t, body, "", width, height, scene, to_picture)


def _size(jpeg: bytes) -> tuple[int, int]:
    """Width and height out of a baseline JPEG's frame header."""
    at = 2
    while jpeg[at + 1] != 0xC0:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
