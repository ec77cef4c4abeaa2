"""The audit: who did what, when and why. Written in the transaction of what it tells of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from central.people.asker import Entry
from central.store.database import Store
from central.store.people_tables import audit


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines to show. None asks for all."""

    who: str | None = None
    action: str | None = None
    about: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def record(connection: Connection, at: datetime, entry: Entry) -> None:
    """Write a line, in the same commit as what it tells of."""
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    connection.execute(insert(audit).values(at=at, **values))


def noted(store: Store, at: datetime, entry: Entry) -> None:
    """Commit a line about something that changes nothing else: a view, a refusal. Raises StoreAway."""
    with store.write() as connection:
        record(connection, at, entry)


def noted_all(store: Store, at: datetime, entries: Iterable[Entry]) -> None:
    """The same of several at once: all of them are written, or none. Raises StoreAway."""
    with store.write() as connection:
        for entry in entries:
            record(connection, at, entry)


def lines(store: Store, asked: Asked, *, limit: int, before: int | None = None) -> Sequence[Row[Any]]:
    """Lines, newest first, older than number `before`."""
    query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
    for name in ("who", "action", "about", "outcome"):
        if (value := getattr(asked, name)) is not None:
            query = query.where(audit.c[name] == value)
    if asked.since is not None:
        query = query.where(audit.c.at >= asked.since)
    if asked.until is not None:
        query = query.where(audit.c.at < asked.until)
    if before is not None:
        query = query.where(audit.c.seq < before)
    with store.read() as connection:
        return connection.execute(query).all()
