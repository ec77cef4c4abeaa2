"""Situations that have no ticket: their opening never came, or a suppression hid them."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, select, tuple_

from central.store.bulk import listed
from central.store.erasing import erase_events, erase_links, forget_situations
from central.store.keeping import Keeping
from central.store.nearness import NEVER_S
from central.store.partial import NO_TICKET
from central.store.schema import inbox, situations
from central.store.sweeping import AT_ONCE, Portion


def sweep(connection: Connection, keeping: Keeping, after: tuple[str, str] | None) -> Portion:
    """By their names; there are few. When something came counts, not what a node's clock said of it.

    What is hidden and stands may still get its ticket.
    """
    s, i = situations.c, inbox.c
    came = select(func.max(i.received)).where(i.source == s.source, i.subject == s.subject)
    wanted = select(s.source, s.subject, came.scalar_subquery().label("came"))
    wanted = wanted.where(NO_TICKET, s.suppressed.is_(None) | (s.ends_s < NEVER_S))
    if after is not None:
        wanted = wanted.where(tuple_(s.source, s.subject) > tuple_(*after))
    rows = connection.execute(wanted.order_by(s.source, s.subject).limit(AT_ONCE)).all()
    before = keeping.before(keeping.basis.plan.other_events)
    old = [row for row in rows if row.came is None or row.came < before]
    going = [(row.source, row.subject) for row in old if not _held(keeping, row.came)]
    if going:
        mine = tuple_(s.source, s.subject).in_(listed(connection, going))
        keys = select(s.source, s.subject).where(mine)
        erase_links(connection, keys, keeping.at)
        erase_events(connection, keys)
        forget_situations(connection, keys, keeping.at)
        connection.execute(delete(situations).where(mine))
    place = (rows[-1].source, rows[-1].subject) if len(rows) == AT_ONCE else None
    return Portion(len(going), len(old) - len(going), place)


def _held(keeping: Keeping, came: datetime | None) -> bool:
    return came is not None and keeping.held_then(came)
