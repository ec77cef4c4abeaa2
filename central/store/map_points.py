"""Every ticket that is asked for, in short: what a map draws and clusters by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select

from central.store.database import Store
from central.store.schema import STILL_OPEN, tickets
from central.store.tally_tables import place_words
from central.store.ticketlog import last_line
from central.store.wanting import Wanted, conditions_of

MOST = 50_000  # the newest; more are said to be there
NAMES = (
    "number", "longitude", "latitude", "state", "kind", "severity", "origin", "department", "opened_at",
    "due_at", "cell", "parent", "version", "place",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Points:
    """The newest first; each ends with the words of its place. total: how many there are in all.

    seq: the last line of the log that is in them.
    """

    rows: Sequence[Row[Any]]
    total: int
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """Open tickets of an area, and how many of them are overdue."""

    area: str
    open: int
    overdue: int


def points_of(store: Store, wanted: Wanted) -> Points:
    """As the list finds them. Raises StoreAway."""
    columns = (*(tickets.c[name] for name in NAMES[:-1]), place_words.c.words.label("place"))
    named = tickets.outerjoin(place_words, place_words.c.number == tickets.c.place)
    query = select(*columns).select_from(named).where(*conditions_of(wanted))
    with store.snapshot() as connection:
        rows = connection.execute(query.order_by(tickets.c.number.desc()).limit(MOST)).all()
        total = len(rows)
        if total == MOST:
            counted = select(func.count()).select_from(tickets).where(*conditions_of(wanted))
            total = connection.execute(counted).scalar_one()
        return Points(rows, total, last_line(connection))


def loads(store: Store, digits: int, now: datetime) -> list[Load]:
    """Of every area with codes of so many digits in which something is open. Raises StoreAway."""
    t = tickets.c
    area = func.substr(t.cell, 1, digits)
    late = func.count().filter(and_(t.due_at.is_not(None), t.due_at < now))
    query = (
        select(area, func.count(), late).where(STILL_OPEN, t.cell.is_not(None)).group_by(area).order_by(area)
    )
    with store.read() as connection:
        return [Load(*row) for row in connection.execute(query)]
