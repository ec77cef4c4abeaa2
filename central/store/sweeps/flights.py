"""Flights that drones reported, as long as other events that belong to no ticket."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from central.store.flight_tables import flights
from central.store.keeping import Keeping
from central.store.sweeping import AT_ONCE, Portion


def sweep(connection: Connection, keeping: Keeping, after: tuple[datetime, int] | None) -> Portion:
    """In the order in which they came."""
    f, before = flights.c, keeping.before(keeping.basis.plan.other_events)
    wanted = select(f.received, f.number, f.began, f.ended).where(f.received < before)
    if after is not None:
        wanted = wanted.where(tuple_(f.received, f.number) > tuple_(*after))
    rows = connection.execute(wanted.order_by(f.received, f.number).limit(AT_ONCE)).all()
    going = [row.number for row in rows if not keeping.held_then(row.began, row.ended, row.received)]
    if going:
        connection.execute(delete(flights).where(f.number.in_(going)))
    place = (rows[-1].received, rows[-1].number) if len(rows) == AT_ONCE else None
    return Portion(len(going), len(rows) - len(going), place)
