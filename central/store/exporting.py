"""What comes next for each target in the log of tickets, and how far it is; once, whoever leads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from broker.events import Reason
from central.store.database import Store, insert
from central.store.export_tables import deliveries, export_targets, export_told
from central.store.queries import TicketRow, tickets_of
from central.store.schema import ticket_log
from central.store.ticketlog import last_line


@dataclass(frozen=True, slots=True)
class Place:
    """How far a target is. stopped: why nothing is sent to it. waiting: deliveries that wait."""

    name: str
    seq: int
    revision: int
    gathers: dict[str, Any] | None
    stopped: Reason | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Portion:
    """Lines of the log, and the tickets that they are about as they are now; parents of storms among them.

    told: open ones of them that the target was told of.
    """

    lines: Sequence[Row[Any]] = ()
    tickets: Mapping[int, TicketRow] = field(default_factory=dict)
    told: Collection[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something to be sent."""

    id: str
    lane: str
    ticket: int | None
    seq: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """What a portion comes to: how far the target is then, what it gathers, what it is sent.

    told: open tickets that it now was told of. over: those that it need not be told of again.
    """

    seq: int
    gathers: Mapping[str, Any] | None
    deliveries: Sequence[Delivery] = ()
    told: Collection[int] = frozenset()
    over: Collection[int] = frozenset()


def begun(store: Store, names: Collection[str]) -> None:
    """Those that are new here begin at the end of the log. Raises StoreAway."""
    with store.read() as connection:
        known = set(connection.execute(select(export_targets.c.name)).scalars())
    if new := sorted(set(names) - known):
        with store.write() as connection:
            last = last_line(connection)
            rows = [{"name": name, "seq": last} for name in new]
            connection.execute(insert(connection, export_targets).on_conflict_do_nothing(), rows)


def places(store: Store) -> dict[str, Place]:
    """How far each is, by name; those that are configured no more among them. Raises StoreAway."""
    d = deliveries.c
    waiting = select(d.target, func.count().label("n")).where(d.state == "waiting").group_by(d.target)
    with store.read() as connection:
        found = {row.target: row.n for row in connection.execute(waiting)}
        rows = connection.execute(select(export_targets).order_by(export_targets.c.name)).all()
    return {row.name: _place(row, found.get(row.name, 0)) for row in rows}


def portion(store: Store, place: Place, *, at_most: int) -> Portion:
    """What comes next for a target. Raises StoreAway."""
    c, after = ticket_log.c, place.seq

    with store.read() as connection:
        lines = connection.execute(
            select(ticket_log).where(c.seq > after).order_by(c.seq).limit(at_most)
        ).all()
        found = _tickets(connection, lines)
        mine = (export_told.c.target == place.name) & export_told.c.ticket.in_(sorted(found))
        told = connection.execute(select(export_told.c.ticket).where(mine)).scalars()
        return Portion(lines, found, frozenset(told))


def lines_about(store: Store, number: int, *, most: int) -> Portion:
    """The last lines that are about one ticket. Raises StoreAway."""
    mine = select(ticket_log).where(ticket_log.c.ticket == number).order_by(ticket_log.c.seq.desc())
    with store.read() as connection:
        lines = connection.execute(mine.limit(most)).all()[::-1]
        return Portion(lines, _tickets(connection, lines))


def step(store: Store, place: Place, taken: Step, now: datetime) -> bool:
    """Go on; False, and nothing done, where another has been here meanwhile. Raises StoreAway."""
    t = export_targets.c
    mine = (t.name == place.name) & (t.revision == place.revision)
    values = {"seq": taken.seq, "revision": place.revision + 1, "gathers": taken.gathers}
    with store.write() as connection:
        moved = connection.execute(update(export_targets).where(mine).values(values).returning(t.name))
        if moved.first() is None:
            return False
        if taken.deliveries:
            rows = [_row(place.name, each, now) for each in taken.deliveries]
            connection.execute(insert(connection, deliveries).on_conflict_do_nothing(), rows)
        _note_told(connection, place.name, taken)
        return True


def sent_since(store: Store, name: str, since: datetime) -> list[float]:
    """When messages for a target were made. Raises StoreAway."""
    d = deliveries.c
    wanted = select(d.made).where(d.target == name, d.made > since).order_by(d.number.desc()).limit(1_000)
    with store.read() as connection:
        return [made.timestamp() for made in connection.execute(wanted).scalars()]


def _note_told(connection: Connection, target: str, taken: Step) -> None:
    if taken.told:
        rows = [{"target": target, "ticket": number} for number in sorted(taken.told)]
        connection.execute(insert(connection, export_told).on_conflict_do_nothing(), rows)
    if taken.over:
        mine = (export_told.c.target == target) & export_told.c.ticket.in_(sorted(taken.over))
        connection.execute(delete(export_told).where(mine))


def _place(row: Row[Any], waiting: int) -> Place:
    stopped = Reason(**row.stopped) if row.stopped else None
    return Place(row.name, row.seq, row.revision, row.gathers, stopped, waiting)


def _row(target: str, each: Delivery, now: datetime) -> dict[str, Any]:
    return {
        "id": each.id,
        "target": target,
        "lane": each.lane,
        "ticket": each.ticket,
        "seq": each.seq,
        "state": "waiting",
        "made": now,
        "due": now,
        "body": dict(each.body),
    }


def _tickets(connection: Connection, lines: Sequence[Row[Any]]) -> dict[int, TicketRow]:
    found = tickets_of(connection, {line.ticket for line in lines if line.ticket is not None})
    folded = {line.ticket for line in lines if line.effect == "folded"}
    parents = {found[n].parent for n in folded & found.keys()} - found.keys() - {None}
    return found | tickets_of(connection, [n for n in parents if n is not None])
