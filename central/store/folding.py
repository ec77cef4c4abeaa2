"""How rows of the search for gaps go away again."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, text

from central.store.database import Store, take_turn
from central.store.delivery_tables import digests, epochs, gone, quarantine_log, refused, senders
from central.store.schema import quarantine, receipts

KEPT = timedelta(days=90)
KEPT_REFUSED = 100_000
KEPT_ACTS = 10_000


def fold(store: Store, now: datetime) -> None:
    """Forget what has been settled and silent for `KEPT`. Raises StoreAway.

    An epoch that is heard of again after that is looked at from its beginning, which the inbox answers.
    """
    before = now - KEPT
    here = select(senders.c.node).where(
        senders.c.node == epochs.c.node, senders.c.epoch == epochs.c.epoch, senders.c.heard >= before
    )
    with store.write() as connection:
        over = epochs.c.due.is_(None) & (epochs.c.noted < before) & ~here.exists()
        connection.execute(delete(epochs).where(over))
        for table, last in ((gone, gone.c.last), (refused, refused.c.sequence)):
            needed = select(epochs.c.node).where(
                epochs.c.node == table.c.node, epochs.c.epoch == table.c.epoch, epochs.c.watermark < last
            )
            connection.execute(delete(table).where(table.c.at < before, ~needed.exists()))
        newest = select(refused.c.at).order_by(refused.c.at.desc()).offset(KEPT_REFUSED).limit(1)
        connection.execute(delete(refused).where(refused.c.at <= newest.scalar_subquery()))
        connection.execute(delete(digests).where(digests.c.due.is_(None), digests.c.checked_at < before))
        known = select(epochs.c.node).where(epochs.c.node == senders.c.node)
        connection.execute(delete(senders).where(senders.c.heard < before, ~known.exists()))
        act = select(quarantine_log.c.seq).order_by(quarantine_log.c.seq.desc()).offset(KEPT_ACTS).limit(1)
        connection.execute(delete(quarantine_log).where(quarantine_log.c.seq <= act.scalar_subquery()))
    _fold_rejections(store)


def _fold_rejections(store: Store) -> None:
    """A receipt `rejected` goes with its message in quarantine; if that comes again, it is refused anew."""
    kept = select(quarantine.c.number).where(quarantine.c.sha256 == receipts.c.sha256)
    with store.write() as connection:
        take_turn(connection)
        over = text("status = 'rejected'"), receipts.c.sent, ~kept.exists()
        connection.execute(delete(receipts).where(*over))
