"""Everything that is known of why something is, or is not, a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, literal, select

from central.reports.events import TOLD
from central.store.database import Store
from central.store.schema import inbox, nodes, receipts, situations, ticket_log, tickets

MOST = 20  # of one name: several nodes may use the same
# The keys begin with it: a look at each node, and at what people told, is quicker than one at all rows.
_NODES = select(nodes.c.node).union_all(select(literal(TOLD)))


@dataclass(frozen=True, slots=True)
class OfEvent:
    """One event: its row in the inbox, what was decided about it, and its situation, if it has one."""

    event: Row[Any]
    decisions: Sequence[Row[Any]]
    situation: Row[Any] | None
    ticket: int | None


@dataclass(frozen=True, slots=True)
class OfRefusal:
    """An event that was not taken."""

    node: str
    event: str
    reason: str


def events_named(store: Store, name: str) -> list[OfEvent]:
    """Events with this id, of whichever node."""
    with store.read() as connection:
        rows = connection.execute(select(inbox).where(inbox.c.source.in_(_NODES), inbox.c.id == name)).all()
        found = []
        for row in rows:
            entry = ticket_log.c
            told = (entry.source == row.source) & (entry.subject == row.subject) & (entry.event == row.id)
            of = (situations.c.source == row.source) & (situations.c.subject == row.subject)
            decisions = connection.execute(select(ticket_log).where(told).order_by(ticket_log.c.seq)).all()
            situation = connection.execute(select(situations).where(of)).one_or_none()
            found.append(OfEvent(row, decisions, situation, situation.ticket if situation else None))
        return found


def refusals_named(store: Store, name: str) -> list[OfRefusal]:
    """Events with this id that the centre refused, as it told their nodes."""
    r = receipts.c
    wanted = select(receipts).where(r.node.in_(_NODES), r.event == name, r.status == "rejected").limit(MOST)
    with store.read() as connection:
        return [OfRefusal(row.node, row.event, row.reason or "") for row in connection.execute(wanted)]


def tickets_of_situation(store: Store, subject: str) -> list[int]:
    """The tickets of situations with this name, of whichever node."""
    s = situations.c
    wanted = select(s.ticket).where(s.source.in_(_NODES), s.subject == subject, s.ticket.is_not(None))
    with store.read() as connection:
        return sorted(set(connection.execute(wanted.limit(MOST)).scalars()))


def ticket_row(store: Store, number: int) -> Row[Any] | None:
    """A ticket as its table has it."""
    with store.read() as connection:
        return connection.execute(select(tickets).where(tickets.c.number == number)).one_or_none()
