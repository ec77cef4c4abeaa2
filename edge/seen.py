"""One vehicle that a camera's own analytics, or another system's, told of. Pure."""

from dataclasses import dataclass
from typing import Literal

from edge.observation import Box

Phase = Literal["new", "update", "end", "once"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing in one picture, never a person. camera: as its network names it. at: UTC seconds, or None.

    box: shares of the picture, 0..1. aspect: the picture's width / height, None where nothing says. score:
    None where the camera gives none. track: its tracker's short-lived id, never a key of anything; empty
    where there is none. phase: `end` when the tracker gave it up, `once` where nobody tracks. standing: what
    the tracker thinks, None where it does not say.
    """

    camera: str
    at: float | None
    label: str
    box: Box
    phase: Phase
    score: float | None = None
    track: str = ""
    standing: bool | None = None
    aspect: float | None = None


def box_of(x1: float, y1: float, x2: float, y2: float) -> Box | None:
    """A box in shares, its rim cut to the picture; None for one that is no box in a picture."""
    slack = 0.02  # trackers let boxes stand out a little
    inside = all(-slack <= share <= 1.0 + slack for share in (x1, y1, x2, y2))
    left, top, right, bottom = (min(1.0, max(0.0, share)) for share in (x1, y1, x2, y2))
    return (left, top, right, bottom) if inside and left < right and top < bottom else None
