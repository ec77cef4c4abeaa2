"""Situations and their tickets: read for a whole batch, decided one event after the other, written once."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, update
from sqlalchemy import insert as plain_insert

from broker.events import Incident
from broker.fields import read
from central.store.bulk import rows_of
from central.store.database import insert
from central.store.schema import evidence_links, situations, tickets
from central.tickets import Decision, IncidentEvent, Mark, Situation, Ticket, decide, ticket_of

_MARK = tuple(field.name for field in fields(Mark))
_KEY = (situations.c.source, situations.c.subject)
_PROPERTIES = ("open_key", "state", "kind", "source", "opened_at", "cleared_at")
_SITUATION = ("ticket", "incident", *(f"{n}_{p}" for n in ("newest", "opened", "cleared") for p in _MARK))


@dataclass(slots=True)
class Case:
    """One situation while its batch is decided. `made`: when the event came that opened its ticket."""

    before: Situation | None = None
    now: Situation | None = None
    number: int | None = None
    made: datetime | None = None


class Cases:
    """The cases that a batch is about."""

    def __init__(self, connection: Connection, events: Iterable[IncidentEvent]) -> None:
        keys = [(event.source, event.subject) for event in events]
        self._connection = connection
        self._cases = {key: Case() for key in keys}
        for row in rows_of(connection, tuple(situations.c), _KEY, keys):
            known = _situation(row)
            self._cases[row.source, row.subject] = Case(known, known, row.ticket)

    def apply(self, event: IncidentEvent, received: datetime) -> Decision:
        """What one event does to its case."""
        case = self._cases[event.source, event.subject]
        decision = decide(case.now, event)
        case.now = decision.situation
        if decision.effect == "opened":
            case.made = received
        return decision

    def number(self, source: str, subject: str) -> int | None:
        """The number of the case's ticket; a new one has it after `save`."""
        return self._cases[source, subject].number

    def save(self) -> None:
        """Write down what the cases have become, and give the new tickets their numbers."""
        changed = [case for case in self._cases.values() if case.now is not case.before]
        self._save_tickets(changed)
        rows = [_situation_row(case.now, case.number) for case in changed if case.now is not None]
        if rows:
            statement = insert(self._connection, situations)
            changes = {name: statement.excluded[name] for name in _SITUATION}
            keys = [column.name for column in _KEY]
            self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), rows)

    def _save_tickets(self, changed: list[Case]) -> None:
        made, moved = [], []
        for case in changed:
            row = _ticket_row(case.now)
            if row is None:
                continue
            if case.number is None:
                made.append(row | {"created": case.made})
            elif row != _ticket_row(case.before):
                moved.append({"at": case.number} | {name: row[name] for name in _PROPERTIES})
        if moved:
            self._connection.execute(update(tickets).where(tickets.c.number == bindparam("at")), moved)
        if made:
            self._number(made, changed)

    def _number(self, made: list[dict[str, Any]], changed: list[Case]) -> None:
        statement = plain_insert(tickets).returning(tickets.c.id, tickets.c.number)
        numbers = {row.id: row.number for row in self._connection.execute(statement, made)}
        for case in changed:
            ticket = ticket_of(case.now) if case.now is not None else None
            if ticket is not None:
                case.number = numbers.get(ticket.id, case.number)


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
    if rows:
        connection.execute(insert(connection, evidence_links).on_conflict_do_nothing(), rows)


def _situation(row: Row[Any]) -> Situation:
    values = row._mapping
    return Situation(
        source=values["source"],
        subject=values["subject"],
        newest=_mark(values, "newest"),
        incident=read(Incident, values["incident"]),
        opened=_mark(values, "opened") if values["opened_id"] is not None else None,
        cleared=_mark(values, "cleared") if values["cleared_id"] is not None else None,
    )


def _mark(values: Any, name: str) -> Mark:
    return Mark(*(values[f"{name}_{part}"] for part in _MARK))


def _columns(name: str, mark: Mark | None) -> dict[str, Any]:
    return {f"{name}_{part}": getattr(mark, part) if mark else None for part in _MARK}


def _situation_row(situation: Situation, number: int | None) -> dict[str, Any]:
    return {
        "source": situation.source,
        "subject": situation.subject,
        "ticket": number,
        "incident": situation.incident.encode().decode(),
        **_columns("newest", situation.newest),
        **_columns("opened", situation.opened),
        **_columns("cleared", situation.cleared),
    }


def _ticket_row(situation: Situation | None) -> dict[str, Any] | None:
    ticket: Ticket | None = ticket_of(situation) if situation is not None else None
    if situation is None or ticket is None:
        return None
    return {
        "id": ticket.id,
        "open_key": ticket.open_key,
        "state": ticket.state,
        "kind": situation.incident.kind,
        "node": situation.source,
        "source": situation.incident.source.id,
        "opened_at": ticket.opened_at,
        "cleared_at": ticket.cleared_at,
    }
