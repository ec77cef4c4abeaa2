"""What people and pages ask for. Read only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, select

from broker.events import Incident
from broker.fields import read
from central.store.database import Store
from central.store.identity_tables import evidence_uploads
from central.store.schema import (
    conditions,
    evidence,
    evidence_links,
    inbox,
    nodes,
    quarantine,
    receipts,
    situations,
    ticket_log,
    tickets,
)

SHOWN_CHANGES = ("opened", "updated", "cleared", "evidence")


@dataclass(frozen=True, slots=True)
class Picture:
    """One piece of evidence of a ticket; `here` tells whether its bytes have come."""

    sha256: str
    role: str
    size: int
    media_type: str
    taken: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket with the newest facts of its situation and its pictures, oldest first."""

    number: int
    id: str
    state: str
    node: str
    subject: str
    opened_at: datetime
    cleared_at: datetime | None
    created: datetime
    incident: Incident
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets, newest first; `before` asks for what follows, None at the end."""

    tickets: list[TicketRow]
    before: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets to list. None asks for all."""

    state: str | None = None
    kind: str | None = None
    node: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log of changes, with the ticket as it is now."""

    seq: int
    effect: str
    reason: dict[str, Any]
    at: datetime
    ticket: TicketRow


def list_tickets(store: Store, wanted: Wanted, *, limit: int, before: int | None = None) -> Page:
    """One page of tickets."""
    query = _tickets()
    for name in ("state", "kind", "node", "source"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(tickets.c[name] == value)
    if before is not None:
        query = query.where(tickets.c.number < before)
    with store.read() as connection:
        rows = connection.execute(query.order_by(tickets.c.number.desc()).limit(limit + 1)).all()
        found = _with_pictures(connection, rows[:limit])
    return Page(found, found[-1].number if len(rows) > limit else None)


def find_ticket(store: Store, name: str) -> TicketRow | None:
    """One ticket by its number (`T-000123`) or its id."""
    number = name.removeprefix("T-")
    is_number = name.startswith("T-") and number.isascii() and number.isdigit() and len(number) < 19
    same = tickets.c.number == int(number) if is_number else tickets.c.id == name
    with store.read() as connection:
        found = _with_pictures(connection, connection.execute(_tickets().where(same)).all())
    return found[0] if found else None


def log_of(store: Store, number: int) -> Sequence[Row[Any]]:
    """Every decision about a ticket's situations, the early ones before it had a number included."""
    s, entry = situations, ticket_log
    about = entry.join(s, (s.c.source == entry.c.source) & (s.c.subject == entry.c.subject))
    wanted = select(entry).select_from(about).where(s.c.ticket == number).order_by(entry.c.seq)
    with store.read() as connection:
        return connection.execute(wanted).all()


def events_of(store: Store, number: int) -> Sequence[Row[Any]]:
    """The events that belong to a ticket, in the order in which the node made them."""
    s, i = situations, inbox
    about = i.join(s, (s.c.source == i.c.source) & (s.c.subject == i.c.subject))
    wanted = select(i).select_from(about).where(s.c.ticket == number)
    with store.read() as connection:
        return connection.execute(wanted.order_by(i.c.recorded, i.c.sequence, i.c.id)).all()


def changes_after(store: Store, seq: int, *, limit: int = 100) -> list[Change]:
    """What happened to tickets after line `seq` of the log, oldest first."""
    wanted = select(ticket_log).where(ticket_log.c.seq > seq, ticket_log.c.ticket.is_not(None))
    wanted = wanted.where(ticket_log.c.effect.in_(SHOWN_CHANGES)).order_by(ticket_log.c.seq).limit(limit)
    with store.read() as connection:
        lines = connection.execute(wanted).all()
        numbers = {line.ticket for line in lines}
        rows = connection.execute(_tickets().where(tickets.c.number.in_(numbers))).all()
        now = {row.number: row for row in _with_pictures(connection, rows)}
    return [
        Change(line.seq, line.effect, line.reason, line.at, now[line.ticket])
        for line in lines
        if line.ticket in now
    ]


def newest_change(store: Store) -> int:
    """The last line of the log, 0 for none."""
    with store.read() as connection:
        return connection.execute(select(func.max(ticket_log.c.seq))).scalar_one() or 0


def counts(store: Store) -> dict[str, Any]:
    """Tickets by state, and what else a summary shows."""
    with store.read() as connection:
        states = connection.execute(select(tickets.c.state, func.count()).group_by(tickets.c.state)).all()
        tables = {"evidence": evidence, "events": inbox, "quarantined": quarantine}
        sizes = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.items()
        }
        unsent = connection.execute(select(func.count()).where(~receipts.c.sent)).scalar_one()
    by_state = {"open": 0, "cleared": 0} | {row[0]: row[1] for row in states}
    return {"tickets": by_state, "receipts_owed": unsent, **sizes}


def known_nodes(store: Store) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Every node with what it said of itself, and every condition that stands."""
    with store.read() as connection:
        said = connection.execute(select(nodes).order_by(nodes.c.node)).all()
        raised = connection.execute(select(conditions).where(conditions.c.state == "raised")).all()
    return said, raised


def _tickets() -> Select[Any]:
    columns = (situations.c.subject, situations.c.incident)
    return select(tickets, *columns).join(situations, situations.c.ticket == tickets.c.number)


def _with_pictures(connection: Connection, rows: Sequence[Row[Any]]) -> list[TicketRow]:
    pictures = _pictures(connection, [(row.node, row.subject) for row in rows])
    return [_ticket(row, pictures[(row.node, row.subject)]) for row in rows]


def _pictures(
    connection: Connection, about: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[Picture]]:
    wanted = set(about)
    links, subjects = evidence_links, {subject for _, subject in wanted}
    sent = evidence_uploads
    met = (sent.c.sha256 == links.c.sha256) & sent.c.node.in_((links.c.source, ""))
    query = select(links, exists().where(met).label("here"))
    query = query.where(links.c.source.in_({node for node, _ in wanted}), links.c.subject.in_(subjects))
    found: dict[tuple[str, str], list[Picture]] = defaultdict(list)
    for row in connection.execute(query.order_by(links.c.taken, links.c.role, links.c.sha256)):
        picture = Picture(row.sha256, row.role, row.size, row.media_type, row.taken, bool(row.here))
        found[(row.source, row.subject)].append(picture)
    return found


def _ticket(row: Row[Any], pictures: list[Picture]) -> TicketRow:
    return TicketRow(
        number=row.number,
        id=row.id,
        state=row.state,
        node=row.node,
        subject=row.subject,
        opened_at=row.opened_at,
        cleared_at=row.cleared_at,
        created=row.created,
        incident=read(Incident, row.incident),
        pictures=tuple(pictures),
    )
