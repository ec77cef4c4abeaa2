"""An action on all that is folded into a storm's first ticket: each by itself, or with why it is not done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select

from broker.events import Reason
from central.casework.machine import OPEN, Action
from central.store.acting import Asked, NotDoable, perform
from central.store.database import Store
from central.store.schema import ticket_log, tickets
from central.store.working import Work

MOST = 1000  # of one storm at once; asking again goes on with what is left
NOT_TOGETHER: tuple[Action, ...] = ("merge", "reopen")  # each of these needs a look of its own


@dataclass(frozen=True, slots=True)
class Below:
    """One of those below. why_not None: it was done."""

    number: int
    why_not: Reason | None


def perform_below(store: Store, work: Work, asked: Asked, at: datetime) -> Sequence[Below]:
    """The same with each open one that is folded into it, by the same rights, under the same request.

    Each is a transaction of its own: after a crash between them asking again goes on, and what was done under
    this request stays done once. Pictures are of the first alone. Raises StoreAway.
    """
    t, line = tickets.c, ticket_log.c
    mine = exists().where((line.ticket == t.number) & (line.request == asked.request))
    wanted = select(t.number, t.version).where(t.parent == asked.number, t.state.in_(OPEN) | mine)
    with store.read() as connection:
        rows = connection.execute(wanted.order_by(t.number).limit(MOST)).all()
    given = replace(asked.given, pictures=())
    each = [replace(asked, number=row.number, version=row.version, given=given) for row in rows]
    return [Below(one.number, _done(store, work, one, at)) for one in each]


def _done(store: Store, work: Work, asked: Asked, at: datetime) -> Reason | None:
    try:
        perform(store, work, asked, at)
    except NotDoable as error:
        return error.reason
    return None
