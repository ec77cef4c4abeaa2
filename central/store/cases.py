"""Situations and their tickets: read for a whole batch, decided one event after the other, written once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Row, select

from broker.events import Reason
from central.correlation.book import Change
from central.correlation.sightings import Key
from central.feedback.suppressing import Suppression, why_hidden
from central.reports.events import facts_in
from central.situations import Decision, IncidentEvent, Mark, OpenedBy, Situation, decide
from central.store.bulk import among, rows_of, write_rows
from central.store.database import insert_in
from central.store.hushing import Unseated, hidden
from central.store.nearness import columns_of, sighting_in
from central.store.outcome import Outcome
from central.store.placing import numbers_of
from central.store.schema import evidence_links, situations, tickets
from central.store.seating import News, Note, Seating, Seats, Terms
from central.store.turning import Turned

_MARK = tuple(field.name for field in fields(Mark))
_BY = tuple(field.name for field in fields(OpenedBy))
_KEY = (situations.c.source, situations.c.subject)
NO_MORE = Reason(code="shown", text="what hid it is over, or it is not like that any more")


@dataclass(slots=True)
class Case:
    """One situation while its batch is decided. `made`: when the event came that opened it.

    suppressed: the number of what hides it; `hides`: that itself. shown: it was hidden, and is no more.
    """

    before: Situation | None = None
    now: Situation | None = None
    number: int | None = None
    made: datetime | None = None
    joined: Any = None
    beside: Any = None
    suppressed: int | None = None
    hides: Suppression | None = None
    shown: bool = False


class Cases:
    """The cases that a batch is about. again: hidden ones that are looked at once more, without an event."""

    def __init__(
        self,
        connection: Connection,
        events: Iterable[IncidentEvent],
        terms: Terms,
        again: Iterable[Key] = (),
    ) -> None:
        self._events: dict[Key, list[IncidentEvent]] = defaultdict(list)
        for event in events:
            self._events[event.source, event.subject].append(event)
        keys = [*self._events, *again]
        self._connection = connection
        self._terms = terms
        self._seats = Seats()
        self._heard: datetime | None = None
        self._places: dict[str, int] = {}
        self._cases = {key: Case() for key in keys}
        for row in rows_of(connection, tuple(situations.c), _KEY, keys):
            known = _situation(row)
            case = Case(known, known, row.ticket, joined=row.joined, beside=row.beside)
            case.suppressed = row.suppressed
            self._cases[row.source, row.subject] = case

    def apply(self, event: IncidentEvent, received: datetime) -> Decision:
        """What one event does to its case."""
        case = self._cases[event.source, event.subject]
        decision = decide(case.now, event)
        case.now = decision.situation
        self._heard = received
        if decision.effect == "opened":
            case.made = received
        return decision

    def save(self) -> None:
        """Write down what the cases have become, and which tickets they are in."""
        if self._heard is not None:
            changed = {key: case for key, case in self._cases.items() if case.now is not case.before}
            self._save(changed, self._heard)

    def look_again(self, at: datetime) -> list[tuple[Key, Outcome]]:
        """Save those that are hidden no more; what became of each."""
        self._heard = at
        self._save(self._cases, at)
        shown = [key for key, case in self._cases.items() if case.shown]
        return [(key, self._shown(key)) for key in shown]

    def _save(self, changed: Mapping[Key, Case], heard: datetime) -> None:
        self._hush(changed, heard)
        changes = [each for case in changed.values() if (each := _change(case)) is not None]
        self._places = numbers_of(self._connection, (_place(case.now) for case in changed.values()))
        news = {key: news for key, case in changed.items() if (news := self._news(case)) is not None}
        touched = {case.number for case in changed.values() if case.number is not None and _told_else(case)}
        seating = Seating(self._connection, self._terms, changes, news)
        for key, case in changed.items():
            if (slot := seating.slot(key)) is not None:
                case.number, case.joined, case.beside = (
                    slot.number,
                    *seating.why(key, case.joined, case.beside),
                )
        self._write(changed)
        self._seats = seating.finish(touched, heard)
        self._seats.states |= self._states_of_others()

    def _hush(self, changed: Mapping[Key, Case], heard: datetime) -> None:
        """What a suppression hides takes no part in anything until it is shown."""
        waiting = {key: case for key, case in changed.items() if case.number is None}
        found = hidden(
            self._connection,
            [
                Unseated(case.now, case.suppressed, self._events[key])
                for key, case in waiting.items()
                if case.now is not None
            ],
            heard,
        )
        for key, case in waiting.items():
            case.hides = found.get(key)
            case.shown = case.suppressed is not None and case.hides is None
            case.suppressed = case.hides.number if case.hides is not None else None
            if case.shown:
                case.made = case.made or heard

    @property
    def notes(self) -> list[Note]:
        """What else happened to tickets."""
        return self._seats.notes

    @property
    def turned(self) -> Mapping[int, Turned]:
        """Tickets that are new, or whose state changed by itself."""
        return self._seats.turned

    def outcome(self, decision: Decision) -> Outcome:
        """What to say of an event once the batch is saved: of an opening, what it did to the ticket."""
        key = (decision.situation.source, decision.situation.subject)
        case = self._cases[key]
        if decision.effect == "early":
            return Outcome(decision.effect, decision.reason)
        if decision.effect == "opened" and case.hides is not None and decision.situation.first is not None:
            return Outcome("suppressed", why_hidden(case.hides, decision.situation.first.box))
        if case.shown and key in self._events:
            del self._events[key]  # the first event of the batch is told to have opened it
            return self._shown(key)
        number = self._seats.numbers.get(key, case.number)
        state = self._seats.states.get(number) if number is not None else None
        got = self._seats.seats.get(key)
        if decision.effect == "opened" and got is not None and got.effect != "opened":
            return Outcome(got.effect, got.reason, number, state)
        return Outcome(decision.effect, decision.reason, number, state)

    def _shown(self, key: Key) -> Outcome:
        number, got = self._seats.numbers[key], self._seats.seats[key]
        return Outcome(got.effect, NO_MORE, number, self._seats.states.get(number))

    def _states_of_others(self) -> dict[int, str]:
        """Of the tickets that were told of and have not changed."""
        numbers = {case.number for case in self._cases.values() if case.number is not None}
        wanted = sorted(numbers - self._seats.states.keys())
        if not wanted:
            return {}
        question = select(tickets.c.number, tickets.c.state).where(
            among(self._connection, tickets.c.number, wanted)
        )
        return {row.number: row.state for row in self._connection.execute(question)}

    def _write(self, changed: Mapping[Key, Case]) -> None:
        rows = [self._row(case.now, case) for case in changed.values() if case.now is not None]
        write_rows(self._connection, _situations(self._connection.dialect.name), rows)

    def _news(self, case: Case) -> News | None:
        """What a new ticket would have to know of it."""
        if case.made is None or case.hides is not None or case.now is None or case.now.opened is None:
            return None
        place = self._places.get(_place(case.now) or "")
        return News(case.made, case.now.opened.at, case.now.incident.severity, place)

    def _row(self, situation: Situation, case: Case) -> dict[str, Any]:
        return {
            "source": situation.source,
            "subject": situation.subject,
            "ticket": case.number,
            "joined": case.joined,
            "beside": case.beside,
            "incident": situation.incident.encode().decode(),
            "severity": situation.incident.severity,
            "place": self._places.get(_place(situation) or ""),
            **_columns("newest", situation.newest),
            **_columns("opened", situation.opened),
            **_columns("cleared", situation.cleared),
            **columns_of(situation.sighting, self._terms.kinds),
            **{name: getattr(situation.by, name, None) for name in _BY},
            "suppressed": case.suppressed,
        }


@cache
def _situations(dialect: str) -> Insert:
    statement = insert_in(dialect, situations)
    keys = {column.name for column in _KEY}
    changes = {name: new for name, new in statement.excluded.items() if name not in keys}
    return statement.on_conflict_do_update(index_elements=sorted(keys), set_=changes)


@cache
def _links(dialect: str) -> Insert:
    return insert_in(dialect, evidence_links).on_conflict_do_nothing()


def link_evidence(connection: Connection, events: Iterable[IncidentEvent]) -> None:
    """Which pictures belong to which situation."""
    rows = [
        {
            "source": event.source,
            "subject": event.subject,
            "sha256": picture.sha256,
            "role": picture.role,
            "size": picture.size,
            "media_type": picture.media_type,
            "taken": picture.taken,
        }
        for event in events
        for picture in event.data.evidence
    ]
    write_rows(connection, _links(connection.dialect.name), rows)


def _change(case: Case) -> Change | None:
    """What correlation has to look at; None: nothing that it compares has changed."""
    if case.hides is not None:
        return None
    now = case.now.sighting if case.now is not None else None
    before = case.before.sighting if case.before is not None and not case.shown else None
    return Change(now, before, case.number) if now is not None and now != before else None


def _told_else(case: Case) -> bool:
    """Whether the ticket's severity or place may have changed."""
    if case.before is None or case.now is None:
        return False
    before, now = case.before.incident, case.now.incident
    return (before.severity, before.place) != (now.severity, now.place)


def _place(situation: Situation | None) -> str | None:
    """The words for it, without the NUL that PostgreSQL does not hold in a text."""
    said = situation.incident.place if situation is not None else None
    return (said.replace("\x00", "") or None) if said is not None else None


def _situation(row: Row[Any]) -> Situation:
    values = row._mapping
    opened = _mark(values, "opened") if values["opened_id"] is not None else None
    return Situation(
        source=values["source"],
        subject=values["subject"],
        newest=_mark(values, "newest"),
        incident=facts_in(values["source"], values["incident"]),
        opened=opened,
        cleared=_mark(values, "cleared") if values["cleared_id"] is not None else None,
        first=sighting_in(row, standing=True) if opened is not None else None,
        by=OpenedBy(*(values[name] for name in _BY)) if values["rule"] is not None else None,
    )


def _mark(values: Any, name: str) -> Mark:
    return Mark(*(values[f"{name}_{part}"] for part in _MARK))


def _columns(name: str, mark: Mark | None) -> dict[str, Any]:
    return {f"{name}_{part}": getattr(mark, part) if mark else None for part in _MARK}
