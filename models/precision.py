"""Average precision as COCO defines it (arXiv 1405.0312): all areas, 100 boxes a picture, IoU 0.5 to 0.95."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.detections import Floats

Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]
OVERLAPS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0.0, 1.0, 101)
MOST = 100


@dataclass(frozen=True, slots=True)
class Truth:
    """What is in one picture: boxes x1 y1 x2 y2 in shares, a label each; a crowd neither counts nor harms."""

    boxes: Floats
    labels: tuple[str, ...]
    crowds: Flags


@dataclass(frozen=True, slots=True)
class Found:
    """What a detector said of the same picture."""

    boxes: Floats
    labels: tuple[str, ...]
    scores: Floats

    def best(self) -> "Found":
        """The best rows that COCO looks at."""
        order = np.argsort(-self.scores, kind="stable")[:MOST]
        return Found(self.boxes[order], tuple(self.labels[i] for i in order), self.scores[order])


@dataclass(frozen=True, slots=True)
class _Matched:
    """Detections of one label in one picture; at each of the ten overlaps (10, N), right or not counted."""

    scores: Floats
    right: Flags
    ignored: Flags
    wanted: int


def average_precisions(truths: Sequence[Truth], found: Sequence[Found]) -> dict[str, float]:
    """AP of every label that the truth holds."""
    best = [one.best() for one in found]
    labels = sorted({label for truth in truths for label in truth.labels})
    pairs = list(zip(truths, best, strict=True))
    scored = {label: _precision([_match(t, f, label) for t, f in pairs]) for label in labels}
    return {label: value for label, value in scored.items() if value is not None}


def mean_over(precisions: Mapping[str, float], labels: Iterable[str]) -> float:
    """The mean AP of these labels, of those that have one."""
    values = [precisions[label] for label in labels if label in precisions]
    return float(np.mean(values)) if values else float("nan")


def _match(truth: Truth, found: Found, label: str) -> _Matched:
    wanted = np.flatnonzero([name == label for name in truth.labels])
    wanted = wanted[np.argsort(truth.crowds[wanted], kind="stable")]  # crowds last: a thing is preferred
    rows = np.flatnonzero([name == label for name in found.labels])
    crowds = truth.crowds[wanted]
    shares = overlaps(found.boxes[rows], truth.boxes[wanted], crowds)
    right = np.zeros((len(OVERLAPS), len(rows)), np.bool_)
    ignored = np.zeros_like(right)
    for level, least in enumerate(OVERLAPS):
        partners = _partners(shares, crowds, float(least))
        ignored[level] = [p >= 0 and bool(crowds[p]) for p in partners]
        right[level] = [p >= 0 and not crowds[p] for p in partners]
    return _Matched(found.scores[rows], right, ignored, int((~crowds).sum()))


def _partners(shares: Doubles, crowds: Flags, least: float) -> list[int]:
    """For each detection, best first, the truth it takes (a crowd may be taken again and again), or -1."""
    taken = np.zeros(len(crowds), np.bool_)
    partners = []
    for row in shares:
        chosen = _best_free(row, taken, crowds, least)
        if chosen >= 0:
            taken[chosen] = not crowds[chosen]
        partners.append(chosen)
    return partners


def _best_free(row: Doubles, taken: Flags, crowds: Flags, least: float) -> int:
    for kind in (~crowds, crowds):
        free = np.flatnonzero(kind & ~taken & (row >= least - 1e-10))
        if len(free):
            return int(free[np.argmax(row[free])])
    return -1


def overlaps(boxes: Floats, others: Floats, crowds: Flags | None = None) -> Doubles:
    """(N, M) intersection over union; over the box's own area where the other is a crowd."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2]).astype(np.float64)
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    areas, other_areas = ((b[:, 2:] - b[:, :2]).prod(axis=1).astype(np.float64) for b in (boxes, others))
    union = areas[:, None] + other_areas[None] - common
    if crowds is not None:
        union = np.where(crowds[None], areas[:, None], union)
    shares: Doubles = common / np.maximum(union, 1e-12)
    return shares


def _precision(matched: Sequence[_Matched]) -> float | None:
    wanted = sum(one.wanted for one in matched)
    if wanted == 0:
        return None
    order = np.argsort(-np.concatenate([one.scores for one in matched]), kind="stable")
    right = np.concatenate([one.right for one in matched], axis=1)[:, order]
    ignored = np.concatenate([one.ignored for one in matched], axis=1)[:, order]
    levels = [_under_curve(r[~i], wanted) for r, i in zip(right, ignored, strict=True)]
    return float(np.mean(levels))


def _under_curve(right: Flags, wanted: int) -> float:
    hits, misses = np.cumsum(right), np.cumsum(~right)
    precision = hits / np.maximum(hits + misses, 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(hits / wanted, RECALLS, side="left")
    return float(np.append(envelope, 0.0)[np.minimum(at, len(envelope))].mean())
