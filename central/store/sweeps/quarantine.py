"""Messages that could not be taken, and what people did with them."""

from sqlalchemy import Connection, delete, select

from central.store.delivery_tables import quarantine_log
from central.store.keeping import Keeping
from central.store.schema import quarantine
from central.store.sweeping import AT_ONCE, Portion


def sweep(connection: Connection, keeping: Keeping, after: int | None) -> Portion:
    """By their numbers. One that comes again and again is counted from its last time."""
    q = quarantine.c
    before = keeping.before(keeping.basis.plan.quarantine)
    wanted = select(q.number, q.first_received, q.last_received).where(q.number > (after or 0))
    rows = connection.execute(wanted.order_by(q.number).limit(AT_ONCE)).all()
    old = [row for row in rows if row.last_received < before]
    going = [row.number for row in old if not keeping.held_then(row.first_received, row.last_received)]
    if going:
        connection.execute(delete(quarantine).where(q.number.in_(going)))
    if after is None:
        over = quarantine_log.c.at < keeping.before(keeping.basis.plan.audit)
        connection.execute(delete(quarantine_log).where(over))
    return Portion(len(going), len(old) - len(going), rows[-1].number if len(rows) == AT_ONCE else None)
