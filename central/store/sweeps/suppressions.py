"""Suppressions that are over, as long as other events that belong to no ticket; what they hid goes first."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, select, tuple_

from central.store.feedback_tables import suppressions
from central.store.keeping import Keeping
from central.store.schema import situations
from central.store.sweeping import AT_ONCE, Portion


def sweep(connection: Connection, keeping: Keeping, after: tuple[datetime, int] | None) -> Portion:
    """From their end."""
    p, before = suppressions.c, keeping.before(keeping.basis.plan.other_events)
    used = exists().where(situations.c.suppressed == p.number).label("used")
    wanted = select(p.ends, p.number, p.made, used).where(p.over, p.ends < before)
    if after is not None:
        wanted = wanted.where(tuple_(p.ends, p.number) > tuple_(*after))
    rows = connection.execute(wanted.order_by(p.ends, p.number).limit(AT_ONCE)).all()
    going = [row.number for row in rows if not row.used and not keeping.held_then(row.made, row.ends)]
    if going:
        connection.execute(delete(suppressions).where(p.number.in_(going)))
    place = (rows[-1].ends, rows[-1].number) if len(rows) == AT_ONCE else None
    return Portion(len(going), len(rows) - len(going), place)
