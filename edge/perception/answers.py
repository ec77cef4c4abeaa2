"""The detector's last answer, and the last calm one: does one of them hold for the picture at hand?

Calm is an answer on which nothing hangs: the street as it is between two cars. When the picture near the
zones is again the very one of the calm answer, that answer holds again, and the detector is not asked what
an empty street shows after each car that has passed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge.observation import Box
from edge.perception.boxes import array_of, intersections
from edge.perception.glance import Urgency
from edge.perception.motion import MotionGate, MotionSettings
from edge.perception.sorting import Seen
from models.detections import Detections

Grey = NDArray[np.uint8]
Ripens: TypeAlias = Callable[[Seen], bool]


@dataclass(frozen=True, slots=True)
class _Part:
    """What was found in one region, and the picture it was found in."""

    found: Detections
    t: float
    gate: MotionGate


@dataclass(frozen=True, slots=True)
class _Answer:
    seen: Seen
    gate: MotionGate
    parts: Mapping[Box, _Part]


class Answers:
    """change: share of the view near the zones that must have changed for an answer to hold no longer.

    refresh: seconds for which an answer holds at most.
    """

    def __init__(
        self, motion: MotionSettings, near: NDArray[np.float64], *, change: float, refresh: float
    ) -> None:
        self._motion, self._near = motion, near
        self._change, self._refresh = change, refresh
        self._last: _Answer | None = None
        self._calm: _Answer | None = None

    @property
    def seen(self) -> Seen | None:
        """The answer that holds, or held last."""
        return None if self._last is None else self._last.seen

    def forget(self) -> None:
        """Whatever comes next is a change."""
        self._last = self._calm = None

    def learn(
        self, seen: Seen, flat: Grey, found: Mapping[Box, Detections], kept: Iterable[Box], *, calm: bool
    ) -> None:
        """A new answer to this picture. found: by region; kept: regions of the answer before that hold on.

        calm: whether nothing hangs on it.
        """
        gate = MotionGate(self._motion, near=self._near)
        gate.remember(flat)
        parts = {region: _Part(here, seen.t, gate) for region, here in found.items()}
        if self._last is not None:
            parts |= {region: self._last.parts[region] for region in kept}
        self._last = _Answer(seen, gate, parts)
        if calm:
            self._calm = self._last

    def urgency(self, t: float, flat: Grey, ripens: Ripens) -> Urgency | None:
        """Why no answer holds for this picture, if so; else `seen` is the one that does.

        ripens: whether a decision could hang on the next look after this answer; such a one never holds.
        """
        last = self._last
        if last is None or t < last.seen.t:
            self._calm = None
            return "changed"
        why = self._why(last, t, flat, ripens)
        other = None if self._calm is last or why == "refresh" else self._calm
        if why is None or other is None or self._why(other, t, flat, ripens) is not None:
            return why
        self._last = other
        return None

    def kept(self, t: float, flat: Grey, crops: Sequence[Box], ripe: Sequence[Box]) -> dict[Box, Detections]:
        """Those of the crops in and around which nothing has changed or ripens, with what was found there."""
        parts = {} if self._last is None else self._last.parts
        boxes = array_of(ripe)
        return {
            crop: parts[crop].found
            for crop in crops
            if crop in parts
            and 0.0 <= t - parts[crop].t < self._refresh
            and not intersections(array_of([crop]), boxes).any()
            and parts[crop].gate.change(flat, crop) <= self._change
        }

    def _why(self, answer: _Answer, t: float, flat: Grey, ripens: Ripens) -> Urgency | None:
        """Why this answer does not hold, if so."""
        if ripens(answer.seen):
            return "ripening"
        older = {crop: part for crop, part in answer.parts.items() if part.gate is not answer.gate}
        changes = (part.gate.change(flat, crop) > self._change for crop, part in older.items())
        if answer.gate.change(flat) > self._change or any(changes):
            return "changed"
        since = min([answer.seen.t, *(part.t for part in older.values())])
        return "refresh" if t - since >= self._refresh else None
