"""Places where things recur of which no ticket is left, and signs that were taken down."""

from sqlalchemy import Connection, delete, exists, select

from central.store.follow_tables import spots
from central.store.keeping import Keeping
from central.store.report_tables import places, reports
from central.store.schema import tickets
from central.store.sweeping import AT_ONCE, Portion


def sweep(connection: Connection, keeping: Keeping, after: int | None) -> Portion:
    """By their numbers."""
    plan, s = keeping.basis.plan, spots.c
    used = exists().where(tickets.c.spot == s.number).label("used")
    wanted = select(s.number, s.kind, s.last, used).where(s.number > (after or 0))
    rows = connection.execute(wanted.order_by(s.number).limit(AT_ONCE)).all()
    old = [row for row in rows if row.last < keeping.before(plan.of(row.kind).tickets)]
    going = [row.number for row in old if not row.used]
    if going:
        connection.execute(delete(spots).where(s.number.in_(going)))
    if after is None:
        over = places.c.dropped < keeping.before(plan.usual.tickets)
        named = exists().where(reports.c.place == places.c.code)
        connection.execute(delete(places).where(over, ~named))
    return Portion(len(going), len(old) - len(going), rows[-1].number if len(rows) == AT_ONCE else None)
