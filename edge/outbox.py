"""What the node has committed to say: events until their receipt, pictures until their upload, and state.

One SQLite file, one commit for everything that belongs together, durable when `commit` returns. An event
leaves it on a receipt, or by a bound that is itself told as an event, and in no other way.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from broker.events import Dropped, EventsDropped, Reason, SequenceRange, parse
from broker.messages import Receipt
from broker.topics import Address
from edge.database import OutboxError, connect, said, whole
from edge.drafts import Batch, Draft, Stamped, Upload, next_epoch, stamp
from edge.failpoint import failpoint
from edge.ranges import joined, missing, ranges_of

log = logging.getLogger(__name__)

VERSION = 1
SCHEMA = """
CREATE TABLE epochs (epoch TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
CREATE TABLE events (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL,
    sequence INTEGER NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL, sha256 TEXT NOT NULL,
    created REAL NOT NULL, receipted REAL, UNIQUE (epoch, sequence)) STRICT;
CREATE INDEX events_pending ON events (n) WHERE receipted IS NULL;
CREATE TABLE refused (
    id TEXT PRIMARY KEY, epoch TEXT NOT NULL, sequence INTEGER NOT NULL, subject TEXT NOT NULL,
    body BLOB NOT NULL, sha256 TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE TABLE uploads (
    sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, media_type TEXT NOT NULL, created REAL NOT NULL,
    uploaded REAL, given_up TEXT) STRICT;
CREATE TABLE snapshots (source TEXT PRIMARY KEY, body BLOB NOT NULL, saved REAL NOT NULL) STRICT;
"""
COUNTS = {
    "events": "SELECT COUNT(*) FROM events WHERE receipted IS NULL",
    "uploads": "SELECT COUNT(*) FROM uploads WHERE uploaded IS NULL AND given_up IS NULL",
    "refused": "SELECT COUNT(*) FROM refused",
}
REFUSED_KEPT_S = 30 * 86_400.0
MOST_RANGES = 1000  # that one event may name

Outcome = Literal["committed", "rejected", "unknown", "other_body"]


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that waits for its receipt, without its body."""

    n: int
    id: str


class Outbox:
    """One connection under one lock: every call is a transaction of its own, from any thread."""

    def __init__(self, path: Path, address: Address, *, max_pending: int = 200_000) -> None:
        self.path = path
        self.address = address
        self.epoch = ""
        self._max_pending = max_pending
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None

    def open(self, now: float, token: str) -> None:
        """Open or make the file, and begin a new epoch. Raises OutboxError, OutboxDamaged."""
        with said(self.path):
            self._db = connect(self.path, SCHEMA, VERSION)
        with self._transaction() as db:
            last = db.execute("SELECT MAX(epoch) FROM epochs").fetchone()[0]
            epoch = next_epoch(last, now, token)
            db.execute("INSERT INTO epochs VALUES (?, 0)", (epoch,))
        self.epoch = epoch

    def close(self) -> None:
        """Close the file. May be called twice."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def commit(self, batch: Batch, recorded: float) -> list[Stamped]:
        """Store all of it or, with OutboxError, nothing. On return it survives a power cut."""
        with self._transaction() as db:
            drafts = batch.drafts + self._make_room(db, len(batch.drafts), recorded)
            stamped = self._number(db, drafts, recorded)
            db.executemany(
                "INSERT OR IGNORE INTO uploads VALUES (?, ?, ?, ?, NULL, NULL)",
                [(u.sha256, u.size, u.media_type, recorded) for u in batch.uploads],
            )
            db.executemany(
                "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)",
                [(source, body, recorded) for source, body in batch.snapshots.items()],
            )
        if stamped:
            failpoint("after_commit")
        return stamped

    def _number(self, db: sqlite3.Connection, drafts: Sequence[Draft], recorded: float) -> list[Stamped]:
        first = db.execute("SELECT next FROM epochs WHERE epoch = ?", (self.epoch,)).fetchone()[0]
        source = self.address.source
        stamped = [stamp(d, source, self.epoch, first + i, recorded) for i, d in enumerate(drafts)]
        _insert(db, stamped, recorded)
        db.execute("UPDATE epochs SET next = next + ? WHERE epoch = ?", (len(stamped), self.epoch))
        return stamped

    def _make_room(self, db: sqlite3.Connection, coming: int, recorded: float) -> tuple[Draft, ...]:
        """At the bound the oldest tenth is given up, and that is said in an event of its own."""
        held = _one(db, "SELECT COUNT(*) FROM events WHERE receipted IS NULL") if coming else 0
        if held + coming <= self._max_pending:
            return ()
        oldest = db.execute(
            "SELECT n, epoch, sequence, CASE WHEN subject = ? THEN body END FROM events "
            "WHERE receipted IS NULL ORDER BY n LIMIT ?",
            (self.address.node, max(coming, self._max_pending // 10)),
        ).fetchall()
        db.executemany("DELETE FROM events WHERE n = ?", [(row[0],) for row in oldest])
        log.error("the outbox holds %d events and may hold no more: %d given up", held, len(oldest))
        told = [part for row in oldest if row[3] is not None for part in _told_in(row[3])]
        ranges = joined([*told, *ranges_of((epoch, sequence) for _, epoch, sequence, _ in oldest)])
        text = f"the outbox reached its bound of {self._max_pending} events; the oldest were given up"
        return self.dropped(ranges, "outbox_full", text, recorded)

    def dropped(self, ranges: list[SequenceRange], code: str, text: str, utc: float) -> tuple[Draft, ...]:
        """What says which events will never come: no event for no ranges, several for very many."""
        reason = Reason(code=code, text=text)
        parts = [ranges[first : first + MOST_RANGES] for first in range(0, len(ranges), MOST_RANGES)]
        told = [Dropped(ranges=part, reasons=[reason]) for part in parts]
        return tuple(Draft(EventsDropped, self.address.node, utc, data) for data in told)

    def pending(self, after: int = 0, limit: int = -1) -> list[Pending]:
        """Events without a receipt in the order of their commits, those behind number `after`."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT n, id FROM events WHERE receipted IS NULL AND n > ? ORDER BY n LIMIT ?",
                (after, limit),
            )
            return [Pending(*row) for row in rows]

    def read(self, event_id: str) -> Stamped | None:
        """One event that waits, whole; None when its receipt has come meanwhile."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT id, epoch, sequence, subject, body, sha256 FROM events "
                "WHERE id = ? AND receipted IS NULL",
                (event_id,),
            ).fetchone()
            return Stamped(*row) if row else None

    def receive(self, receipts: Sequence[Receipt], at: float) -> list[Outcome]:
        """Let events go. A receipt for other bytes, or for an event not held, changes nothing."""
        with self._transaction() as db:
            return [_receive(db, receipt, at) for receipt in receipts]

    def held(self, wanted: SequenceRange) -> tuple[list[Stamped], list[SequenceRange]]:
        """The events of a range that can still be sent, and the parts of it that cannot.

        What this epoch has not reached yet is in neither.
        """
        with self._transaction() as db:
            bounds = (wanted.epoch, wanted.first, wanted.last)
            rows = db.execute(
                "SELECT id, epoch, sequence, subject, body, sha256 FROM events "
                "WHERE epoch = ? AND sequence BETWEEN ? AND ? ORDER BY sequence",
                bounds,
            ).fetchall()
            refused = db.execute(
                "SELECT sequence FROM refused WHERE epoch = ? AND sequence BETWEEN ? AND ?", bounds
            ).fetchall()
            known = db.execute("SELECT next FROM epochs WHERE epoch = ?", (wanted.epoch,)).fetchone()
        last = min(wanted.last, known[0] - 1) if known else wanted.last
        here = sorted([row[2] for row in rows] + [row[0] for row in refused])
        return [Stamped(*row) for row in rows], missing(wanted.model_copy(update={"last": last}), here)

    def highest(self) -> int:
        """The highest sequence of this epoch, -1 before the first event."""
        with self._transaction() as db:
            found = db.execute("SELECT next FROM epochs WHERE epoch = ?", (self.epoch,)).fetchone()
            return int(found[0]) - 1

    def count(self, what: Literal["events", "uploads", "refused"]) -> int:
        """How many events wait for a receipt, pictures for their upload, or events were refused."""
        with self._transaction() as db:
            return _one(db, COUNTS[what])

    def snapshots(self) -> dict[str, bytes]:
        """The last committed state of every source."""
        with self._transaction() as db:
            return dict(db.execute("SELECT source, body FROM snapshots").fetchall())

    def uploads(self) -> list[Upload]:
        """The pictures that wait, oldest first."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT sha256, size, media_type FROM uploads "
                "WHERE uploaded IS NULL AND given_up IS NULL ORDER BY created"
            )
            return [Upload(*row) for row in rows]

    def uploaded(self, sha256: str, at: float) -> None:
        """The centre has this picture."""
        with self._transaction() as db:
            db.execute("UPDATE uploads SET uploaded = ? WHERE sha256 = ?", (at, sha256))

    def give_up(self, sha256: str, why: str) -> None:
        """This picture will not be uploaded."""
        with self._transaction() as db:
            db.execute("UPDATE uploads SET given_up = ? WHERE sha256 = ?", (why, sha256))

    def forget(self, before: float) -> int:
        """Drop events whose receipt came, and pictures whose upload ended, before a time."""
        with self._transaction() as db:
            gone = db.execute("DELETE FROM events WHERE receipted < ?", (before,)).rowcount
            db.execute(
                "DELETE FROM uploads WHERE created < ? AND (uploaded < ? OR given_up IS NOT NULL)",
                (before, before),
            )
            db.execute("DELETE FROM refused WHERE at < ?", (before - REFUSED_KEPT_S,))
            db.execute(
                "DELETE FROM epochs WHERE epoch <> ? AND epoch NOT IN (SELECT epoch FROM events)",
                (self.epoch,),
            )
            return gone

    def adopt(self, events: Iterable[Stamped], at: float) -> None:
        """Take over events that an earlier file still held."""
        with self._transaction() as db:
            _insert(db, events, at)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, said(self.path):
            if self._db is None:
                raise OutboxError("is closed")
            with whole(self._db):
                yield self._db


def _insert(db: sqlite3.Connection, events: Iterable[Stamped], at: float) -> None:
    db.executemany(
        "INSERT INTO events (id, epoch, sequence, subject, body, sha256, created) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(e.id, e.epoch, e.sequence, e.subject, e.body, e.sha256, at) for e in events],
    )


def _told_in(body: bytes) -> list[SequenceRange]:
    """What an event that is given up said of others: the next one has to say it instead."""
    event = parse(body)
    return event.data.ranges if isinstance(event, EventsDropped) else []


def _one(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def _receive(db: sqlite3.Connection, receipt: Receipt, at: float) -> Outcome:
    row = db.execute("SELECT sha256, receipted FROM events WHERE id = ?", (receipt.id,)).fetchone()
    if row is None or row[1] is not None:
        return "unknown"
    if row[0] != receipt.sha256:
        return "other_body"
    if receipt.status == "rejected":
        db.execute(
            "INSERT INTO refused SELECT id, epoch, sequence, subject, body, sha256, ?, ? "
            "FROM events WHERE id = ?",
            (receipt.reason or "no reason given", at, receipt.id),
        )
        db.execute("DELETE FROM events WHERE id = ?", (receipt.id,))
    else:
        db.execute("UPDATE events SET receipted = ? WHERE id = ?", (at, receipt.id))
    return receipt.status
