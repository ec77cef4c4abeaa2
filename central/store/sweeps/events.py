"""Events that belong to no ticket: readings, health, digests and the like. That they came is known on."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_, update

from central.store.bulk import listed
from central.store.keeping import Keeping
from central.store.partial import LOOSE
from central.store.schema import inbox, receipts
from central.store.sweeping import AT_ONCE, Portion


def sweep(connection: Connection, keeping: Keeping, after: tuple[datetime, str, str] | None) -> Portion:
    """In the order in which they came."""
    i, before = inbox.c, keeping.before(keeping.basis.plan.other_events)
    wanted = select(i.received, i.source, i.id, i.time).where(LOOSE, i.received < before)
    if after is not None:
        wanted = wanted.where(tuple_(i.received, i.source, i.id) > tuple_(*after))
    rows = connection.execute(wanted.order_by(i.received, i.source, i.id).limit(AT_ONCE)).all()
    going = [(row.source, row.id) for row in rows if not keeping.held_then(row.received, row.time)]
    if going:
        r, these = receipts.c, listed(connection, going)
        connection.execute(update(inbox).where(tuple_(i.source, i.id).in_(these)).values(body=""))
        connection.execute(delete(receipts).where(tuple_(r.node, r.event).in_(these), r.sent))
    place = (rows[-1].received, rows[-1].source, rows[-1].id) if len(rows) == AT_ONCE else None
    return Portion(len(going), len(rows) - len(going), place)
