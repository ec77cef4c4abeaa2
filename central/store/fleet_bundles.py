"""Bundles of diagnostics as rows: few, small, and gone after a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, tuple_, update

from central.people.asker import Asker
from central.store.ask_tables import asks
from central.store.audit import record
from central.store.database import Store, take_turn
from central.store.fleet_tables import fleet_bundles

KEPT = timedelta(days=30)
OF_A_NODE = 3
MOST_BYTES = 200_000_000  # all of them together; the oldest go first
_B = fleet_bundles.c
NAMES: tuple[Any, ...] = (_B.sha256, _B.node, _B.at, _B.size, _B.head)


@dataclass(frozen=True, slots=True)
class Came:
    """A bundle that came, of which node and for which ask."""

    sha256: str
    node: str
    at: datetime
    ask: str
    head: Mapping[str, Any]
    body: bytes


def asked_for(store: Store, node: str, ask: str) -> bool:
    """Whether somebody asks this node for a bundle. Raises StoreAway."""
    c = asks.c
    mine = select(c.id).where(c.id == ask, c.node == node, c.command == "diagnose")
    with store.read() as connection:
        return connection.execute(mine).first() is not None


def keep_bundle(store: Store, came: Came) -> bool:
    """Whether it is new. Raises StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        mine = (_B.sha256 == came.sha256) & (_B.node == came.node)
        if connection.execute(select(_B.sha256).where(mine)).first() is not None:
            connection.execute(update(fleet_bundles).where(mine).values(at=came.at, ask=came.ask))
            return False
        row = {name: getattr(came, name) for name in Came.__slots__} | {"size": len(came.body)}
        connection.execute(insert(fleet_bundles).values(**row))
        _fewer_of(connection, came.node)
        _less(connection)
        return True


def _fewer_of(connection: Connection, node: str) -> None:
    newest = select(_B.sha256).where(_B.node == node).order_by(_B.at.desc(), _B.sha256)
    gone = connection.execute(newest.offset(OF_A_NODE)).scalars().all()
    connection.execute(delete(fleet_bundles).where(_B.node == node, _B.sha256.in_(gone)))


def _less(connection: Connection) -> None:
    over = connection.execute(select(func.coalesce(func.sum(_B.size), 0))).scalar_one() - MOST_BYTES
    if over <= 0:
        return
    gone = []
    for row in connection.execute(select(_B.sha256, _B.node, _B.size).order_by(_B.at)).all():
        gone.append((row.sha256, row.node))
        over -= row.size
        if over <= 0:
            break
    connection.execute(delete(fleet_bundles).where(tuple_(_B.sha256, _B.node).in_(gone)))


def list_bundles(store: Store, node: str | None = None) -> Sequence[Row[Any]]:
    """Without what they hold, the newest first. Raises StoreAway."""
    wanted = select(*NAMES).order_by(_B.at.desc(), _B.sha256).limit(500)
    with store.read() as connection:
        return connection.execute(wanted if node is None else wanted.where(_B.node == node)).all()


def open_bundle(store: Store, node: str, sha256: str, by: Asker, now: datetime) -> Row[Any] | None:
    """All of it, with a line in the audit. Raises StoreAway."""
    with store.write() as connection:
        mine = (_B.sha256 == sha256) & (_B.node == node)
        row = connection.execute(select(fleet_bundles).where(mine)).one_or_none()
        if row is not None:
            about = f"{node.removeprefix('gewu://')}/diagnostics"
            record(connection, now, by.did("diagnostics.view", about, f"sha256 {sha256}"))
        return row


def drop_bundle(store: Store, node: str, sha256: str, by: Asker, now: datetime) -> bool:
    """Whether it was there. Raises StoreAway."""
    with store.write() as connection:
        mine = (_B.sha256 == sha256) & (_B.node == node)
        gone = connection.execute(delete(fleet_bundles).where(mine).returning(_B.sha256)).first()
        if gone is not None:
            about = f"{node.removeprefix('gewu://')}/diagnostics"
            record(connection, now, by.did("diagnostics.drop", about, f"sha256 {sha256}"))
        return gone is not None


def forget_bundles(store: Store, now: datetime) -> int:
    """Those of long ago. Raises StoreAway."""
    old = _B.at < now - KEPT
    with store.read() as connection:
        if connection.execute(select(_B.sha256).where(old).limit(1)).first() is None:
            return 0
    with store.write() as connection:
        return connection.execute(delete(fleet_bundles).where(old)).rowcount
