"""What an event does to a situation and its ticket. Pure: no clock, no store, no order of arrival.

Theory of operation. A situation is what is known of one thing at one place, and it only ever grows: every
event is a mark (revision, phase, time, id), and the situation keeps the first opening mark, the newest mark
of all with its facts, and the newest clearing mark. Least, greatest and union do not care about order or
repetition, so any order and any repetition of the same events ends in the same situation, and the ticket
is a function of the situation. Two consequences that are meant:

- nothing but an opening opens a ticket; what comes earlier is kept and joined when the opening comes;
- clearing is final, whatever revision a later message carries: a thing that comes back is a new situation.

The ticket's states are a table. This version has `open` and `cleared`; the closed loop will add reported,
accepted, dispatched, handled, fed back, verified and closed as further rows.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from broker.events import Incident, IncidentCleared, IncidentOpened, IncidentUpdated, Reason

IncidentEvent = IncidentOpened | IncidentUpdated | IncidentCleared
TicketState = Literal["open", "cleared"]
Action = Literal["open", "clear"]
Effect = Literal["opened", "updated", "cleared", "stale", "early", "duplicate"]
Phase = Literal["opened", "updated", "cleared"]

# state (None: no ticket yet) -> action -> next state
TABLE: Mapping[TicketState | None, Mapping[Action, TicketState]] = MappingProxyType(
    {
        None: MappingProxyType({"open": "open"}),
        "open": MappingProxyType({"clear": "cleared"}),
        "cleared": MappingProxyType({}),
    }
)
RANKS: Mapping[Phase, int] = MappingProxyType({"opened": 0, "updated": 1, "cleared": 2})


class IllegalAction(ValueError):
    """An action that the ticket's state does not allow; nothing was changed."""


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
class Situation:
    """What is known of one situation (`source`, `subject`); `incident` is the newest mark's facts."""

    source: str
    subject: str
    newest: Mark
    incident: Incident
    opened: Mark | None = None
    cleared: Mark | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """The case made of a situation. `open_key`: at most one open ticket may have it."""

    id: str
    open_key: str
    state: TicketState
    opened_at: datetime
    cleared_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What an event does, why, and what is known after it. No ticket while the opening is missing."""

    effect: Effect
    reason: Reason
    situation: Situation
    ticket: Ticket | None


def step(state: TicketState | None, action: Action) -> TicketState:
    """The next state. Raises IllegalAction, which names what is allowed."""
    allowed = TABLE[state]
    if action not in allowed:
        raise IllegalAction(
            f"{action!r} is not allowed in state {state}; allowed: {', '.join(allowed) or 'nothing'}"
        )
    return allowed[action]


def decide(known: Situation | None, event: IncidentEvent) -> Decision:
    """What `event` does to what is known of its situation (None: nothing yet)."""
    mark = mark_of(event)
    after = _joined(known, event, mark)
    before_ticket = ticket_of(known) if known is not None else None
    ticket = ticket_of(after)
    if known is not None and after == known and mark in (known.opened, known.newest, known.cleared):
        return Decision("duplicate", _why("known_already", mark), after, ticket)
    if ticket is None:
        return Decision("early", _why("before_opening", mark), after, None)
    if before_ticket is None:
        return Decision("opened", _opening(known, mark), after, ticket)
    if before_ticket.state != ticket.state:
        return Decision("cleared", _why("seen_clear", mark), after, ticket)
    if known is not None and after.newest == known.newest:
        return Decision("stale", _why("older_than_known", mark, known.newest), after, ticket)
    return Decision("updated", _why("newer_revision", mark), after, ticket)


def mark_of(event: IncidentEvent) -> Mark:
    """The event's place in the order that decides."""
    return Mark(event.data.revision, RANKS[phase_of(event)], event.time, event.id)


def phase_of(event: IncidentEvent) -> Phase:
    """Which of the three an incident event is."""
    if isinstance(event, IncidentOpened):
        return "opened"
    return "cleared" if isinstance(event, IncidentCleared) else "updated"


def ticket_of(situation: Situation) -> Ticket | None:
    """The ticket that a situation amounts to; None while its opening has not been heard of."""
    if situation.opened is None:
        return None
    state = step(None, "open")
    if situation.cleared is not None:
        state = step(state, "clear")
    return Ticket(
        id=ticket_id(situation.source, situation.subject),
        open_key=f"{situation.source}#{situation.subject}",
        state=state,
        opened_at=situation.opened.at,
        cleared_at=situation.cleared.at if situation.cleared else None,
    )


def ticket_id(source: str, subject: str) -> str:
    """The same situation always gives the same ticket id, also in a database made anew from a replay."""
    return "t-" + hashlib.sha256(f"{source}\n{subject}".encode()).hexdigest()[:24]


def _joined(known: Situation | None, event: IncidentEvent, mark: Mark) -> Situation:
    """Known facts and the event's, by least and greatest mark."""
    phase = phase_of(event)
    after = known or Situation(event.source, event.subject, newest=mark, incident=event.data)
    if mark > after.newest:
        after = replace(after, newest=mark, incident=event.data)
    if phase == "opened" and (after.opened is None or mark < after.opened):
        after = replace(after, opened=mark)
    if phase == "cleared" and (after.cleared is None or mark > after.cleared):
        after = replace(after, cleared=mark)
    return after


_WORDS: dict[str, str] = {
    "known_already": "revision {revision} is known already",
    "before_opening": "revision {revision} came before the opening; kept until that comes",
    "confirmed": "the opening, revision {revision}, has come",
    "joined": "the opening, revision {revision}, has come; what came before it is joined",
    "seen_clear": "the place was seen clear, revision {revision}",
    "older_than_known": "revision {revision} is older than revision {known}, which is known",
    "newer_revision": "revision {revision} is the newest",
}


def _opening(known: Situation | None, mark: Mark) -> Reason:
    return _why("confirmed" if known is None else "joined", mark)


def _why(code: str, mark: Mark, known: Mark | None = None) -> Reason:
    values = {"revision": mark.revision} | ({"known": known.revision} if known else {})
    figures = {name: float(value) for name, value in values.items()}
    return Reason(code=code, text=_WORDS[code].format(**values), values=figures)
