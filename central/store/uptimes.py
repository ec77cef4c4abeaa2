"""How long each camera was well, by days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from broker.topics import Address
from central.indicators.uptime import Look
from central.store.database import Store, insert
from central.store.indicator_tables import camera_days

_c = camera_days.c


@dataclass(frozen=True, slots=True)
class Uptime:
    """Of one camera in a period."""

    node: str
    source: str
    known_s: int
    up_s: int

    @property
    def district(self) -> str:
        """Where its node is."""
        return Address.of(self.node).district


def add_looks(store: Store, day: date, looks: Iterable[Look], seconds: int) -> None:
    """Add what is known to the day. Raises StoreAway."""
    rows = [
        {
            "day": day.isoformat(),
            "node": each.node,
            "source": each.source,
            "known_s": seconds,
            "up_s": seconds if each.word == "up" else 0,
        }
        for each in looks
        if each.word != "unknown"
    ]
    if not rows or not seconds:
        return
    with store.write() as connection:
        put = insert(connection, camera_days)
        more = {name: _c[name] + put.excluded[name] for name in ("known_s", "up_s")}
        connection.execute(
            put.on_conflict_do_update(index_elements=["day", "node", "source"], set_=more), rows
        )


def uptimes(connection: Connection, first: date, last: date) -> list[Uptime]:
    """Of each camera from a day to another, both included, in the order of their names."""
    wanted = select(_c.node, _c.source, func.sum(_c.known_s), func.sum(_c.up_s)).where(
        _c.day >= first.isoformat(), _c.day <= last.isoformat()
    )
    rows = connection.execute(wanted.group_by(_c.node, _c.source).order_by(_c.node, _c.source))
    return [Uptime(node, source, int(known), int(up)) for node, source, known, up in rows]
