"""Taking a batch: inbox, situations, tickets, log and receipts in one transaction."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, update
from sqlalchemy import insert as plain_insert

from broker.asks import Answer
from broker.events import (
    FlightFinished,
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    Reason,
    SceneVerification,
)
from broker.events import SourceHealthChanged as HealthEvent
from broker.messages import About, NodeState, Receipt, ReportedConfiguration
from broker.topics import TABLE
from central.casework.facts import label
from central.letters import Item, Refused, Told, Word, refusal
from central.situations import Decision
from central.store.answering import keep_answer
from central.store.aside import set_aside
from central.store.bulk import Key, rows_of, write_rows
from central.store.bygone import bygone, name_of
from central.store.cases import Cases, link_evidence
from central.store.database import Store, take_turn
from central.store.flown import keep_flights
from central.store.gaps import note_events, note_refused, note_state
from central.store.looked import answered
from central.store.nodes import heard_from, keep_words
from central.store.noting import log_notes
from central.store.outcome import Outcome
from central.store.pulses import note_pulses
from central.store.receipts import Owed, mark_sent, owe_all
from central.store.reported import keep_report, number_zones
from central.store.schema import inbox
from central.store.seating import Terms
from central.store.standing import Standing
from central.store.ticketlog import log_decisions, log_row
from central.store.turning import Turned

_EVENT = f"/{TABLE['event'].name}"
_SAME_ID = Reason(code="same_id", text="this event is known already")
_ID = (inbox.c.source, inbox.c.id)
_INBOX = plain_insert(inbox)


Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Timed:
    """When a traced event was held against what is known, and when its ticket was written: UTC seconds."""

    correlated: Span
    written: Span


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of each letter of a batch, and the receipts of what was taken for the first time.

    `more_owed`: receipts of what was taken or refused earlier are to be sent too; the database has them.
    `times`: of the events that are traced, by id.
    """

    outcomes: list[Outcome]
    fresh: list[Owed]
    more_owed: bool
    times: Mapping[str, Timed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _New:
    """The n-th letter of the batch, an event that is taken for the first time.

    bygone: why nothing follows from it, for what it belongs to was erased; then its content is not kept.
    """

    n: int
    told: Told
    sha256: str
    bygone: Reason | None = None


def take(
    store: Store, items: Sequence[Item], *, sent: Iterable[Owed] = (), terms: Terms | None = None
) -> Taken:
    """Commit the letters in their order and everything that follows from them, or nothing at all.

    `sent`: receipts that were handed to the broker meanwhile. Raises StoreAway or StoreRefuses.
    """
    with store.write() as connection:
        take_turn(connection)
        mark_sent(connection, sent)
        return taken_in(connection, items, terms)


def taken_in(connection: Connection, items: Sequence[Item], terms: Terms | None = None) -> Taken:
    """The same in a transaction of the caller's, whose turn it is. terms: by what tickets are made."""
    return _Batch(connection, items, terms or Terms()).take()


class _Batch:
    def __init__(self, connection: Connection, items: Sequence[Item], terms: Terms) -> None:
        self._connection = connection
        self._items = items
        self._terms = terms
        self._outcomes: dict[int, Outcome] = {}
        self._new: list[_New] = []
        self._again: list[Owed] = []
        self._refused: list[Refused] = []
        self._correlated: dict[str, Span] = {}
        self._written: Span = (0.0, 0.0)

    def take(self) -> Taken:
        self._tell_apart()
        self._mind_the_bygone()
        self._enter()
        self._apply()
        fresh = [self._receipt(new) for new in self._of_nodes()]
        owe_all(self._connection, fresh)
        self._count_again()
        self._set_aside()
        self._keep_words()
        outcomes = [self._outcomes[n] for n in range(len(self._items))]
        times = {name: Timed(span, self._written) for name, span in self._correlated.items()}
        return Taken(outcomes, fresh, bool(self._again or self._refused), times)

    def _tell_apart(self) -> None:
        """What is new, what is known already, what is refused."""
        keys = [(item.event.source, item.event.id) for item in self._items if isinstance(item, Told)]
        rows = rows_of(self._connection, (*_ID, inbox.c.sha256), _ID, keys)
        known: dict[Key, str] = {(row.source, row.id): row.sha256 for row in rows}
        for n, item in enumerate(self._items):
            if isinstance(item, Told):
                self._meet(n, item, known)
            elif isinstance(item, Refused):
                self._refuse(n, item)
            else:
                self._outcomes[n] = Outcome("said", Reason(code=item.topic, text=f"the node's {item.topic}"))

    def _meet(self, n: int, told: Told, known: dict[Key, str]) -> None:
        """An event: of one id one content is taken, that of the first letter."""
        event, sha256 = told.event, told.letter.sha256
        found = known.get((event.source, event.id))
        if found is None:
            known[event.source, event.id] = sha256
            self._new.append(_New(n, told, sha256))
        elif found == sha256:
            self._again.append(Owed(event.source, Receipt(id=event.id, status="committed", sha256=sha256)))
            self._outcomes[n] = Outcome("duplicate", _SAME_ID)
        else:
            text = f"id {event.id} is known with other content, sha256 {found}"
            self._refuse(n, Refused(told.letter, refusal(told.letter, "id_reused", text)))

    def _mind_the_bygone(self) -> None:
        """What comes of things that were erased founds nothing, however late it is."""
        if found := bygone(self._connection, [new.told.event for new in self._new]):
            self._new = [replace(new, bygone=found.get(name_of(new.told.event))) for new in self._new]

    def _refuse(self, n: int, refused: Refused) -> None:
        self._refused.append(refused)
        self._outcomes[n] = Outcome("quarantined", Reason(code=refused.why.code, text=refused.why.text))

    def _enter(self) -> None:
        """Write the new events down."""
        if self._new:
            write_rows(self._connection, _INBOX, [_inbox_row(new) for new in self._new])
        if told := [new.told for new in self._of_nodes()]:
            heard_from(self._connection, [each.letter for each in told])
            note_events(self._connection, [each.event for each in told], told[-1].letter.received)

    def _of_nodes(self) -> list[_New]:
        """Those that a node counts, and of which it waits to hear."""
        return [new for new in self._new if not new.told.by_people]

    def _apply(self) -> None:
        """What follows from the new events: tickets, conditions, and the log of what was decided."""
        current = [new for new in self._new if new.bygone is None]
        events = [new.told.event for new in current]
        incidents = [e for e in events if isinstance(e, IncidentOpened | IncidentUpdated | IncidentCleared)]
        cases = Cases(self._connection, incidents, self._terms)
        standing = Standing(self._connection, [e for e in events if isinstance(e, HealthEvent)])
        looks = [e for e in events if isinstance(e, SceneVerification)]
        looked = answered(self._connection, looks, self._new[-1].told.letter.received) if looks else {}
        flown = [e for e in events if isinstance(e, FlightFinished)]
        looked |= keep_flights(self._connection, flown, self._new[-1].told.letter.received) if flown else {}
        decided = [looked.get(new.told.event.id) or self._decided(new, cases, standing) for new in self._new]
        began = time.time()
        cases.save()
        standing.save()
        link_evidence(self._connection, incidents)
        for new, found in zip(self._new, decided, strict=True):  # only now have the tickets their numbers
            self._outcomes[new.n] = found if isinstance(found, Outcome) else cases.outcome(found)
        others = self._tell_turned(cases.turned)
        log_decisions(self._connection, [_log_row(new.told, self._outcomes[new.n]) for new in self._new])
        if self._new:
            at = self._new[-1].told.letter.received
            log_notes(self._connection, cases.notes, others, at)
            if cases.turned:
                self._terms.follow(self._connection, cases.turned, at)
        self._written = (began, time.time())

    def _decided(self, new: _New, cases: Cases, standing: Standing) -> Outcome | Decision:
        """What follows from one; of one that is traced, when."""
        if new.told.event.traceparent is None:
            return _decided(new, cases, standing)
        began = time.time()
        found = _decided(new, cases, standing)
        self._correlated[new.told.event.id] = (began, time.time())
        return found

    def _tell_turned(self, turned: Mapping[int, Turned]) -> dict[int, Turned]:
        """Say of the last event about each ticket what it did to its state; those without an event."""
        last = {self._outcomes[new.n].number: new.n for new in self._new}
        others = {}
        for number, each in turned.items():
            if each.action is not None and (n := last.get(number)) is not None:
                self._outcomes[n] = replace(self._outcomes[n], action=each.action, version=each.version)
            elif each.action is not None:
                others[number] = each
        return others

    def _receipt(self, new: _New) -> Owed:
        number = self._outcomes[new.n].number
        ticket = label(number) if number is not None else None
        event = new.told.event
        return Owed(event.source, Receipt(id=event.id, status="committed", sha256=new.sha256, ticket=ticket))

    def _count_again(self) -> None:
        """Repetitions: count them and send their receipts again, for the nodes seem not to have them."""
        if self._again:
            same = (inbox.c.source == bindparam("node")) & (inbox.c.id == bindparam("event"))
            count = update(inbox).where(same).values(deliveries=inbox.c.deliveries + 1)
            rows = [{"node": owed.node, "event": owed.receipt.id} for owed in self._again]
            self._connection.execute(count, rows)
            owe_all(self._connection, self._again)

    def _set_aside(self) -> None:
        """What cannot be taken. An event of a node that is doubted is nothing that this node has sent."""
        if self._refused:
            set_aside(self._connection, self._refused)
        note_refused(self._connection, [each for each in self._refused if _accounts(each)])

    def _keep_words(self) -> None:
        words = [item for item in self._items if isinstance(item, Word)]
        keep_words(self._connection, words)
        note_pulses(self._connection, words)
        for word in words:
            if isinstance(word.message, NodeState):
                note_state(self._connection, word.letter.node, word.message, word.letter.received)
        for n, item in enumerate(self._items):
            if isinstance(item, Word) and isinstance(item.message, Answer):
                kept, why = keep_answer(self._connection, item.letter, item.message)
                self._outcomes[n] = Outcome("answered" if kept else "unanswered", why)
            elif isinstance(item, Word) and isinstance(item.message, ReportedConfiguration):
                new, why = keep_report(self._connection, item.letter, item.message)
                self._outcomes[n] = Outcome("reported" if new else "said", why)
        number_zones(self._connection, _telling(words))


def _accounts(refused: Refused) -> bool:
    """Whether a place in a node's sequence is known to have come to nothing."""
    letter = refused.letter
    counts = letter.node and not refused.doubted and not refused.again
    return bool(counts) and letter.topic.endswith(_EVENT)


def _telling(words: Iterable[Word]) -> list[str]:
    return sorted({word.letter.node for word in words if isinstance(word.message, About)})


def _inbox_row(new: _New) -> dict[str, Any]:
    event = new.told.event
    return {
        "source": event.source,
        "id": event.id,
        "sha256": new.sha256,
        "type": event.type,
        "subject": event.subject,
        "epoch": event.epoch,
        "sequence": int(event.sequence),
        "time": event.time,
        "recorded": event.recordedtime,
        "received": new.told.letter.received,
        "body": "" if new.bygone is not None else event.encode().decode(),
    }


def _decided(new: _New, cases: Cases, standing: Standing) -> Outcome | Decision:
    event = new.told.event
    if new.bygone is not None:
        return Outcome("bygone", new.bygone)
    if isinstance(event, IncidentOpened | IncidentUpdated | IncidentCleared):
        return cases.apply(event, new.told.letter.received)
    if isinstance(event, HealthEvent):
        verdict = standing.apply(event)
        return Outcome(verdict.effect, verdict.reason)
    return Outcome("kept", Reason(code="kept", text=f"{event.type} is kept for later use"))


def _log_row(told: Told, outcome: Outcome) -> dict[str, Any]:
    event = told.event
    return log_row(outcome, (event.source, event.subject), event=event.id, at=told.letter.received)
