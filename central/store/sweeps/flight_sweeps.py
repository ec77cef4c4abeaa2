"""What drones were asked to look at, as long as other events that belong to no ticket."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from central.store.flight_tables import flight_sweep_commands, flight_sweep_tickets, flight_sweeps
from central.store.keeping import Keeping
from central.store.sweeping import AT_ONCE, Portion


def sweep(connection: Connection, keeping: Keeping, after: tuple[datetime, int] | None) -> Portion:
    """From their end. Of a ticket that goes sooner its line goes with it."""
    f, before = flight_sweeps.c, keeping.before(keeping.basis.plan.other_events)
    wanted = select(f.until, f.number, f.made).where(f.until < before)
    if after is not None:
        wanted = wanted.where(tuple_(f.until, f.number) > tuple_(*after))
    rows = connection.execute(wanted.order_by(f.until, f.number).limit(AT_ONCE)).all()
    going = [row.number for row in rows if not keeping.held_then(row.made, row.until)]
    if going:
        for table in (flight_sweep_tickets, flight_sweep_commands):
            connection.execute(delete(table).where(table.c.sweep.in_(going)))
        connection.execute(delete(flight_sweeps).where(f.number.in_(going)))
    place = (rows[-1].until, rows[-1].number) if len(rows) == AT_ONCE else None
    return Portion(len(going), len(rows) - len(going), place)
