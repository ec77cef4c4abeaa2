"""What a node said it committed in a day, against what lies here. Pure.

The ids are hashed in order of epoch and sequence, the bodies summed in any order: see `broker.parts.Digest`.
Both can be compared only when every event is there; otherwise the places in the sequence are.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from broker.daysums import body_value, written
from broker.events import Reason, SequenceRange
from broker.ranges import joined
from central.gaps import Span, holes

State = Literal["pending", "complete", "complete_but_given_up", "missing", "differs"]


@dataclass(frozen=True, slots=True)
class Said:
    """A day in the node's words."""

    ranges: tuple[SequenceRange, ...]
    events: int
    sha256: str
    bodies: str | None


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """One event that lies here, taken or in quarantine: its place, its id, and the sha256 of its bytes."""

    sequence: int
    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a day stands, and why. `missing`: by epoch, what is neither here nor given up."""

    state: State
    reason: Reason
    found: int = 0
    given_up: int = 0
    missing: dict[str, list[Span]] = field(default_factory=dict)

    @property
    def missing_events(self) -> int:
        """How many."""
        return sum(span.length for spans in self.missing.values() for span in spans)


class Tally:
    """Counts one day page by page; `places` are its ranges in the order in which they must be counted."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.places = joined(said.ranges)
        self.found = 0
        self._ids = hashlib.sha256()
        self._bodies = 0
        self._here: list[Span] = []
        self._positions = 0
        self._given_up = 0
        self._missing: dict[str, list[Span]] = {}

    def add(self, events: Sequence[Held]) -> None:
        """The next events of the range in hand, in order of sequence and id."""
        for event in events:
            self._ids.update(f"{event.id}\n".encode())
            self._bodies += body_value(event.id, event.sha256)
            if not self._here or event.sequence > self._here[-1].last + 1:
                self._here.append(Span(event.sequence, event.sequence))
            elif event.sequence == self._here[-1].last + 1:
                self._here[-1] = Span(self._here[-1].first, event.sequence)
        self.found += len(events)

    def end(self, place: SequenceRange, given_up: Iterable[Span]) -> None:
        """Everything of a range was added; `given_up` are those parts of it that will never come."""
        before, last = place.first - 1, place.last
        _, absent = holes(before, last, self._here)
        _, missing = holes(before, last, [*self._here, *given_up])
        lost = sum(span.length for span in missing)
        self._given_up += sum(span.length for span in absent) - lost
        self._positions += sum(span.length for span in self._here)
        if missing:
            self._missing.setdefault(place.epoch, []).extend(missing)
        self._here = []

    def verdict(self) -> Verdict:
        """How the day stands, when every range has ended."""
        state, code, text = self._judge()
        figures = {"said": float(self.said.events), "found": float(self.found)}
        if self._given_up:
            figures["given_up"] = float(self._given_up)
        reason = Reason(code=code, text=text, values=figures)
        return Verdict(state, reason, self.found, self._given_up, self._missing)

    def _judge(self) -> tuple[State, str, str]:
        places = sum(place.last - place.first + 1 for place in self.places)
        if places != self.said.events:
            return "differs", "says_two_things", "the digest counts other events than its ranges name"
        if self._missing:
            return "missing", "events_missing", "events of that day are missing and are asked for"
        if self.found != self._positions:
            return "differs", "place_taken_twice", "two events have the same place in the sequence"
        if self._given_up:
            return "complete_but_given_up", "given_up", "all is here but what the node gave up"
        if self._ids.hexdigest() != self.said.sha256:
            return "differs", "ids_differ", "as many events are here as the node said, with other ids"
        if self.said.bodies is not None and written(self._bodies) != self.said.bodies:
            return "differs", "bodies_differ", "the same ids are here with other contents"
        return "complete", "all_here", "every event of that day is here"
