"""Quarantine: what could not be taken is put down with its reason and never served.

Its bytes are kept only where they show no plate, address or picture, lest the refusal stores what it refuses.
"""

from sqlalchemy import Connection, delete, func, select

from broker.messages import Receipt
from central.letters import Letter, Refusal, fit_to_keep
from central.store.database import Store, insert
from central.store.receipts import owe
from central.store.schema import quarantine

KEPT_BYTES = 65_536  # of each message
KEPT_ROWS = 10_000  # the oldest make way; the counters in /metrics still tell how many there were


def quarantined(store: Store, letter: Letter, refusal: Refusal) -> None:
    """Commit a message that cannot be taken, and the receipt that says so. Raises StoreAway."""
    with store.write() as connection:
        set_aside(connection, letter, refusal)


def set_aside(connection: Connection, letter: Letter, refusal: Refusal) -> None:
    """Keep the raw bytes up to a bound; the same bytes again are counted, not kept twice."""
    row = {
        "topic": letter.topic,
        "sha256": letter.sha256,
        "size": len(letter.body),
        "raw": letter.body[:KEPT_BYTES] if fit_to_keep(letter.body) else b"",
        "code": refusal.code,
        "reason": refusal.text,
        "first_received": letter.received,
        "last_received": letter.received,
    }
    again = {"deliveries": quarantine.c.deliveries + 1, "last_received": letter.received}
    statement = insert(connection, quarantine).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["sha256", "topic"], set_=again))
    _make_way(connection)
    if refusal.event_id is not None:
        owe(
            connection,
            letter.node,
            Receipt(id=refusal.event_id, status="rejected", sha256=letter.sha256, reason=refusal.text),
        )


def _make_way(connection: Connection) -> None:
    newest = connection.execute(select(func.max(quarantine.c.number))).scalar_one()
    connection.execute(delete(quarantine).where(quarantine.c.number <= newest - KEPT_ROWS))
