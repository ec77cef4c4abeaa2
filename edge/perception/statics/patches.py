"""Whether a spot looks like the ground beside it: ground repeats nearby, a thing is like no patch of it.

Stripes, slabs, kerbs and plain asphalt all go on beyond the outline of what lies on them, so somewhere close
by there is a patch that is much like the ground under it. This tells the ground from a thing also where
neither has an edge along the outline that the other lacks.
"""

from typing import Final

import cv2
import numpy as np

from edge.perception.cells import GAINS, Cells, Floats, widened

TOUCHES: Final = 0.1  # share of a patch that may lie on the spot itself
NOISE: Final = 4.0  # mean square that says nothing, in units of 100 ln, squared
LEAST: Final = 8  # pixels; of fewer nothing can be said
FEW: Final = 30
APART: Final = 2  # pixels beside the spot that may still be of it


def strangeness(body: Cells, spot: Cells, now: Floats, clean: Floats) -> float:
    """How much less like its surroundings the body looks now than it did, as a logarithm; 0: nobody knows.

    body, spot: what differs, and all that may. now, clean: both pictures of it and of all around it.
    """
    if body.sum() < LEAST:
        return 0.0
    rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    mask = body[part].astype(np.float32)
    taken = cv2.matchTemplate(widened(spot, 1).astype(np.float32), mask, cv2.TM_CCORR)
    free = taken <= TOUCHES * float(mask.sum())
    if not free.any():
        return 0.0
    # Beside a bag lies another like it: both looks are compared with the ground as it was.
    gain = _gain(~widened(spot, APART), now, clean)
    new, old = (_least(clean, patch, mask, free) for patch in (now[part] / gain, clean[part]))
    return float(np.log((new + NOISE) / (old + NOISE)))


def _least(ground: Floats, patch: Floats, mask: Floats, free: Cells) -> float:
    """The mean square by which a patch differs from the one of the ground that it is most like."""
    squares = cv2.matchTemplate(cv2.multiply(ground, ground), mask, cv2.TM_CCORR)
    shared = cv2.matchTemplate(ground, patch * mask, cv2.TM_CCORR)
    own = float((patch * patch * mask).sum())
    return max(0.0, float((squares - 2.0 * shared)[free].min()) + own) / float(mask.sum())


def _gain(around: Cells, now: Floats, clean: Floats) -> float:
    """The contrast of the ground now, in terms of that of before: dusk and haze take some of it."""
    if around.sum() < FEW:
        return 1.0
    a, b = (picture[around] - picture[around].mean() for picture in (now, clean))
    gain = (float(a @ b) / len(a) + NOISE) / (float(b @ b) / len(b) + NOISE)
    return float(np.clip(gain, *GAINS))
