"""Deliveries: those that are due, what became of a try, and what people do with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, exists, func, select, update

from central.notices.retries import Next
from central.store.database import Store
from central.store.export_tables import deliveries, export_targets, export_told

KEPT_GIVEN_UP = timedelta(days=90)
MOST_SENT, MOST_GIVEN_UP = 10_000, 10_000  # of one target


def due(store: Store, target: str, now: datetime, *, limit: int) -> Sequence[Row[Any]]:
    """What may be tried now: of each lane the first that waits; nothing where the target is stopped.

    Raises StoreAway.
    """
    d, before = deliveries.c, deliveries.alias("before")
    b = before.c
    earlier = exists().where(
        b.target == d.target, b.lane == d.lane, b.state == "waiting", b.number < d.number
    )
    stopped = exists().where(export_targets.c.name == target, export_targets.c.stopped.is_not(None))
    wanted = select(deliveries).where(
        d.target == target, d.state == "waiting", d.due <= now, ~earlier, ~stopped
    )
    with store.read() as connection:
        return connection.execute(wanted.order_by(d.due, d.number).limit(limit)).all()


def tried(store: Store, row: Row[Any], found: Next, now: datetime, *, stop: bool = False) -> bool:
    """Write down what became of a try; False where another has done so. stop: send the target nothing more.

    Raises StoreAway.
    """
    d = deliveries.c
    mine = (d.number == row.number) & (d.tries == row.tries) & (d.state == "waiting")
    values: dict[str, Any] = {"state": found.state, "due": _at(found.due, now), "reason": found.reason}
    values |= {"tries": row.tries + 1, "tried": now}
    values |= {"body": None} if found.state == "sent" else {}
    with store.write() as connection:
        done = connection.execute(update(deliveries).where(mine).values(values).returning(d.number)).first()
        if done is not None and stop:
            this = export_targets.c.name == row.target
            connection.execute(update(export_targets).where(this).values(stopped=found.reason))
        return done is not None


def listed(
    store: Store, *, limit: int, after: int = 0, target: str | None = None, state: str | None = None
) -> Sequence[Row[Any]]:
    """Deliveries in the order in which they were made. Raises StoreAway."""
    d = deliveries.c
    wanted = select(deliveries).where(d.number > after)
    if target is not None:
        wanted = wanted.where(d.target == target)
    if state is not None:
        wanted = wanted.where(d.state == state)
    with store.read() as connection:
        return connection.execute(wanted.order_by(d.number).limit(limit)).all()


def of_ticket(store: Store, number: int) -> Sequence[Row[Any]]:
    """Those that tell of one ticket alone. Raises StoreAway."""
    wanted = select(deliveries).where(deliveries.c.ticket == number).order_by(deliveries.c.number)
    with store.read() as connection:
        return connection.execute(wanted.limit(1_000)).all()


def first_from(store: Store, target: str, seq: int) -> Row[Any] | None:
    """The first that tells of this line of the log, where one message tells of many. Raises StoreAway."""
    d = deliveries.c
    wanted = select(deliveries).where(d.target == target, d.seq >= seq).order_by(d.number).limit(1)
    with store.read() as connection:
        return connection.execute(wanted).first()


def counts(store: Store) -> Mapping[str, Mapping[str, int]]:
    """How many of each state, by target. Raises StoreAway."""
    d = deliveries.c
    with store.read() as connection:
        rows = connection.execute(select(d.target, d.state, func.count()).group_by(d.target, d.state)).all()
    found: dict[str, dict[str, int]] = {}
    for target, state, number in rows:
        found.setdefault(target, {})[state] = number
    return found


def retry(store: Store, now: datetime, *, numbers: Sequence[int] = (), target: str | None = None) -> int:
    """Try those again that were given up or wait, at once, with their whole time; how many.

    target: all of it, and it is stopped no more. Raises StoreAway.
    """
    d = deliveries.c
    these = d.target == target if target is not None else d.number.in_(numbers)
    values = {"state": "waiting", "due": now, "made": now, "tries": 0}
    with store.write() as connection:
        if target is not None:
            this = export_targets.c.name == target
            connection.execute(update(export_targets).where(this).values(stopped=None))
        again = update(deliveries).where(these, d.state != "sent").values(values)
        return len(connection.execute(again.returning(d.number)).all())


def drop(store: Store, *, numbers: Sequence[int] = (), target: str | None = None) -> int:
    """Send these never; how many. target: all of it, and how far it is; it then begins anew.

    Raises StoreAway.
    """
    d = deliveries.c
    these = d.target == target if target is not None else d.number.in_(numbers)
    with store.write() as connection:
        gone = connection.execute(delete(deliveries).where(these).returning(d.number)).all()
        known = 0
        if target is not None:
            connection.execute(delete(export_told).where(export_told.c.target == target))
            this = delete(export_targets).where(export_targets.c.name == target)
            known = len(connection.execute(this.returning(export_targets.c.name)).all())
        return len(gone) + known


def fold(store: Store, now: datetime, kept: timedelta) -> int:
    """Forget what was sent long ago; how many were given up and are forgotten too. Raises StoreAway."""
    d = deliveries.c
    with store.write() as connection:
        sent = (d.state == "sent") & (d.made < now - kept)
        connection.execute(delete(deliveries).where(sent))
        old = (d.state == "given_up") & (d.made < now - KEPT_GIVEN_UP)
        lost = len(connection.execute(delete(deliveries).where(old).returning(d.number)).all())
        for target in connection.execute(select(d.target).distinct()).scalars().all():
            for state, most in (("sent", MOST_SENT), ("given_up", MOST_GIVEN_UP)):
                mine = (d.target == target) & (d.state == state)
                edge = select(d.number).where(mine).order_by(d.number.desc()).offset(most).limit(1)
                beyond = mine & (d.number <= edge.scalar_subquery())
                gone = len(connection.execute(delete(deliveries).where(beyond).returning(d.number)).all())
                lost += gone if state == "given_up" else 0
    return lost


def _at(seconds: float, now: datetime) -> datetime:
    return now + timedelta(seconds=max(0.0, seconds - now.timestamp()))
