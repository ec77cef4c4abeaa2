"""What an event does to a situation. Pure: no clock, no store, no order of arrival.

Theory of operation. A situation is what is known of one thing as one source sees it, and it only ever grows:
every event is a mark (revision, phase, time, id), and the situation keeps the first opening mark with where
and since when it was seen, the newest mark of all with its facts, and the newest clearing mark. Least,
greatest and union do not care about order or repetition, so any order and any repetition of the same events
ends in the same situation. Two consequences that are meant:

- nothing but an opening makes a situation count; what comes earlier is kept and joined when that comes;
- clearing is final, whatever revision a later message carries: a thing that comes back is a new situation.

Which situations are one thing, and so one ticket, is the matter of `central.correlation`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from broker.events import Incident, IncidentCleared, IncidentOpened, IncidentUpdated, Reason
from central.correlation.sightings import Sighting
from central.correlation.watching import sighting_of
from central.reports.events import TOLD

IncidentEvent = IncidentOpened | IncidentUpdated | IncidentCleared
Effect = Literal["opened", "updated", "cleared", "stale", "early", "duplicate"]
Phase = Literal["opened", "updated", "cleared"]

RANKS: Mapping[Phase, int] = MappingProxyType({"opened": 0, "updated": 1, "cleared": 2})


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One event in the order that decides: revision first, never arrival. `at` is when it happened.

    A node that lost its memory of a situation counts from 0 again; then the times decide.
    """

    revision: int
    rank: int
    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class OpenedBy:
    """The version of the zone, the rule and its version, by which a situation was opened."""

    zone_version: str | None
    rule: str
    rule_version: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of one situation (`source`, `subject`); `incident` is the newest mark's facts.

    first: how the opening saw it, as correlation compares it; it stands there as open. by: what opened it.
    """

    source: str
    subject: str
    newest: Mark
    incident: Incident
    opened: Mark | None = None
    cleared: Mark | None = None
    first: Sighting | None = None
    by: OpenedBy | None = None

    @property
    def sighting(self) -> Sighting | None:
        """What correlation looks at; None while the opening has not been heard of."""
        if self.first is None or self.cleared is None:
            return self.first
        return replace(self.first, until=max(self.cleared.at.timestamp(), self.first.since))


@dataclass(frozen=True, slots=True)
class Decision:
    """What an event does, why, and what is known after it."""

    effect: Effect
    reason: Reason
    situation: Situation


def decide(known: Situation | None, event: IncidentEvent) -> Decision:
    """What `event` does to what is known of its situation (None: nothing yet)."""
    mark = mark_of(event)
    after = _joined(known, event, mark)
    if known is not None and after == known and mark in (known.opened, known.newest, known.cleared):
        return Decision("duplicate", _why("known_already", mark.revision), after)
    if after.opened is None:
        return Decision("early", _why("before_opening", mark.revision), after)
    if known is None or known.opened is None:
        return Decision("opened", _told(event) or _opening(known, mark), after)
    if known.cleared is None and after.cleared is not None:
        return Decision("cleared", _told(event) or _why("seen_clear", mark.revision), after)
    if after.newest == known.newest:
        return Decision("stale", _why("older_than_known", mark.revision, known.newest.revision), after)
    return Decision("updated", _why("newer_revision", mark.revision), after)


def mark_of(event: IncidentEvent) -> Mark:
    """The event's place in the order that decides."""
    return Mark(event.data.revision, RANKS[phase_of(event)], event.time, event.id)


def phase_of(event: IncidentEvent) -> Phase:
    """Which of the three an incident event is."""
    if isinstance(event, IncidentOpened):
        return "opened"
    return "cleared" if isinstance(event, IncidentCleared) else "updated"


def ticket_id(source: str, subject: str) -> str:
    """The same situation always gives the same ticket id, also in a database made anew from a replay."""
    return "t-" + hashlib.sha256(f"{source}\n{subject}".encode()).hexdigest()[:24]


def _joined(known: Situation | None, event: IncidentEvent, mark: Mark) -> Situation:
    """Known facts and the event's, by least and greatest mark."""
    phase = phase_of(event)
    newest, facts = (known.newest, known.incident) if known is not None else (mark, event.data)
    opened, cleared, first, by = (None,) * 4
    if known is not None:
        opened, cleared, first, by = known.opened, known.cleared, known.first, known.by
    if mark > newest:
        newest, facts = mark, event.data
    if phase == "opened" and (opened is None or mark < opened):
        opened, first, by = mark, sighting_of(event), _by(event.data)
    if phase == "cleared" and (cleared is None or mark > cleared):
        cleared = mark
    return Situation(event.source, event.subject, newest, facts, opened, cleared, first, by)


def _by(seen: Incident) -> OpenedBy:
    return OpenedBy(seen.zone.version if seen.zone else None, seen.rule.id, seen.rule.version)


_WORDS: dict[str, str] = {
    "known_already": "revision {revision} is known already",
    "before_opening": "revision {revision} came before the opening; kept until that comes",
    "confirmed": "the opening, revision {revision}, has come",
    "joined": "the opening, revision {revision}, has come; what came before it is joined",
    "seen_clear": "the place was seen clear, revision {revision}",
    "older_than_known": "revision {revision} is older than revision {known}, which is known",
    "newer_revision": "revision {revision} is the newest",
}


def _told(event: IncidentEvent) -> Reason | None:
    """Of what people told: who did, and why it counts as gone. None of what a machine saw."""
    return event.data.reasons[0] if event.source == TOLD else None


def _opening(known: Situation | None, mark: Mark) -> Reason:
    return _why("confirmed" if known is None else "joined", mark.revision)


@lru_cache(maxsize=1000)
def _why(code: str, revision: int, known: int | None = None) -> Reason:
    values = {"revision": revision} | ({"known": known} if known is not None else {})
    figures = {name: float(value) for name, value in values.items()}
    return Reason(code=code, text=_WORDS[code].format(**values), values=figures)
