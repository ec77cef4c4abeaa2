"""Deletes files whose rows are gone, and finds files that never had one."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from central.store.database import Store, take_turn
from central.store.erasing import has_row, put_down, slices
from central.store.retention_tables import unlinking
from central.store.schema import evidence
from central.store.upload_tables import uploads

AT_ONCE = 200


def unlink(store: Store, drop: Callable[[str], None]) -> int:
    """Delete a portion of what was put down; how many there were. Raises StoreAway or OSError.

    The files go within the turn: a picture that comes again just then has its row before or after it, and is
    then told to be sent once more. Cut off anywhere, the next portion begins with the same ones.
    """
    wanted = select(unlinking.c.sha256).order_by(unlinking.c.since, unlinking.c.sha256).limit(AT_ONCE)
    with store.read() as connection:
        if connection.execute(wanted).first() is None:
            return 0
    with store.write() as connection:
        take_turn(connection)
        names = connection.execute(wanted).scalars().all()
        for name in names:
            if not has_row(connection, name):
                drop(name)
        connection.execute(delete(unlinking).where(unlinking.c.sha256.in_(names)))
        return len(names)


def put_down_strays(store: Store, names: Sequence[str], now: datetime) -> int:
    """Of these files those without any row go: a crash left them. How many. Raises StoreAway."""
    strays = 0
    for some in slices(names):
        known: set[str] = set()
        with store.write() as connection:
            take_turn(connection)
            for table in (evidence, uploads):
                found = connection.execute(select(table.c.sha256).where(table.c.sha256.in_(some)))
                known |= set(found.scalars())
            put_down(connection, set(some) - known, now)
        strays += len(set(some) - known)
    return strays
