"""Rows of the log and of tickets, as those who pass them on know them."""

from collections.abc import Mapping
from typing import Any

from broker.events import Reason
from broker.topics import Address
from central.casework.facts import label
from central.notices.heard import Heard, Subject
from central.store.queries import TicketRow

HEALTH = ("raised", "recovered")


def hear(line: Any, tickets: Mapping[int, TicketRow]) -> Heard:
    """A line of the log; what folds tickets into a storm is about the storm's first."""
    reason = Reason(**line.reason)
    return Heard(
        line.seq,
        line.at.timestamp(),
        line.effect,
        reason,
        _subject(line, reason, tickets),
        line.action,
        line.details or {},
    )


def subject_of(row: TicketRow) -> Subject:
    """A ticket as it is now."""
    facts = row.facts
    return Subject(
        label(row.number),
        facts.kind,
        facts.severity,
        facts.state,
        facts.level,
        facts.department,
        facts.post,
        row.cell,
        row.community,
        row.incident.place or "",
        facts.due_at.timestamp() if facts.due_at is not None else None,
        row.number,
    )


def _subject(line: Any, reason: Reason, tickets: Mapping[int, TicketRow]) -> Subject | None:
    if line.ticket is None:
        return _source(line, reason) if line.effect in HEALTH else None
    row = tickets.get(line.ticket)
    if row is not None and line.effect == "folded" and row.parent is not None:
        row = tickets.get(row.parent, row)
    return subject_of(row) if row is not None else None


def _source(line: Any, reason: Reason) -> Subject:
    """A source in trouble; its kind is what it suffers from."""
    address = Address.of(line.source)
    condition = reason.text.partition(" ")[0]
    return Subject(f"{address.node}/{line.subject}", condition, cell=address.district)
