"""A connection to the broker that tries what the node needs, and changes nothing.

What is published is an event that the centre has confirmed long ago, byte for byte: it comes twice, as any
may, and is confirmed again. Where there is none yet, it is an answer to a question that nobody asked, which
the centre lets go. Nothing of it is retained, there is no will, and the client id is another one than the
node's.
"""

import secrets
import sqlite3
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from broker.asks import Answer
from broker.deliveries import Delivery, Sign
from broker.events import Reason
from broker.fields import read, utc
from broker.link import Link, LinkSettings
from broker.messages import Receipts
from broker.saying import said
from broker.topics import TABLE, Address

HEARD = ("receipt", "command", "config")
KEPT = "SELECT id, body FROM events WHERE receipted IS NOT NULL ORDER BY n DESC LIMIT 1"


@dataclass
class Probe:
    """What came of it. reason: why there was no connection. receipt_s: None where none came, or was due."""

    connected: bool = False
    reason: str = ""
    connected_s: float = 0.0
    refused_topics: list[str] = field(default_factory=list)
    refused_filters: list[str] = field(default_factory=list)
    acknowledged: bool = False
    event: bool = False
    receipt_s: float | None = None


class Prober:
    """One connection, one message."""

    def __init__(self, settings: LinkSettings, address: Address, sign: Sign | None, outbox: Path) -> None:
        self._address = address
        self._kept = kept_event(outbox)
        self._found = Probe(event=self._kept is not None)
        self._verdicts: dict[str, bool] = {}
        self._changed = threading.Condition()
        self._over = False
        self._receipted: float | None = None
        self._link = Link(
            settings,
            client_id=f"{address.node[:40]}-doctor-{secrets.token_hex(3)}",
            on_message=self._came,
            on_connection=self._connection,
            on_verdict=self._verdict,
            sign=sign,
        )

    def probe(self, patience: float) -> Probe:
        """Try it."""
        found, began = self._found, time.monotonic()
        for channel in HEARD:
            self._link.subscribe(self._address.topic(channel))
        self._link.start()
        try:
            with self._changed:
                self._changed.wait_for(lambda: found.connected or self._over, patience)
            found.connected_s = time.monotonic() - began
            if found.connected and self._link.wait(patience):
                self._say(patience)
        finally:
            self._link.stop()
        if not found.connected and not found.reason:
            found.reason = said("no answer within {patience:g} s", patience=patience)
        return found

    def _say(self, patience: float) -> None:
        channel = "event" if self._kept else "answer"
        topic, said = self._address.topic(channel), time.monotonic()
        body = self._kept[1] if self._kept else _nothing()
        if not self._link.publish(topic, body, TABLE[channel]):
            return
        with self._changed:
            self._found.acknowledged = self._changed.wait_for(lambda: topic in self._verdicts, patience)
            if self._kept and self._verdicts.get(topic):
                self._changed.wait_for(lambda: self._receipted is not None, patience)
            verdicts = dict(self._verdicts)
        if self._receipted is not None:
            self._found.receipt_s = self._receipted - said
        self._found.refused_topics = [self._short(topic)] if verdicts.get(topic) is False else []
        self._found.refused_filters = [
            channel for channel in HEARD if verdicts.get(self._address.topic(channel)) is False
        ]

    def _short(self, topic: str) -> str:
        return topic.rpartition("/")[2]

    def _connection(self, up: bool, reason: str) -> None:
        with self._changed:
            self._found.connected |= up
            if not up and not self._found.connected and not self._over:
                self._found.reason, self._over = reason, True
            self._changed.notify_all()

    def _verdict(self, topic: str, allowed: bool) -> None:
        with self._changed:
            self._verdicts[topic] = allowed
            self._changed.notify_all()

    def _came(self, delivery: Delivery) -> None:
        if self._kept is None or delivery.topic != self._address.topic("receipt"):
            return
        with suppress(ValidationError):
            if any(one.id == self._kept[0] for one in read(Receipts, delivery.body).receipts):
                with self._changed:
                    self._receipted = time.monotonic()
                    self._changed.notify_all()


def _nothing() -> bytes:
    """An answer to a question that nobody asked."""
    reason = Reason(code="doctor", text="gewu-edge doctor tries whether this node may speak")
    name = f"doctor-{secrets.token_hex(4)}"
    return Answer(id=name, number=0, at=utc(time.time()), status="failed", reasons=[reason]).encode()


def kept_event(outbox: Path) -> tuple[str, bytes] | None:
    """The newest event that the centre has confirmed and that is still held; the outbox is only read."""
    try:
        with closing(reading(outbox)) as db:
            row = db.execute(KEPT).fetchone()
    except sqlite3.Error:
        return None
    return None if row is None else (str(row[0]), bytes(row[1]))


def reading(outbox: Path) -> sqlite3.Connection:
    """The outbox, to read only. Raises sqlite3.Error."""
    return sqlite3.connect(f"{outbox.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)
