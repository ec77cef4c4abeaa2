"""Which tickets are counted already: all of them, from the first on, and again when the rules change."""

from datetime import datetime

from sqlalchemy import Connection, select

from central.clock.worktime import WorkCalendar
from central.store.casing import kept
from central.store.database import Store, take_turn
from central.store.marking import mark, marked
from central.store.schema import tickets

RULES, SINCE = "indicators", "indicators since"
AT_ONCE = 300


def rebuilt(store: Store, rules: str, calendar: WorkCalendar, *, portions: int) -> bool:
    """Count the tickets that these rules have not seen, some at a time; True when that is done."""
    for _ in range(portions):
        with store.write() as connection:
            take_turn(connection)
            last = _last(connection, rules)
            if last is None:
                return True
            found = _after(connection, last)
            kept(connection, found, calendar)
            mark(connection, RULES, f"{rules[:40]} {found[-1] if len(found) == AT_ONCE else 'all'}")
    return False


def counted_since(store: Store, now: datetime) -> datetime:
    """Since when reports are frozen here: since the first time that this was asked. Raises StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        known = marked(connection, SINCE)
        if known is None:
            known = now.isoformat()
            mark(connection, SINCE, known)
    return datetime.fromisoformat(known)


def _last(connection: Connection, rules: str) -> int | None:
    """The last number that was counted by these rules; None when all are."""
    known, _, last = (marked(connection, RULES) or "").partition(" ")
    if known != rules[:40]:
        return 0
    return None if last == "all" else int(last)


def _after(connection: Connection, last: int) -> list[int]:
    wanted = select(tickets.c.number).where(tickets.c.number > last).order_by(tickets.c.number)
    return list(connection.execute(wanted.limit(AT_ONCE)).scalars())
