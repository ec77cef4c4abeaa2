"""What people and pages ask for. Read only."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, exists, func, select, union

from broker.events import Incident
from central.casework.facts import Facts
from central.casework.machine import OPEN
from central.reports.events import facts_in
from central.store.bulk import among
from central.store.database import Store
from central.store.identity_tables import evidence_uploads
from central.store.linking import sender
from central.store.schema import (
    conditions,
    evidence_links,
    inbox,
    nodes,
    receipts,
    situations,
    ticket_log,
    tickets,
)
from central.store.tally_tables import tallies
from central.store.ticketlog import last_line
from central.store.wanting import Wanted as Wanted
from central.store.wanting import conditions_of
from central.store.working import facts_of

SHOWN_CHANGES = (
    "opened", "joined", "reopened", "updated", "cleared", "moved", "merged", "stays", "evidence", "acted",
    "commented", "urged", "supervised", "folded", "recurs", "looked",
    "inhibited", "freed", "marked", "suppression",
)  # fmt: skip


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
    """A ticket with its pictures, oldest first, and the newest facts of the situation that leads it.

    node, subject: of that situation. situations: how many there are.
    """

    number: int
    id: str
    state: str
    scene: str
    node: str
    subject: str
    opened_at: datetime
    cleared_at: datetime | None
    created: datetime
    situations: int
    cell: str | None
    community: str | None
    merged_into: int | None
    parent: int | None
    recurs: int
    spot: int | None
    urgings: int
    supervised: bool
    in_time: bool | None
    inhibited: dict[str, Any] | None
    incident: Incident
    pictures: tuple[Picture, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Member:
    """One situation of a ticket. joined: why it is in it; beside: why in no other that was near."""

    node: str
    subject: str
    eye: str
    origin: str
    opened_at: datetime
    cleared_at: datetime | None
    joined: dict[str, Any] | None
    beside: dict[str, Any] | None
    zone: str | None
    zone_version: str | None
    rule: str | None
    rule_version: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets, newest first; `before` asks for what follows, None at the end."""

    tickets: list[TicketRow]
    before: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log of changes, with the ticket as it is now."""

    seq: int
    effect: str
    reason: dict[str, Any]
    at: datetime
    ticket: TicketRow
    who: str | None = None
    action: str | None = None


_COUNTED = {"evidence": "evidence", "events": "inbox", "quarantined": "quarantine"}
_SAME = (
    "number", "id", "state", "scene", "opened_at", "cleared_at", "created", "situations", "cell", "community",
    "merged_into", "parent", "recurs", "spot", "urgings", "supervised", "in_time",
    "inhibited",
)  # fmt: skip
_same_of = attrgetter(*_SAME)
_TOLD = tuple(ticket_log.c[name] for name in ("seq", "ticket", "effect", "reason", "at", "who", "action"))


def list_tickets(store: Store, wanted: Wanted, *, limit: int, before: int | None = None) -> Page:
    """One page of tickets."""
    query = select(tickets).where(*conditions_of(wanted))
    if before is not None:
        query = query.where(tickets.c.number < before)
    # Its lead is joined to the page alone: PostgreSQL guesses that few tickets have one, and would join all.
    page = query.order_by(tickets.c.number.desc()).limit(limit + 1).subquery()
    with store.read() as connection:
        rows = connection.execute(_with_lead(page).order_by(page.c.number.desc())).all()
        found = _with_pictures(connection, rows[:limit])
    return Page(found, found[-1].number if len(rows) > limit else None)


def find_ticket(store: Store, name: str) -> TicketRow | None:
    """One ticket by its number (`T-000123`) or its id."""
    with store.read() as connection:
        found = _with_pictures(connection, connection.execute(_with_lead(tickets).where(_named(name))).all())
    return found[0] if found else None


def tickets_of(connection: Connection, numbers: Collection[int]) -> dict[int, TicketRow]:
    """Tickets by their numbers."""
    rows = connection.execute(_with_lead(tickets).where(among(connection, tickets.c.number, numbers))).all()
    return {row.number: row for row in _with_pictures(connection, rows)}


def number_of(store: Store, name: str) -> int | None:
    """A ticket's number, by that or by its id."""
    with store.read() as connection:
        return connection.execute(select(tickets.c.number).where(_named(name))).scalar_one_or_none()


def _named(name: str) -> ColumnElement[bool]:
    number = name.removeprefix("T-")
    is_number = name.startswith("T-") and number.isascii() and number.isdigit() and len(number) < 19
    return tickets.c.number == int(number) if is_number else tickets.c.id == name


def log_of(store: Store, number: int) -> Sequence[Row[Any]]:
    """Every decision about a ticket's situations, the early ones before it had a number included."""
    s, entry = situations, ticket_log
    about = entry.join(s, (s.c.source == entry.c.source) & (s.c.subject == entry.c.subject))
    of_situations = select(entry.c.seq).select_from(about).where(s.c.ticket == number)
    lines = union(of_situations, select(entry.c.seq).where(entry.c.ticket == number)).subquery()
    wanted = select(entry).join(lines, lines.c.seq == entry.c.seq).order_by(entry.c.seq)
    with store.read() as connection:
        return connection.execute(wanted).all()


def members_of(store: Store, number: int, *, most: int) -> list[Member]:
    """The situations of a ticket, in the order in which they were found; of very many the last."""
    s = situations.c
    wanted = (
        select(situations).where(s.ticket == number).order_by(s.at_s.desc(), s.source, s.subject).limit(most)
    )
    with store.read() as connection:
        rows = connection.execute(wanted).all()
    return [
        Member(
            *(r.source, r.subject, r.eye, r.origin, r.opened_at, r.cleared_at, r.joined, r.beside),
            *(r.zone, r.zone_version, r.rule, r.rule_version),
        )
        for r in reversed(rows)
    ]


def events_of(store: Store, number: int) -> Sequence[Row[Any]]:
    """The events that belong to a ticket, in the order in which the node made them."""
    s, i = situations, inbox
    about = i.join(s, (s.c.source == i.c.source) & (s.c.subject == i.c.subject))
    wanted = select(i).select_from(about).where(s.c.ticket == number)
    with store.read() as connection:
        return connection.execute(wanted.order_by(i.c.recorded, i.c.sequence, i.c.id)).all()


def changes_after(store: Store, seq: int, *, limit: int = 100) -> list[Change]:
    """What happened to tickets after line `seq` of the log, oldest first."""
    wanted = select(*_TOLD).where(ticket_log.c.seq > seq, ticket_log.c.ticket.is_not(None))
    wanted = wanted.where(ticket_log.c.effect.in_(SHOWN_CHANGES)).order_by(ticket_log.c.seq).limit(limit)
    with store.read() as connection:
        lines = connection.execute(wanted).all()
        numbers = {line.ticket for line in lines}
        now = tickets_of(connection, numbers)
    return [
        Change(line.seq, line.effect, line.reason, line.at, now[line.ticket], line.who, line.action)
        for line in lines
        if line.ticket in now
    ]


def newest_change(store: Store) -> int:
    """The last line of the log, 0 for none."""
    with store.read() as connection:
        return last_line(connection)


def counts(store: Store) -> dict[str, Any]:
    """Tickets by state, and what else a summary shows."""
    with store.read() as connection:
        rows = connection.execute(select(tallies.c.name, tallies.c.number))
        tally: dict[str, int] = {row.name: row.number for row in rows}
        unsent = connection.execute(select(func.count()).where(~receipts.c.sent)).scalar_one()
    found = {name.removeprefix("ticket "): n for name, n in tally.items() if name.startswith("ticket ") and n}
    by_state = {"reported": 0, "self_cleared": 0} | found
    still = sum(number for state, number in by_state.items() if state in OPEN)
    sizes = {name: tally.get(table, 0) for name, table in _COUNTED.items()}
    done = sum(by_state.values()) - still
    return {"tickets": by_state, "open": still, "done": done, "receipts_owed": unsent, **sizes}


def known_nodes(store: Store) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Every node with what it said of itself, and every condition that stands."""
    with store.read() as connection:
        said = connection.execute(select(nodes).order_by(nodes.c.node)).all()
        raised = connection.execute(select(conditions).where(conditions.c.state == "raised")).all()
    return said, raised


def node_words(store: Store, node: str) -> Row[Any] | None:
    """What one node said of itself."""
    with store.read() as connection:
        return connection.execute(select(nodes).where(nodes.c.node == node)).one_or_none()


def _with_lead(of: FromClause) -> Select[Any]:
    s = situations.c
    lead = (s.source == of.c.lead_node) & (s.subject == of.c.lead_subject)
    return select(of, s.incident).join(situations, lead)


def _with_pictures(connection: Connection, rows: Sequence[Row[Any]]) -> list[TicketRow]:
    pictures = pictures_of(connection, [row.number for row in rows])
    return [_ticket(row, pictures[row.number]) for row in rows]


def pictures_of(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Picture]]:
    """The pictures of each of these tickets, oldest first."""
    links, s, sent = evidence_links, situations, evidence_uploads
    met = (sent.c.sha256 == links.c.sha256) & sent.c.node.in_((sender(links), ""))
    about = links.join(s, (s.c.source == links.c.source) & (s.c.subject == links.c.subject))
    query = select(links, s.c.ticket, exists().where(met).label("here")).select_from(about)
    query = query.where(among(connection, s.c.ticket, numbers)).order_by(
        links.c.taken, links.c.role, links.c.sha256
    )
    found: dict[int, list[Picture]] = defaultdict(list)
    for row in connection.execute(query):
        picture = Picture(row.sha256, row.role, row.size, row.media_type, row.taken, bool(row.here))
        found[row.ticket].append(picture)
    return found


def _ticket(row: Row[Any], pictures: list[Picture]) -> TicketRow:
    return TicketRow(
        **dict(zip(_SAME, _same_of(row), strict=True)),
        node=row.lead_node,
        subject=row.lead_subject,
        incident=facts_in(row.lead_node, row.incident),
        pictures=tuple(pictures),
        facts=facts_of(row),
    )
