"""What a journal holds of one source, in order: where it begins, what was seen, happened and was shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from broker.events import Audit, ClockQuality, Evidence, Reason
from edge.observation import Observation
from edge.troubles import Happening

# How a segment came to begin: with nothing known, with the state of an earlier process, or where the segment
# before it ended.
Start = Literal["fresh", "resumed", "next"]


@dataclass(frozen=True, slots=True)
class Begin:
    """The first entry of every segment: all that the decisions on what follows hang on.

    number: how many observations and happenings the state knows of; those that follow are counted on from
    it. After a crash it may be less than were written: the decisions on the others were never committed.
    zones, rules: versions by name, for people. state: `Pipeline.snapshot(deep=True)`.
    """

    source: str
    number: int
    audit: Audit
    state: bytes
    zones: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    start: Start = "next"


@dataclass(frozen=True, slots=True)
class Run:
    """Looks in a row with one answer: they differ in when, and in how alike the places looked.

    first: the first of them, whole. t, utc, likeness: of each look, the first one included.
    """

    first: Observation
    t: Sequence[float]
    utc: Sequence[float]
    likeness: Sequence[Mapping[str, float]]

    def __len__(self) -> int:
        return len(self.t)

    def looks(self) -> Iterator[Observation]:
        """Every look as it was observed."""
        yield self.first
        o = self.first
        what = (o.clock, o.aspect, o.sightings, o.hidden)
        rest = (o.trusted, o.looked, o.regions, o.view)
        for n in range(1, len(self.t)):
            yield Observation(o.source, self.t[n], self.utc[n], *what, self.likeness[n], *rest)

    def look(self, n: int) -> Observation:
        """One of them."""
        if n == 0:
            return self.first
        return replace(self.first, t=self.t[n], utc=self.utc[n], likeness=self.likeness[n])

    def part(self, first: int, end: int) -> "Run":
        """The looks from one to before another."""
        at = slice(first, end)
        head = replace(self.first, t=self.t[first], utc=self.utc[first], likeness=self.likeness[first])
        return Run(head, self.t[at], self.utc[at], self.likeness[at])


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that raised or cleared a condition of the source."""

    what: Happening
    text: str
    utc: float
    quality: ClockQuality


@dataclass(frozen=True, slots=True)
class Pictured:
    """What the camera made for a finding: a reference to the picture, or why there is none."""

    situation: str
    phase: str
    revision: int
    evidence: Evidence | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The writer was closed in order."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something is missing here that was written; text says what, for the log.

    number: that of what follows, where that is known.
    """

    text: str
    number: int | None = None


# What is written; a reader gives a Run for its looks, and Lost where it cannot read.
Written = Begin | Observation | Happened | Pictured | End
Entry = Begin | Run | Happened | Pictured | End | Lost
