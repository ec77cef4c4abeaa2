"""Stills as rows: which are here, of what, and which may go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Update, delete, func, select, tuple_, update

from broker.fields import read
from broker.messages import About
from central.store.ask_tables import asks, stills
from central.store.bulk import rows_of
from central.store.database import Store, written
from central.store.schema import nodes

OF_ASKS = timedelta(minutes=10)
OF_PAGES = timedelta(minutes=1)  # a page that was told of the one before may be on its way to it
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Arrived:
    """A picture that came, and of which source; `ask`: for what."""

    sha256: str
    node: str
    source: str
    taken: datetime
    received: datetime
    size: int
    ask: str | None = None


def unasked(store: Store, node: str, source: str, ask: str | None) -> tuple[str, str] | None:
    """Why a picture of this source is not wanted of this node, as code and words. Raises StoreAway."""
    with store.read() as connection:
        if ask is not None:
            mine = select(asks.c.id).where(asks.c.id == ask, asks.c.node == node)
            found = connection.execute(mine).first()
            return None if found else ("no_ask", "nobody asked this node for it, or not within the last hour")
        said = connection.execute(select(nodes.c.about).where(nodes.c.node == node)).scalar_one_or_none()
    known = {each.source.id for each in read(About, said).sources} if said else {source}
    return None if source in known else ("no_source", f"the node tells of no source {source!r}")


def keep_still(store: Store, still: Arrived) -> bool:
    """Write it down; False where it was known, which it is of the later time then. Raises StoreAway."""
    row = {name: getattr(still, name) for name in Arrived.__slots__}
    with store.write() as connection:
        new = written(connection, stills, row)
        if not new:
            connection.execute(_again(still))
    return new


def _again(still: Arrived) -> Update:
    """A camera that shows nothing new gives the same picture once more."""
    c = stills.c
    same = (c.sha256 == still.sha256) & (c.node == still.node) & (c.source == still.source)
    said = {"taken": still.taken, "received": still.received, "ask": func.coalesce(still.ask, c.ask)}
    return update(stills).where(same, c.taken <= still.taken).values(said)


def who_has(store: Store, sha256: str) -> Row[Any] | None:
    """Of which source a still is. Raises StoreAway."""
    wanted = select(stills).where(stills.c.sha256 == sha256).order_by(stills.c.received.desc()).limit(1)
    with store.read() as connection:
        return connection.execute(wanted).one_or_none()


def newest_still(store: Store, node: str, source: str) -> Row[Any] | None:
    """The one of a source that came last. Raises StoreAway."""
    c = stills.c
    wanted = select(stills).where(c.node == node, c.source == source)
    with store.read() as connection:
        return connection.execute(wanted.order_by(c.received.desc()).limit(1)).one_or_none()


def newest_stills(store: Store, sources: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Row[Any]]:
    """The same of many, by node and source. Raises StoreAway."""
    c = stills.c
    what = (c.sha256, c.node, c.source, c.taken, c.received)
    with store.read() as connection:
        rows = rows_of(connection, what, (c.node, c.source), sources)
    found: dict[tuple[str, str], Row[Any]] = {}
    for row in sorted(rows, key=lambda each: each.received):
        found[row.node, row.source] = row
    return found


def make_room(store: Store, now: datetime, *, kept_s: float, max_bytes: float) -> list[str]:
    """Let go of what has not been the newest of its source for a while and is not asked for, some at once.

    Returns the files that are nobody's any more. Raises StoreAway.
    """
    with store.write() as connection:
        gone = _superseded(connection, now) or _old(connection, now - timedelta(seconds=kept_s))
        gone = gone or _beyond(connection, max_bytes)
        if not gone:
            return []
        key = tuple_(stills.c.sha256, stills.c.node, stills.c.source)
        connection.execute(delete(stills).where(key.in_([tuple(row) for row in gone])))
        names = {row.sha256 for row in gone}
        left = select(stills.c.sha256).where(stills.c.sha256.in_(sorted(names)))
        return sorted(names - set(connection.execute(left).scalars()))


def any_row(store: Store, names: Sequence[str]) -> set[str]:
    """Which of these files are somebody's. Raises StoreAway."""
    with store.read() as connection:
        rows = rows_of(connection, (stills.c.sha256,), (stills.c.sha256,), [(name,) for name in names])
    return {row.sha256 for row in rows}


def _keys() -> Any:
    return select(stills.c.sha256, stills.c.node, stills.c.source)


def _superseded(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    c, later = stills.c, stills.alias()
    newer = (later.c.node == c.node) & (later.c.source == c.source) & (later.c.received > c.received)
    newer &= later.c.received < now - OF_PAGES
    young = c.ask.is_not(None) & (c.received > now - OF_ASKS)
    wanted = _keys().where(~young, select(later.c.sha256).where(newer).exists())
    found: Sequence[Row[Any]] = connection.execute(wanted.limit(AT_ONCE)).all()
    return found


def _old(connection: Connection, before: datetime) -> Sequence[Row[Any]]:
    found: Sequence[Row[Any]] = connection.execute(
        _keys().where(stills.c.received < before).limit(AT_ONCE)
    ).all()
    return found


def _beyond(connection: Connection, max_bytes: float) -> Sequence[Row[Any]]:
    """The oldest, so many that the rest fits; as many as go at once."""
    over = (connection.execute(select(func.sum(stills.c.size))).scalar_one() or 0) - max_bytes
    if over <= 0:
        return []
    oldest = connection.execute(_keys().add_columns(stills.c.size).order_by(stills.c.received).limit(AT_ONCE))
    found = []
    for row in oldest:
        found.append(row[:3])
        over -= row.size
        if over <= 0:
            break
    keys = tuple_(stills.c.sha256, stills.c.node, stills.c.source).in_([tuple(each) for each in found])
    gone: Sequence[Row[Any]] = connection.execute(_keys().where(keys)).all()
    return gone
