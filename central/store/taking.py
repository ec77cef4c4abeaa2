"""Taking one event: inbox, situation, ticket, log and receipt in one transaction."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy import insert as plain_insert

from broker.events import (
    AnyEvent,
    Evidence,
    Incident,
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    Reason,
    SourceHealth,
    SourceHealthChanged,
)
from broker.fields import read
from broker.messages import Receipt
from central.conditions import Condition, Said, judge
from central.letters import Letter, refusal
from central.store.aside import set_aside
from central.store.database import Store, insert, take_turn, written
from central.store.nodes import heard_from
from central.store.receipts import owe
from central.store.schema import conditions, evidence_links, inbox, situations, ticket_log, tickets
from central.tickets import IncidentEvent, Mark, Situation, Ticket, decide

_MARK = tuple(field.name for field in fields(Mark))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message. `number` is the ticket's, where there is one."""

    effect: str
    reason: Reason
    number: int | None = None
    state: str | None = None


def label(number: int) -> str:
    """A ticket's number as people write it."""
    return f"T-{number:06d}"


def take_event(store: Store, letter: Letter, event: AnyEvent) -> Outcome:
    """Commit the event and everything that follows from it. Raises StoreAway or StoreRefuses."""
    with store.write() as connection:
        take_turn(connection)
        known = _enter(connection, letter, event)
        if known is None:
            outcome = _apply(connection, letter, event)
            ticket = label(outcome.number) if outcome.number is not None else None
            receipt = Receipt(id=event.id, status="committed", sha256=letter.sha256, ticket=ticket)
            owe(connection, letter.node, receipt)
            return outcome
        if known == letter.sha256:
            return _again(connection, letter, event)
        why = refusal(letter, "id_reused", f"id {event.id} is known with other content, sha256 {known}")
        set_aside(connection, letter, why)
        return Outcome("quarantined", Reason(code=why.code, text=why.text))


def _enter(connection: Connection, letter: Letter, event: AnyEvent) -> str | None:
    """Write the event down; the hash it is known with when it is known already."""
    row = {
        "source": event.source,
        "id": event.id,
        "sha256": letter.sha256,
        "type": event.type,
        "subject": event.subject,
        "epoch": event.epoch,
        "sequence": int(event.sequence),
        "time": event.time,
        "recorded": event.recordedtime,
        "received": letter.received,
        "body": event.encode().decode(),
    }
    if written(connection, inbox, row):
        return None
    same = (inbox.c.source == event.source) & (inbox.c.id == event.id)
    return str(connection.execute(select(inbox.c.sha256).where(same)).scalar_one())


def _again(connection: Connection, letter: Letter, event: AnyEvent) -> Outcome:
    """A repetition: count it and send the same receipt again, for the node seems not to have it."""
    same = (inbox.c.source == event.source) & (inbox.c.id == event.id)
    connection.execute(update(inbox).where(same).values(deliveries=inbox.c.deliveries + 1))
    owe(connection, letter.node, Receipt(id=event.id, status="committed", sha256=letter.sha256))
    return Outcome("duplicate", Reason(code="same_id", text="this event is known already"))


def _apply(connection: Connection, letter: Letter, event: AnyEvent) -> Outcome:
    heard_from(connection, letter)
    if isinstance(event, IncidentOpened | IncidentUpdated | IncidentCleared):
        outcome = _apply_incident(connection, event, letter.received)
    elif isinstance(event, SourceHealthChanged):
        outcome = _apply_health(connection, event)
    else:
        outcome = Outcome("kept", Reason(code="kept", text=f"{event.type} is kept for later use"))
    log_decision(connection, outcome, (event.source, event.subject), event=event.id, at=letter.received)
    return outcome


def _apply_incident(connection: Connection, event: IncidentEvent, received: datetime) -> Outcome:
    row = connection.execute(
        select(situations).where(situations.c.source == event.source, situations.c.subject == event.subject)
    ).one_or_none()
    decision = decide(_situation(row) if row else None, event)
    number = row.ticket if row else None
    if decision.ticket is not None:
        values = _ticket_columns(decision.ticket, decision.situation)
        number = _save_ticket(connection, number, values | {"created": received})
    _save_situation(connection, decision.situation, number)
    _link_evidence(connection, event.source, event.subject, event.data.evidence)
    return Outcome(
        decision.effect, decision.reason, number, decision.ticket.state if decision.ticket else None
    )


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


def _save_situation(connection: Connection, situation: Situation, number: int | None) -> None:
    values = {
        "ticket": number,
        "incident": situation.incident.encode().decode(),
        **_columns("newest", situation.newest),
        **_columns("opened", situation.opened),
        **_columns("cleared", situation.cleared),
    }
    key = {"source": situation.source, "subject": situation.subject}
    statement = insert(connection, situations).values(key | values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def _ticket_columns(ticket: Ticket, situation: Situation) -> dict[str, Any]:
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


def _save_ticket(connection: Connection, number: int | None, values: dict[str, Any]) -> int:
    if number is not None:
        del values["created"]
        connection.execute(update(tickets).where(tickets.c.number == number).values(values))
        return number
    made = connection.execute(plain_insert(tickets).values(values).returning(tickets.c.number))
    return int(made.scalar_one())


def _link_evidence(connection: Connection, source: str, subject: str, pictures: list[Evidence]) -> None:
    for picture in pictures:
        row = {
            "source": source,
            "subject": subject,
            "sha256": picture.sha256,
            "role": picture.role,
            "size": picture.size,
            "media_type": picture.media_type,
            "taken": picture.taken,
        }
        written(connection, evidence_links, row)


def _apply_health(connection: Connection, event: SourceHealthChanged) -> Outcome:
    key = {"node": event.source, "source": event.data.source.id, "condition": event.data.condition}
    row = connection.execute(select(conditions).filter_by(**key)).one_or_none()
    verdict = judge(_condition(row) if row else None, event)
    said, health = verdict.condition.said, verdict.condition.health
    values = {
        "said_at": said.at,
        "said_sequence": said.sequence,
        "said_id": said.id,
        "state": health.state,
        "health": health.encode().decode(),
    }
    statement = insert(connection, conditions).values(key | values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
    return Outcome(verdict.effect, verdict.reason)


def _condition(row: Row[Any]) -> Condition:
    said = Said(row.said_at, row.said_sequence, row.said_id)
    return Condition(row.node, row.source, row.condition, said, read(SourceHealth, row.health))


def log_decision(
    connection: Connection, outcome: Outcome, about: tuple[str, str], *, event: str | None, at: datetime
) -> None:
    """Write down what was decided and why. `about` is the source and the subject."""
    connection.execute(
        plain_insert(ticket_log).values(
            ticket=outcome.number,
            effect=outcome.effect,
            reason=outcome.reason.model_dump(mode="json", exclude_none=True),
            state=outcome.state,
            source=about[0],
            subject=about[1],
            event=event,
            at=at,
        )
    )
