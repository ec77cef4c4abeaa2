"""What people are told of sweeps. Read only."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from central.store.database import Store
from central.store.flight_tables import flight_sweep_tickets, flight_sweeps

Counted = tuple[Row[Any], Mapping[str, int], Mapping[str, int]]  # with tickets by state, and by outcome


def list_sweeps(store: Store, *, limit: int) -> list[Counted]:
    """The last first. Raises StoreAway."""
    wanted = select(flight_sweeps).order_by(flight_sweeps.c.number.desc()).limit(limit)
    with store.read() as connection:
        return _counted(connection, connection.execute(wanted).all())


def find_sweep(store: Store, number: int) -> Counted | None:
    """One of them. Raises StoreAway."""
    with store.read() as connection:
        rows = connection.execute(select(flight_sweeps).where(flight_sweeps.c.number == number)).all()
        return next(iter(_counted(connection, rows)), None)


def places_of(store: Store, number: int) -> Sequence[Row[Any]]:
    """Its tickets, by number. Raises StoreAway."""
    c = flight_sweep_tickets.c
    with store.read() as connection:
        wanted = select(flight_sweep_tickets).where(c.sweep == number)
        return connection.execute(wanted.order_by(c.ticket)).all()


def _counted(connection: Connection, rows: Sequence[Row[Any]]) -> list[Counted]:
    c = flight_sweep_tickets.c
    mine = c.sweep.in_([row.number for row in rows])
    counts = select(c.sweep, c.state, c.outcome, func.count().label("many")).where(mine)
    states: dict[int, Counter[str]] = defaultdict(Counter)
    outcomes: dict[int, Counter[str]] = defaultdict(Counter)
    for each in connection.execute(counts.group_by(c.sweep, c.state, c.outcome)):
        states[each.sweep][each.state] += each.many
        if each.outcome is not None:
            outcomes[each.sweep][each.outcome] += each.many
    return [(row, states[row.number], outcomes[row.number]) for row in rows]
