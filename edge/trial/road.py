"""The segments of a journal that a period needs, each with how it begins, one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.journal import reading
from edge.journal.entries import Begin
from edge.journal.segments import Segment, segments
from edge.steps import Shown
from edge.trial.past import Past
from edge.trial.walking import FOREVER, Walker

Walk = Callable[[Segment], Past]


@dataclass(frozen=True, slots=True)
class Stage:
    """One segment: how it begins (None where that is lost), its looks up to `end`, and from which number on
    its decisions were never committed."""

    segment: Segment
    begin: Begin | None
    past: Past
    end: int
    limit: float


class Road:
    """What of a source's journal lies between two times (UTC seconds), from the segment on with the first.

    walk: makes the Past of a segment that tells how it begins.
    """

    def __init__(self, directory: Path, source: str, since: float, until: float, walk: Walk) -> None:
        self.source = source
        self.until = until
        self._walk = walk
        self.segments = reading.reaching(segments(directory / source), since)

    def pictures(self) -> dict[tuple[str, str, int], Shown]:
        """Every picture that was told of."""
        found = reading.pictures(self.segments, self.source)
        return {(p.situation, p.phase, p.revision): Shown(p.evidence, p.reason) for p in found}

    def stages(self) -> Iterator[Stage]:
        """One after the other. Raises UnknownVersion, OSError."""
        begins = [reading.begin_of(segment, self.source) for segment in self.segments]
        known = False
        for n, (segment, begin, limit) in enumerate(zip(self.segments, begins, _limits(begins), strict=True)):
            known = known or begin is not None
            if segment.start <= self.until and known:
                past = self._walk(segment) if begin is not None else self._led_to(n, begins)
                yield self._stage(segment, begin, past, limit)

    def _stage(self, segment: Segment, begin: Begin | None, past: Past, limit: float) -> Stage:
        within = past.utc <= self.until
        end = int(np.count_nonzero(within))
        if not within[:end].all():  # the clock was set back: what lies between was never decided on here
            past = Walker(self.source).walk(segment, self.until)
            end = len(past)
        return Stage(segment, begin, past, end, limit)

    def _led_to(self, n: int, begins: Sequence[Begin | None]) -> Past:
        """A segment that has lost its beginning goes on from those before it."""
        first = max(k for k in range(n) if begins[k] is not None)
        walker = Walker(self.source)
        pasts = [walker.walk(segment, FOREVER) for segment in self.segments[first : n + 1]]
        return pasts[-1]


def _limits(begins: Sequence[Begin | None]) -> Sequence[float]:
    """For each segment, the number from which on its decisions were never committed.

    A process that went on with less than was written knew nothing of the rest, and found it again.
    """
    limits, limit = [], FOREVER
    for begin in reversed(begins):
        limits.append(limit)
        if begin is not None and begin.start != "next":
            limit = begin.number if begin.start == "resumed" else FOREVER
    return limits[::-1]
