"""What people said to be missed, as long as tickets are usually kept; other marks go with their ticket."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from central.store.feedback_tables import feedback
from central.store.keeping import Keeping
from central.store.sweeping import AT_ONCE, Portion


def sweep(connection: Connection, keeping: Keeping, after: tuple[datetime, int] | None) -> Portion:
    """From when it was said."""
    f, before = feedback.c, keeping.before(keeping.basis.plan.usual.tickets)
    wanted = select(f.at, f.number).where(f.ticket.is_(None), f.at < before)
    if after is not None:
        wanted = wanted.where(tuple_(f.at, f.number) > tuple_(*after))
    rows = connection.execute(wanted.order_by(f.at, f.number).limit(AT_ONCE)).all()
    going = [row.number for row in rows if not keeping.held_then(row.at)]
    if going:
        connection.execute(delete(feedback).where(f.number.in_(going)))
    place = (rows[-1].at, rows[-1].number) if len(rows) == AT_ONCE else None
    return Portion(len(going), len(rows) - len(going), place)
