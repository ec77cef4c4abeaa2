"""What two models see on the same pictures, thing by thing. Pure.

Two boxes of one group of classes are one thing from an intersection over union of one half on, whatever the
models call it; of all such pairings one with the most pairs and the greatest sum counts. Persons and animals
are left out: the node tells nobody of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from broker.boundary import breach, names_a_person
from broker.messages import ShadowThings
from edge.groups import Group, group_of, label_word
from edge.observation import Box
from edge.perception.boxes import array_of, ious
from edge.perception.crops import gather
from edge.perception.sorting import VAST
from edge.score.assignment import pairing
from models.detections import Detections

SAME: Final = 0.5  # intersection over union, from which on two boxes are one thing
MOST: Final = 100  # things of one picture, the surest ones
MOST_LABELS: Final = 64
OTHERS: Final = "thing"  # what has a label beyond that many


@dataclass(frozen=True, slots=True)
class Thing:
    """box: in shares of the whole picture."""

    box: Box
    score: float
    label: str
    group: Group


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing that both see."""

    running: Thing
    shadow: Thing
    iou: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one picture."""

    both: tuple[Pair, ...]
    only_running: tuple[Thing, ...]
    only_shadow: tuple[Thing, ...]


class Naming:
    """How a model's classes are told: its labels as words, and their groups."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._groups = tuple(group_of(label) for label in labels)
        self._labels = tuple(_told_as(label) for label in labels)

    def things(self, regions: Sequence[Box], found: Sequence[Detections], score: float) -> list[Thing]:
        """What is believed of the detections in these regions of one picture, each thing once."""
        believed = [each.take(each.scores >= score) for each in found]
        merged = gather(list(regions), believed, self._groups)
        rows = zip(merged.boxes.tolist(), merged.scores.tolist(), merged.classes.tolist(), strict=True)
        things = [self._thing(box, score, kind) for box, score, kind in rows]
        return [thing for thing in things if thing is not None][:MOST]

    def _thing(self, box: Sequence[float], score: float, kind: int) -> Thing | None:
        group, label = self._groups[kind], self._labels[kind]
        x1, y1, x2, y2 = box
        if group is None or not 0.0 < (x2 - x1) * (y2 - y1) <= VAST:
            return None
        return Thing((x1, y1, x2, y2), float(score), label, group)


def _told_as(label: str) -> str:
    word = label_word(label)
    return word if breach(word) is None and not names_a_person(word) else OTHERS


def differences(running: Sequence[Thing], shadow: Sequence[Thing]) -> Difference:
    """What both see, and what one alone does."""
    shared = ious(array_of([each.box for each in running]), array_of([each.box for each in shadow]))
    near = np.argwhere(shared >= SAME).tolist()
    alike = {(a, b): float(shared[a, b]) for a, b in near if running[a].group == shadow[b].group}
    pairs = pairing(alike)
    both = tuple(Pair(running[a], shadow[b], alike[a, b]) for a, b in pairs.items())
    theirs = set(pairs.values())
    return Difference(
        both,
        tuple(each for n, each in enumerate(running) if n not in pairs),
        tuple(each for n, each in enumerate(shadow) if n not in theirs),
    )


@dataclass(slots=True)
class _Sums:
    both: int = 0
    only_running: int = 0
    only_shadow: int = 0
    renamed: int = 0
    iou: float = 0.0
    score: float = 0.0
    shadow_score: float = 0.0


@dataclass(slots=True)
class Tally:
    """Differences added up by label."""

    _sums: dict[str, _Sums] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._sums)

    def add(self, found: Difference) -> None:
        """Those of one picture more."""
        for pair in found.both:
            sums = self._of(pair.running.label)
            sums.both += 1
            sums.renamed += pair.running.label != pair.shadow.label
            sums.iou += pair.iou
            sums.score += pair.running.score
            sums.shadow_score += pair.shadow.score
        for thing in found.only_running:
            self._of(thing.label).only_running += 1
        for thing in found.only_shadow:
            self._of(thing.label).only_shadow += 1

    def told(self) -> list[ShadowThings]:
        """By label, the most frequent first."""
        ordered = sorted(self._sums.items(), key=lambda item: (-_count(item[1]), item[0]))
        return [_told(label, sums) for label, sums in ordered]

    def _of(self, label: str) -> _Sums:
        known = label in self._sums or len(self._sums) < MOST_LABELS - 1
        return self._sums.setdefault(label if known else OTHERS, _Sums())


def _count(sums: _Sums) -> int:
    return sums.both + sums.only_running + sums.only_shadow


def _told(label: str, sums: _Sums) -> ShadowThings:
    def mean(value: float) -> float | None:
        return round(min(1.0, value / sums.both), 3) if sums.both else None

    return ShadowThings(
        label=label,
        both=sums.both,
        only_running=sums.only_running,
        only_shadow=sums.only_shadow,
        renamed=sums.renamed,
        iou=mean(sums.iou),
        score=mean(sums.score),
        shadow_score=mean(sums.shadow_score),
    )
