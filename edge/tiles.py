"""A detector over a whole picture and over overlapping tiles of it, so that what is small is found too."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.boxes import areas, array_of, covered, ious
from models.detections import Detections, Detector, Floats, Picture

Boxes = Floats  # (N, 4) x1 y1 x2 y2 in pixels of the whole picture

# Tiles of about the size that networks take shrink nothing. Fewer than three a side miss what is
# 20 to 48 pixels high on pictures of 640 (see docs/privacy.md for the figures).
TILE = 416
FEWEST, MOST = 3, 5
OVERLAP = 0.25
LEAST_ABOUT = 16  # pixels
# Convolutions see the same in a window as in the whole picture if it begins where their grid does.
STEP = 32
MOST_OF = 0.8  # of the picture


class Nonsense(ValueError):
    """A detector answered something that cannot be true."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture in whole pixels, the far sides excluded."""

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def longest(self) -> int:
        """Its longer side."""
        return max(self.x2 - self.x1, self.y2 - self.y1)


@dataclass(frozen=True, slots=True)
class Seen:
    """Detections from several windows. reach: (N,) a box's height as a share of the window it was seen in."""

    boxes: Boxes
    scores: Floats
    classes: NDArray[np.int64]
    reach: Floats

    def take(self, which: NDArray[np.bool_]) -> "Seen":
        """The chosen rows."""
        return Seen(self.boxes[which], self.scores[which], self.classes[which], self.reach[which])

    def __add__(self, other: "Seen") -> "Seen":
        """Both, one after the other."""
        return Seen(
            np.concatenate([self.boxes, other.boxes]),
            np.concatenate([self.scores, other.scores]),
            np.concatenate([self.classes, other.classes]),
            np.concatenate([self.reach, other.reach]),
        )


NOTHING = Seen(
    np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64), np.zeros(0, np.float32)
)


def tiles(width: int, height: int, across: int | None = None) -> list[Window]:
    """Overlapping squares in rows that together cover a picture. across: how many on its longer side."""
    longest = max(width, height)
    across = min(MOST, max(FEWEST, math.ceil(longest / TILE))) if across is None else across
    side = longest / (across - (across - 1) * OVERLAP)
    xs, ys = _spans(width, side), _spans(height, side)
    return [Window(x1, y1, x2, y2) for y1, y2 in ys for x1, x2 in xs]


def showing(windows: Sequence[Window], spots: NDArray[np.int64]) -> list[Window]:
    """As few of the windows as show every spot (N, 4) whole, with a third of its size around it.

    A spot that none of them shows whole is seen in all that touch it.
    """
    if not len(spots):
        return []
    at = array_of([(w.x1, w.y1, w.x2, w.y2) for w in windows])
    boxes = array_of(spots)
    about = np.maximum(LEAST_ABOUT, (boxes[:, 2:] - boxes[:, :2]) / 3)
    low = np.maximum(boxes[:, :2] - about, at[:, :2].min(axis=0))
    high = np.minimum(boxes[:, 2:] + about, at[:, 2:].max(axis=0))
    shows = covered(np.concatenate([low, high], axis=1), at) > 1 - 1e-6
    split = ~shows.any(axis=1)
    chosen: NDArray[np.bool_] = np.asarray(covered(boxes[split], at).any(axis=0), np.bool_)
    left = ~shows[:, chosen].any(axis=1) & ~split
    while left.any():
        best = int(np.argmax(shows[left].sum(axis=0)))
        chosen[best] = True
        left &= ~shows[:, best]
    return [window for window, is_chosen in zip(windows, chosen, strict=True) if is_chosen]


def about(spots: NDArray[np.int64], picture: Picture, margin: int) -> list[Window]:
    """Windows of the picture around spots (N, 4), by `margin` pixels at the least, in steps of STEP.

    Those that take less together than each by itself are one; where they take most of it, it is the whole.
    """
    height, width = picture.shape[:2]
    low = (np.maximum(spots[:, :2] - margin, 0) // STEP) * STEP
    high = np.minimum(-(-(spots[:, 2:] + margin) // STEP) * STEP, (width, height))
    found = _joined(np.concatenate([low, high], axis=1).astype(np.float64))
    if areas(found).sum() > MOST_OF * width * height:
        return [whole(picture)]
    return [Window(*(int(v) for v in box)) for box in found]


def _joined(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes, two of them made one as long as the one is no larger than both."""
    joined = True
    while joined and len(boxes) > 1:
        low = np.minimum(boxes[:, None, :2], boxes[None, :, :2])
        high = np.maximum(boxes[:, None, 2:], boxes[None, :, 2:])
        gain = areas(boxes)[:, None] + areas(boxes)[None, :] - (high - low).prod(axis=2)
        np.fill_diagonal(gain, -1.0)
        one, two = np.unravel_index(int(gain.argmax()), gain.shape)
        joined = bool(gain[one, two] >= 0)
        if joined:
            both = np.concatenate([low[one, two], high[one, two]])[None]
            boxes = np.concatenate([np.delete(boxes, (one, two), axis=0), both])
    return boxes


def whole(picture: Picture) -> Window:
    """All of a picture."""
    return Window(0, 0, picture.shape[1], picture.shape[0])


def _spans(length: int, side: float) -> list[tuple[int, int]]:
    """Spans no longer than `side` over 0..length, neighbours sharing a quarter or more."""
    if side >= length:
        return [(0, length)]
    count = math.ceil((length - side * OVERLAP) / (side * (1 - OVERLAP)) - 1e-9)
    step = (length - side) / (count - 1)
    return [(int(i * step), min(length, math.ceil(i * step + side))) for i in range(count)]


def through(detector: Detector, picture: Picture, windows: Sequence[Window], enlarge_to: int = 0) -> Seen:
    """What the detector finds in every window, doubles included. Raises Nonsense.

    A window whose longer side is under `enlarge_to` is enlarged to it first, four times at most.
    """
    pieces = [_enlarged(picture[w.y1 : w.y2, w.x1 : w.x2], enlarge_to) for w in windows]
    answers = detector.detect(pieces)
    if len(answers) != len(pieces):
        raise Nonsense(f"the detector answered {len(answers)} times for {len(pieces)} pictures")
    parts = [_seen(answer, at, len(detector.labels)) for answer, at in zip(answers, windows, strict=True)]
    return sum(parts, NOTHING)


def _enlarged(piece: Picture, longest: int) -> Picture:
    scale = min(4.0, longest / max(piece.shape[:2]))
    if scale <= 1.0:
        return np.ascontiguousarray(piece)
    size = (round(piece.shape[1] * scale), round(piece.shape[0] * scale))
    return np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _seen(found: Detections, window: Window, classes: int) -> Seen:
    if found.boxes.shape != (len(found.scores), 4) or len(found.classes) != len(found.scores):
        raise Nonsense(
            f"boxes {found.boxes.shape}, scores {found.scores.shape}, classes {found.classes.shape}"
        )
    if not (np.isfinite(found.boxes).all() and np.isfinite(found.scores).all()):
        raise Nonsense("a box or score is not a finite number")
    if not (_shares(found.boxes) and _shares(found.scores)):
        raise Nonsense("a box or score lies outside 0..1")
    if (found.boxes[:, :2] > found.boxes[:, 2:]).any():
        raise Nonsense("a box ends before it begins")
    if len(found) and not (found.classes.min() >= 0 and found.classes.max() < classes):
        raise Nonsense(f"a class outside the detector's {classes} labels")
    scale = np.array([window.x2 - window.x1, window.y2 - window.y1] * 2, np.float32)
    boxes = found.boxes * scale + np.array([window.x1, window.y1] * 2, np.float32)
    return Seen(boxes, found.scores, found.classes, found.boxes[:, 3] - found.boxes[:, 1])


def _shares(values: Floats) -> bool:
    return not len(values) or bool(values.min() >= -1e-4 and values.max() <= 1 + 1e-4)


def merged(boxes: Boxes, inside: float = 0.8) -> Boxes:
    """Boxes without those that lie almost wholly in a larger one kept before: tiles cut what they halve."""
    order = np.argsort(-areas(array_of(boxes)), kind="stable")
    kept: list[int] = []
    for index in order:
        if not kept or covered(array_of(boxes[index]), array_of(boxes[kept])).max() < inside:
            kept.append(int(index))
    return np.asarray(boxes[kept].reshape(-1, 4), np.float32)


def strongest(seen: Seen, alike: float = 0.5) -> Seen:
    """One row a thing: the best of those that overlap by `alike` (intersection over union)."""
    kept: list[int] = []
    for index in np.argsort(-seen.scores, kind="stable"):
        if not kept or ious(array_of(seen.boxes[index]), array_of(seen.boxes[kept])).max() < alike:
            kept.append(int(index))
    chosen = np.zeros(len(seen.scores), np.bool_)
    chosen[kept] = True
    return seen.take(chosen)
