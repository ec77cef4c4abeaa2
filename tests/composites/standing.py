"""Where the street's own vehicles stand: what is put beside them may be one of a queue, and nothing is due.

Found by another detector than the one that is scored: what only that one takes for a vehicle stays in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from edge.geometry import iou
from edge.groups import group_of
from edge.observation import Box
from models.detections import Picture
from models.runtime import LoadedDetector
from tests.composites.backgrounds import Background
from tests.composites.looks import detector

MODEL: Final = "picodet_s_416"
SURE: Final = 0.4  # score from which something is a vehicle here
LONG_S: Final = 3.0  # longer than that is no passing
LOOKS: Final = 2.0  # a second
SAME: Final = 0.7  # IoU with where it was first seen; less has driven
MISSED_S: Final = 1.0
PART: Final = 0.6  # of the picture's sides: what is looked at once more, in each corner
SIZES: Final = 2.0  # docs/rules.md: beside is one and a half sizes; two are none in any reading
SCALE: Final = 3.0  # likewise: it says 2.5

Look = tuple[float, Sequence[tuple[str, Box]]]  # seconds, and what is seen: its group and box


@dataclass(frozen=True)
class Stand:
    """A place where a real thing of that group stands for a while."""

    group: str
    box: Box


@dataclass
class _Run:
    group: str
    box: Box
    first: float
    last: float

    def lasts(self, end: float) -> float:
        """At either end of the clip it is played to and fro: it stands there twice as long."""
        at_an_end = self.first < MISSED_S or self.last > end - MISSED_S
        return (self.last - self.first) * (2.0 if at_an_end else 1.0)


class Watch:
    """Looks at bare streets, at each once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._finder: LoadedDetector | None = None
        self._known: dict[str, tuple[Stand, ...]] = {}

    def stands(self, background: Background) -> tuple[Stand, ...]:
        """Where vehicles and two-wheelers of this street stand."""
        clip = background.view.clip
        if clip not in self._known:
            self._finder = self._finder or detector(self._folder, MODEL)
            self._known[clip] = stands_in(_looks(background, self._finder))
        return self._known[clip]


def stands_in(looks: Iterable[Look]) -> tuple[Stand, ...]:
    """What is seen at one place for longer than a few seconds, in looks in order of time."""
    live: list[_Run] = []
    ended: list[_Run] = []
    now = 0.0
    for now, seen in looks:
        ended += [run for run in live if now - run.last > MISSED_S]
        live = [run for run in live if now - run.last <= MISSED_S]
        for group, box in seen:
            same = [run for run in live if run.group == group and iou(run.box, box) >= SAME]
            for run in same:
                run.last = now
            if not same:
                live.append(_Run(group, box, now, now))
    return tuple(Stand(run.group, run.box) for run in (*ended, *live) if run.lasts(now) > LONG_S)


def beside(box: Box, other: Box, aspect: float) -> bool:
    """Whether two things of one scale are less than two of their sizes apart. aspect: width over height."""
    mean, ratio = _scale(box, other, aspect)
    aside = max(0.0, box[0] - other[2], other[0] - box[2]) * aspect
    apart = max(0.0, box[1] - other[3], other[1] - box[3])
    return ratio <= SCALE and float(np.hypot(aside, apart)) <= SIZES * mean


def _scale(box: Box, other: Box, aspect: float) -> tuple[float, float]:
    """Their mean size in heights of the picture, and how many times the smaller is in the larger."""
    sizes = [float(np.sqrt(max(1e-9, (b[2] - b[0]) * aspect * (b[3] - b[1])))) for b in (box, other)]
    return sum(sizes) / 2, max(sizes) / min(sizes)


def _looks(background: Background, finder: LoadedDetector) -> Iterable[Look]:
    step = max(1, round(background.fps / LOOKS))
    for index in range(0, len(background.pictures), step):
        picture = background.pictures[index]
        parts = [(0.0, 0.0, 1.0)] + [(x, y, PART) for x in (0.0, 1 - PART) for y in (0.0, 1 - PART)]
        yield index / background.fps, [thing for part in parts for thing in _seen(picture, finder, *part)]


def _seen(
    picture: Picture, finder: LoadedDetector, left: float, top: float, side: float
) -> Iterable[tuple[str, Box]]:
    """What a square part of the picture (shares of its sides) shows, in shares of the whole."""
    high, wide = picture.shape[:2]
    rows = slice(round(top * high), round((top + side) * high))
    part = np.ascontiguousarray(picture[rows, round(left * wide) : round((left + side) * wide)])
    found = finder.detect([part])[0]
    for (x1, y1, x2, y2), kind, score in zip(found.boxes.tolist(), found.classes, found.scores, strict=True):
        group = group_of(finder.labels[int(kind)])
        if score >= SURE and group in ("vehicle", "two_wheeler"):
            yield group, (left + side * x1, top + side * y1, left + side * x2, top + side * y2)
