"""Sends receipts, in passing: a batch's own at once, and what is left over from the database."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from itertools import groupby

from broker.link import Link
from broker.messages import Receipts
from broker.topics import TABLE, Address
from central.metrics import Metrics
from central.store.database import Store
from central.store.receipts import Owed, marked, owed
from central.store.taking import Taken

RECEIPTS_A_MESSAGE = 100
RECEIPTS_AT_ONCE = 500
MOST_UNMARKED = 1024
IDLE_S = 0.1  # what was sent is marked after so long, should nothing come with which it could be marked
REST_S = 0.5  # between two tries to send what the broker did not take
ROUND_S = 10.0  # how often the database is asked for what others may have left


class Post:
    """The receipts of one worker. What it has sent is marked with the next batch, or when there is none."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._sent: list[Owed] = []
        self._due = 0.0

    @property
    def sent(self) -> Sequence[Owed]:
        """Handed to the broker and not yet marked so."""
        return tuple(self._sent)

    def were_marked(self, sent: Sequence[Owed]) -> None:
        """A batch has been committed that marked them."""
        del self._sent[: len(sent)]

    @property
    def patience_s(self) -> float:
        """How long there is nothing to do."""
        return IDLE_S if self._sent else max(IDLE_S, self._due - time.monotonic())

    def look(self) -> None:
        """There may be receipts in the database."""
        self._due = 0.0

    def send(self, link: Link, taken: Taken) -> None:
        """Send a batch's receipts; of what was taken or refused earlier the database knows the words."""
        self._hand_over(link, taken.fresh)
        if taken.more_owed:
            self.look()

    def _hand_over(self, link: Link, receipts: Sequence[Owed]) -> None:
        """What the broker does not take now is found again in the database."""
        for node, batch in _messages(receipts):
            topic = Address.of(node).topic("receipt")
            body = Receipts(at=datetime.now(timezone.utc), receipts=[each.receipt for each in batch]).encode()
            if not link.publish(topic, body, TABLE["receipt"]):
                self._due = time.monotonic() + REST_S
                return
            self._sent += batch
            self._metrics.receipts.inc(len(batch))

    def rest(self, link: Link, *, idle: bool) -> None:
        """Between batches: mark what was sent, and send what is owed. Raises StoreAway."""
        due = time.monotonic() >= self._due
        if idle or due or len(self._sent) > MOST_UNMARKED:
            self.mark()
        if due and link.connected:
            self._due = time.monotonic() + ROUND_S
            waiting = owed(self._store, at_most=RECEIPTS_AT_ONCE)
            self._hand_over(link, waiting)
            if len(waiting) == RECEIPTS_AT_ONCE and len(self._sent) == len(waiting):
                self.look()

    def mark(self) -> None:
        """Mark what was sent. Raises StoreAway."""
        marked(self._store, self._sent)
        self._sent = []


def _messages(receipts: Sequence[Owed]) -> Iterator[tuple[str, list[Owed]]]:
    """Receipts by node, in messages of a bounded size."""
    for node, group in groupby(sorted(receipts, key=lambda each: each.node), key=lambda each: each.node):
        batch = list(group)
        for first in range(0, len(batch), RECEIPTS_A_MESSAGE):
            yield node, batch[first : first + RECEIPTS_A_MESSAGE]
