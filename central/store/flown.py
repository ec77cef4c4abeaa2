"""Flights that drones reported: kept, listed, told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, tuple_

from broker.events import FlightFinished, Reason
from central.store.bulk import among
from central.store.database import Store, insert
from central.store.flight_tables import flights
from central.store.numbering import numbers
from central.store.outcome import Outcome
from central.store.schema import situations

MOST = 10_000  # of one node; the earliest ended go first


def keep_flights(
    connection: Connection, events: Iterable[FlightFinished], now: datetime
) -> dict[str, Outcome]:
    """Of each flight its last report; what each came to, by the event's id. The turn is the caller's."""
    return {event.id: _keep(connection, event, now) for event in events}


def _keep(connection: Connection, event: FlightFinished, now: datetime) -> Outcome:
    f, data = flights.c, event.data
    key = {"node": event.source, "source": data.source.id, "flight": data.flight.id}
    mine = (f.node == event.source) & (f.source == data.source.id) & (f.flight == data.flight.id)
    known = connection.execute(select(f.number, f.said, f.event).where(mine)).one_or_none()
    named = f"flight {data.flight.id} of {data.source.id}"
    if known is not None and (known.said, known.event) > (event.time, event.id):
        return Outcome("stale", Reason(code="older_report", text=f"a later report of {named} is known"))
    number = known.number if known is not None else numbers(connection, flights, 1)[0]
    row = {"number": number, "received": now} | key | _columns(event)
    statement = insert(connection, flights).values(row)
    changes = {name: statement.excluded[name] for name in row if name not in ("number", *key)}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["node", "source", "flight"], set_=changes)
    )
    if known is None:
        _bound(connection, event.source)
    return Outcome("kept", Reason(code="flight_kept", text=f"{named} is kept"))


def _columns(event: FlightFinished) -> dict[str, Any]:
    data = event.data
    return {
        "event": event.id,
        "said": event.time,
        "began": data.began,
        "ended": data.ended,
        "area_m2": data.coverage.area_m2 if data.coverage is not None else None,
        "found": len(data.found),
        "seen_again": len(data.seen_again),
        "cleared": len(data.cleared),
        "not_placed": sum(each.count for each in data.not_placed),
        "body": data.encode().decode(),
    }


def _bound(connection: Connection, node: str) -> None:
    f = flights.c
    beyond = select(f.number).where(f.node == node).order_by(f.ended.desc(), f.number.desc()).offset(MOST)
    old = connection.execute(beyond.limit(MOST)).scalars().all()
    if old:
        connection.execute(delete(flights).where(f.number.in_(old)))


@dataclass(frozen=True, slots=True)
class FlightsWanted:
    """Which flights. None asks for all. since, until: of their end."""

    node: str | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def list_flights(
    store: Store, wanted: FlightsWanted, *, limit: int, before: tuple[datetime, int] | None = None
) -> Sequence[Row[Any]]:
    """The last that ended first, without their paths. Raises StoreAway."""
    f = flights.c
    query = select(*(column for column in f if column.name != "body"))
    for name in ("node", "source"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(f[name] == value)
    if wanted.since is not None:
        query = query.where(f.ended >= wanted.since)
    if wanted.until is not None:
        query = query.where(f.ended < wanted.until)
    if before is not None:
        query = query.where(tuple_(f.ended, f.number) < tuple_(*before))
    with store.read() as connection:
        return connection.execute(query.order_by(f.ended.desc(), f.number.desc()).limit(limit)).all()


def find_flight(store: Store, number: int) -> Row[Any] | None:
    """One, with all of it. Raises StoreAway."""
    with store.read() as connection:
        return connection.execute(select(flights).where(flights.c.number == number)).one_or_none()


def tickets_of_flight(store: Store, node: str, named: Sequence[str]) -> Mapping[str, int]:
    """By situation of this node its ticket, where it has one. Raises StoreAway."""
    s = situations.c
    with store.read() as connection:
        mine = (s.source == node) & among(connection, s.subject, set(named)) & s.ticket.is_not(None)
        rows = connection.execute(select(s.subject, s.ticket).where(mine))
        return {row.subject: row.ticket for row in rows}
