"""Lines of the log that are about no ticket."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, select, tuple_

from central.store.keeping import Keeping
from central.store.schema import situations, ticket_log
from central.store.sweeping import AT_ONCE, Portion


def sweep(connection: Connection, keeping: Keeping, after: tuple[datetime, int] | None) -> Portion:
    """As they were written. What was told of a situation before it had a ticket belongs to that ticket."""
    entry, s = ticket_log.c, situations.c
    before = keeping.before(keeping.basis.plan.other_events)
    of = (s.source == entry.source) & (s.subject == entry.subject) & s.ticket.is_not(None)
    told = exists().where(of).label("of_ticket")
    wanted = select(entry.at, entry.seq, told).where(entry.ticket.is_(None), entry.at < before)
    if after is not None:
        wanted = wanted.where(tuple_(entry.at, entry.seq) > tuple_(*after))
    rows = connection.execute(wanted.order_by(entry.at, entry.seq).limit(AT_ONCE)).all()
    going = [row.seq for row in rows if not row.of_ticket and not keeping.held_then(row.at)]
    if going:
        connection.execute(delete(ticket_log).where(entry.seq.in_(going)))
    place = (rows[-1].at, rows[-1].seq) if len(rows) == AT_ONCE else None
    return Portion(len(going), len(rows) - len(going), place)
