"""Answers of nodes that were asked to look at handled places."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from broker.events import Reason, SceneVerification
from central.store.database import insert
from central.store.outcome import Outcome
from central.store.schema import evidence_links, tickets
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
    if row is None or row.node != event.source:
        return Outcome("kept", Reason(code="not_asked", text="nobody asked this node for that look"))
    mine = [each for each in event.data.answers if each.situation in row.situations]
    _keep_pictures(connection, event, {each.situation for each in mine})
    known = (row.answers or {}) | {each.situation: each.outcome for each in mine}
    if row.state in UNANSWERED:
        _write(connection, row, event, known, [r for each in mine for r in each.reasons], now)
    state = connection.execute(select(tickets.c.state).where(tickets.c.number == row.ticket)).scalar_one()
    outcome = together(each.outcome for each in mine)
    reason = next((each.reasons[0] for each in mine if each.outcome == outcome), None)
    said = reason or Reason(code=f"looked_{outcome}", text=f"{event.data.source.id}: {outcome}")
    return Outcome("looked", said, row.ticket, state)


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
    values["reasons"] = [*(row.reasons or []), *(r.model_dump(exclude_none=True) for r in reasons)][:16]
    if "occupied" in known.values() or set(row.situations) <= known.keys():
        values |= {"state": "answered", "answered": now, "outcome": together(known.values())}
    connection.execute(update(verifications).where(verifications.c.id == row.id).values(values))


def _keep_pictures(connection: Connection, event: SceneVerification, wanted: Collection[str]) -> None:
    rows = [
        {"source": event.source, "subject": answer.situation, "sha256": picture.sha256, "role": picture.role,
         "size": picture.size, "media_type": picture.media_type, "taken": picture.taken}
        for answer in event.data.answers if answer.situation in wanted for picture in answer.evidence
    ]  # fmt: skip
    if rows:
        connection.execute(insert(connection, evidence_links).on_conflict_do_nothing(), rows)
