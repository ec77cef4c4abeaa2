"""A few figures of each node and its sources through the last day: one row a quarter of an hour."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, delete, select

from broker.messages import NodeHealth
from central.letters import Word
from central.store.bulk import among
from central.store.configuration_tables import health_slots
from central.store.database import Store, insert

SLOT_S, SLOTS = 900, 96
DAY = timedelta(seconds=SLOT_S * SLOTS)


def note_pulses(connection: Connection, words: Iterable[Word]) -> None:
    """The first word of a node in each quarter of an hour is kept, in place of yesterday's."""
    told = {w.letter.node: w for w in reversed(list(words)) if isinstance(w.message, NodeHealth)}
    if not told:
        return
    c = health_slots.c
    latest = max(word.letter.received for word in told.values())
    begun = datetime.fromtimestamp(latest.timestamp() // SLOT_S * SLOT_S, tz=timezone.utc)
    here = select(c.node).where(
        among(connection, c.node, sorted(told)), c.slot == _slot(begun), c.at >= begun
    )
    known = set(connection.execute(here).scalars())
    rows = [_row(told[node], _slot(begun)) for node in sorted(told.keys() - known)]
    if rows:
        put = insert(connection, health_slots)
        new = {"at": put.excluded.at, "body": put.excluded.body}
        connection.execute(put.on_conflict_do_update(index_elements=["node", "slot"], set_=new), rows)


def pulses_of(store: Store, nodes: Sequence[str], now: datetime) -> dict[str, list[Any]]:
    """The rows of these nodes of the last day, by node, the oldest first. Raises StoreAway."""
    c = health_slots.c
    found: dict[str, list[Any]] = {node: [] for node in nodes}
    with store.read() as connection:
        wanted = select(c.node, c.at, c.body).where(among(connection, c.node, list(nodes)), c.at > now - DAY)
        for row in connection.execute(wanted.order_by(c.at)):
            found[row.node].append(row)
    return found


def drop_pulses(store: Store, now: datetime) -> None:
    """Of nodes that were silent for more than a day. Raises StoreAway."""
    old = health_slots.c.at <= now - 2 * DAY
    with store.read() as connection:
        if connection.execute(select(health_slots.c.node).where(old).limit(1)).first() is None:
            return
    with store.write() as connection:
        connection.execute(delete(health_slots).where(old))


def _slot(at: datetime) -> int:
    return int(at.timestamp() // SLOT_S) % SLOTS


def _row(word: Word, slot: int) -> dict[str, Any]:
    said: Any = word.message
    watched = [each for each in said.sources if each.fps is not None or each.delay_s is not None]
    body: dict[str, Any] = {
        "queue": said.pending,
        "evidence": said.evidence_pending,
        "disk": said.disk_free_mb,
    }
    body["sources"] = {each.id: [each.fps, each.delay_s] for each in watched}
    return {"node": word.letter.node, "slot": slot, "at": word.letter.received, "body": body}
