"""What two models would have opened on one film, situation by situation. Pure.

Two are the same if zone, rule and kind are, they began within half a minute of each other, and their boxes
lie over each other at all; of several the one with the most in common is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from edge.geometry import iou
from edge.observation import Box
from edge.score.assignment import pairing

APART_S: Final = 30.0
LEAST: Final = 0.1  # intersection over union


@dataclass(frozen=True, slots=True)
class Opening:
    """A situation that a rule opened at `t` seconds of the film. until: None where it never ended."""

    source: str
    zone: str
    rule: str
    kind: str
    t: float
    until: float | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Openings:
    """Pairs of what is the same (the running model's first), and what one model alone would have opened."""

    both: tuple[tuple[Opening, Opening], ...]
    only_running: tuple[Opening, ...]
    only_shadow: tuple[Opening, ...]


def compared(running: Sequence[Opening], shadow: Sequence[Opening]) -> Openings:
    """Which of them are the same."""
    weights = {
        (a, b): worth
        for a, one in enumerate(running)
        for b, other in enumerate(shadow)
        if (worth := _alike(one, other)) is not None
    }
    pairs = pairing(weights)
    theirs = set(pairs.values())
    return Openings(
        tuple((running[a], shadow[b]) for a, b in pairs.items()),
        tuple(one for a, one in enumerate(running) if a not in pairs),
        tuple(one for b, one in enumerate(shadow) if b not in theirs),
    )


def _alike(one: Opening, other: Opening) -> float | None:
    apart = abs(one.t - other.t)
    if (one.source, one.zone, one.rule, one.kind) != (other.source, other.zone, other.rule, other.kind):
        return None
    shared = 1.0 if one.box is None or other.box is None else iou(one.box, other.box)
    return shared - apart / (10.0 * APART_S) if apart <= APART_S and shared >= LEAST else None
