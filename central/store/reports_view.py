"""What became of reports: for whoever made one, and for systems that list them. Read only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from central.casework.machine import OPEN, State
from central.reports.events import TOLD
from central.store.database import Store
from central.store.report_tables import places, reports
from central.store.reports import led_to
from central.store.schema import situations, ticket_log, tickets


@dataclass(frozen=True, slots=True)
class Standing:
    """A report, and the ticket that it led to. updated: when something last happened to that."""

    report: Row[Any]
    number: int
    state: State
    updated: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reports to list: these, or those received in a span of time."""

    ids: Collection[str] = ()
    kinds: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    open: bool | None = None


def by_token(store: Store, token: str) -> Standing | None:
    """The report of a token. Raises StoreAway."""
    return _one(store, reports.c.token == token)


def by_id(store: Store, name: str) -> Standing | None:
    """The report of this name. Raises StoreAway."""
    return _one(store, reports.c.id == name)


def _one(store: Store, met: Any) -> Standing | None:
    with store.read() as connection:
        row = connection.execute(_reports().where(met)).one_or_none()
        return _standing(connection, row) if row is not None else None


def listed(store: Store, asked: Asked, *, page: int, size: int) -> list[Standing]:
    """One page, the latest first. Raises StoreAway."""
    r = reports.c
    wanted = _reports().order_by(r.received.desc(), r.id.desc())
    if asked.ids:
        wanted = wanted.where(r.id.in_(sorted(asked.ids)))
    if asked.kinds:
        wanted = wanted.where(r.kind.in_(sorted(asked.kinds)))
    if asked.since is not None:
        wanted = wanted.where(r.received >= asked.since)
    if asked.until is not None:
        wanted = wanted.where(r.received <= asked.until)
    if asked.open is not None:  # a ticket that was merged is as open as the one that it is dealt with in
        merged = (tickets.c.state == "merged") & tickets.c.merged_into.in_(_open())
        met = tickets.c.state.in_(OPEN) | merged
        wanted = wanted.where(met if asked.open else ~met)
    with store.read() as connection:
        rows = connection.execute(wanted.limit(size).offset((page - 1) * size)).all()
        return [_standing(connection, row) for row in rows]


def reports_of(store: Store, number: int, *, most: int) -> Sequence[Row[Any]]:
    """What people said of a ticket, in the order in which they saw it; of very many the last."""
    r, s = reports.c, situations.c
    mine = (s.source == TOLD) & (s.subject == r.id)
    wanted = select(reports).join(situations, mine).where(s.ticket == number)
    with store.read() as connection:
        rows = connection.execute(wanted.order_by(r.seen.desc(), r.id).limit(most)).all()
    return rows[::-1]


def _open() -> Select[Any]:
    into = tickets.alias("into").c
    return select(into.number).where(into.state.in_(OPEN))


def _reports() -> Select[Any]:
    r, s, t = reports.c, situations.c, tickets.c
    mine = (s.source == TOLD) & (s.subject == r.id)
    last = select(func.max(ticket_log.c.at)).where(ticket_log.c.ticket == s.ticket).scalar_subquery()
    here = reports.join(situations, mine).join(tickets, t.number == s.ticket)
    here = here.outerjoin(places, places.c.code == r.place)
    return select(
        *reports.c, s.ticket, t.state, last.label("touched"), places.c.name.label("place_name")
    ).select_from(here)


def _standing(connection: Connection, row: Row[Any]) -> Standing:
    number, state = row.ticket, row.state
    if state == "merged":
        number, state = led_to(connection, number)
    return Standing(row, number, state, row.touched or row.received)
