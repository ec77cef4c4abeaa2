"""Answers of nodes that were asked to look at handled places."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from broker.events import Reason, SceneVerification
from central.store.answer_pictures import keep_pictures
from central.store.outcome import Outcome
from central.store.schema import tickets
from central.store.swept import command_of, speaks_for, swept
from central.store.verify_tables import UNANSWERED, verifications
from central.verification import together


def answered(
    connection: Connection, events: Iterable[SceneVerification], now: datetime
) -> dict[str, Outcome]:
    """Write answers down, and whose pictures they are; what each came to, by the event's id."""
    return {event.id: _answer(connection, event, now) for event in events}


def _answer(connection: Connection, event: SceneVerification, now: datetime) -> Outcome:
    v = verifications.c
    row = connection.execute(select(verifications).where(v.id == event.data.command)).one_or_none()
    if row is None and (command := command_of(connection, event)) is not None:
        return swept(connection, event, command, now)
    if row is None or row.node != event.source or not speaks_for(event, row.eye):
        return Outcome("kept", Reason(code="not_asked", text="nobody asked this node for that look"))
    ticket = connection.execute(select(tickets).where(tickets.c.number == row.ticket)).one()
    mine = [each for each in event.data.answers if each.situation in row.situations]
    whose = (ticket.lead_node, ticket.lead_subject) if row.eye is not None else None
    keep_pictures(connection, event, [(each, whose) for each in mine])
    known = (row.answers or {}) | {each.situation: each.outcome for each in mine}
    if row.state in UNANSWERED:
        _write(connection, row, event, known, [r for each in mine for r in each.reasons], now)
    outcome = together(each.outcome for each in mine)
    reason = next((each.reasons[0] for each in mine if each.outcome == outcome), None)
    said = reason or Reason(code=f"looked_{outcome}", text=f"{event.data.source.id}: {outcome}")
    return Outcome("looked", said, row.ticket, ticket.state)


def _write(
    connection: Connection,
    row: Row[Any],
    event: SceneVerification,
    known: Mapping[str, Any],
    reasons: Sequence[Reason],
    now: datetime,
) -> None:
    """A node answers situation by situation; one that is still there is enough."""
    values: dict[str, Any] = {"answers": dict(known), "event": event.id, "source": event.data.source.id}
    values |= {"flight": event.data.flight.id if event.data.flight else None, "seen": _seen(event)}
    values["reasons"] = [*(row.reasons or []), *(r.model_dump(exclude_none=True) for r in reasons)][:16]
    if "occupied" in known.values() or set(row.situations) <= known.keys():
        values |= {"state": "answered", "answered": now, "outcome": together(known.values())}
    connection.execute(update(verifications).where(verifications.c.id == row.id).values(values))


def _seen(event: SceneVerification) -> datetime:
    """When the place was seen, of several the earliest; an answer that does not say so was made then."""
    return min((each.seen for each in event.data.answers if each.seen is not None), default=event.time)
