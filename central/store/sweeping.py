"""What every part of the sweep says of a portion, and where its progress is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from central.store.database import Store, insert
from central.store.retention_tables import clock_watch, sweeps, unlinking

AT_ONCE = 200  # looked at in one transaction
_NAME = "clock"


@dataclass(frozen=True, slots=True)
class Portion:
    """What went, and what stays though it is old enough. `after`: where to go on; None: the end."""

    gone: int = 0
    waiting: int = 0
    after: Any = None


def began(connection: Connection, name: str, at: datetime) -> None:
    """A round begins."""
    _put(connection, name, began=at)


def ended(connection: Connection, name: str, at: datetime, waiting: int) -> None:
    """A round is over, and all of it went well."""
    _put(connection, name, ended=at, waiting=waiting, failed=None)


def counted(connection: Connection, name: str, gone: int) -> None:
    """So much went, in this transaction."""
    if gone:
        mine = sweeps.c.name == name
        connection.execute(update(sweeps).where(mine).values(gone=sweeps.c.gone + gone))


def stumbled(store: Store, name: str, at: datetime) -> None:
    """It cannot go on; since when. Raises StoreAway."""
    with store.write() as connection:
        statement = insert(connection, sweeps).values(name=name, failed=at)
        since = {"failed": func.coalesce(sweeps.c.failed, at)}
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=since))


def progress(store: Store) -> tuple[Sequence[Row[Any]], int]:
    """Every part's row, and how many files are still to be deleted. Raises StoreAway."""
    with store.read() as connection:
        rows = connection.execute(select(sweeps).order_by(sweeps.c.name)).all()
        files = connection.execute(select(func.count()).select_from(unlinking)).scalar_one()
    return rows, files


def watch_of(connection: Connection) -> tuple[datetime, datetime] | None:
    """What the clock said last, and since when it has gone on without a step."""
    row = connection.execute(select(clock_watch).where(clock_watch.c.name == _NAME)).one_or_none()
    return None if row is None else (row.seen, row.since)


def keep_watch(connection: Connection, seen: datetime, since: datetime) -> None:
    """The same, written down."""
    values = {"seen": seen, "since": since}
    statement = insert(connection, clock_watch).values(name=_NAME, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def _put(connection: Connection, name: str, **values: Any) -> None:
    statement = insert(connection, sweeps).values(name=name, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
