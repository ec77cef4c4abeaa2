"""Versions that hold for a time: when it is over, what was before comes back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from central.configuration.overlay import Body
from central.people.asker import OURSELVES
from central.store.configuration_tables import configurations
from central.store.configuring import FALLEN, Saving, newest_numbers, parts_in, save_in, versions_query
from central.store.database import Store, take_turn
from central.store.partial import PASSING

_C = configurations.c


def end_passed(store: Store, now: datetime) -> int:
    """Take back every version whose time is over; how many there were. Raises StoreAway."""
    due = select(_C.node, _C.number).where(PASSING, _C.until <= now).order_by(_C.node, _C.number)
    with store.read() as connection:
        found = connection.execute(due).all()
    for row in found:
        with store.write() as connection:
            take_turn(connection)
            _take_back(connection, row, now)
    return len(found)


def _take_back(connection: Connection, row: Any, now: datetime) -> None:
    """Of its parts those that nobody saved since; another process may have done it already."""
    mine = (_C.node == row.node) & (_C.number == row.number)
    over = update(configurations).where(mine, PASSING).values(until=None).returning(_C.number)
    if connection.execute(over).one_or_none() is None:
        return
    parts = [each.part for each in parts_in(connection, row.node, row.number)]
    newest = newest_numbers(connection, row.node, parts)
    before = {part: _before(connection, row.node, part, row.number) for part in parts}
    stale = {part: body for part, body in before.items() if newest[part] == row.number}
    if stale:
        why = f"the time of v{row.number} is over"
        about = row.node.removeprefix("gewu://")
        said = OURSELVES.did("configuration.save", about)
        save_in(connection, Saving(row.node, stale, why), said, now)


def _before(connection: Connection, node: str, part: str, number: int) -> Body | None:
    """What the newest version of a part before this one says that the node has not refused."""
    wanted = versions_query(node, part).where(_C.number < number, _C.status.not_in(FALLEN))
    row = connection.execute(wanted.order_by(_C.number.desc()).limit(1)).one_or_none()
    return row.body if row is not None else None
