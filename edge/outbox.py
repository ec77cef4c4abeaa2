"""What the node has committed to say: events until their receipt, pictures until their upload, and state.

One SQLite file, one commit for everything that belongs together, durable when `commit` returns. An event
leaves it on a receipt, or by a bound that is itself told as an event, and in no other way.
"""

import math
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from broker.events import DayDigest, Digest, SequenceRange
from broker.messages import Receipt
from broker.topics import Address
from edge import days, keeping, opened, verifications, wanted
from edge.database import OutboxDamaged, OutboxError, connect, said, whole
from edge.daybook import Run, day_of, digests, last_over, runs_of
from edge.drafts import Batch, Draft, Stamped, Upload, next_epoch, stamp
from edge.dropping import make_room, never_stored
from edge.failpoint import failpoint
from edge.offering import Holds, nothing_held
from edge.receiving import Outcome, receive
from edge.tables import STEPS
from edge.wanted import MOST_TOLD, Answer

EVENT = "SELECT id, epoch, sequence, subject, body, sha256, n, receipted FROM events"
COUNTS = {
    "events": "SELECT COUNT(*) FROM events WHERE receipted IS NULL",
    "uploads": "SELECT COUNT(*) FROM uploads WHERE uploaded IS NULL AND given_up IS NULL",
    "refused": "SELECT COUNT(*) FROM refused",
    "wanted": "SELECT COUNT(*) FROM wanted",
}
Counted = Literal["events", "uploads", "refused", "wanted"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that waits for its receipt, without its body."""

    n: int
    id: str


class Outbox:
    """One connection under one lock: every call is a transaction of its own, from any thread.

    max_pending: events that may wait for a receipt; max_kept: bytes of events that may be held after it;
    holds: whether a picture is still here.
    """

    def __init__(
        self,
        path: Path,
        address: Address,
        *,
        max_pending: int = 200_000,
        max_kept: int | None = None,
        holds: Holds = nothing_held,
    ) -> None:
        self.path = path
        self.address = address
        self.epoch = ""
        self.damaged: str | None = None  # what was found of that since it was opened
        self._max_pending = max_pending
        self._max_kept = max_kept
        self._holds = holds
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None

    def open(self, now: float, token: str) -> None:
        """Open or make the file, and begin a new epoch. Raises OutboxError, OutboxDamaged."""
        with said(self.path):
            self._db = connect(self.path, STEPS)
        with self._transaction() as db:
            last = db.execute("SELECT MAX(epoch) FROM epochs").fetchone()[0]
            epoch = next_epoch(last, now, token)
            db.execute("INSERT INTO epochs VALUES (?, 0)", (epoch,))
        self.epoch, self.damaged = epoch, None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """All other threads wait meanwhile: for what takes the file away and puts another in its place."""
        with self._lock:
            yield

    def close(self) -> None:
        """Close the file. May be called twice."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def commit(self, batch: Batch, recorded: float) -> list[Stamped]:
        """Store all of it or, with OutboxError, nothing. On return it survives a power cut."""
        with self._transaction() as db:
            stamped = self._number(db, self._with_room(db, batch, recorded), recorded)
            db.executemany(
                "INSERT OR IGNORE INTO uploads VALUES (?, ?, ?, ?, NULL, NULL)",
                [(u.sha256, u.size, u.media_type, recorded) for u in batch.uploads],
            )
            db.executemany(
                "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)",
                [(source, body, recorded) for source, body in batch.snapshots.items() if body],
            )
            gone = [(source,) for source, body in batch.snapshots.items() if not body]
            db.executemany("DELETE FROM snapshots WHERE source = ?", gone)
            if stamped:
                failpoint("in_commit")
        if stamped:
            failpoint("after_commit")
        return stamped

    def _with_room(self, db: sqlite3.Connection, batch: Batch, recorded: float) -> Sequence[Draft]:
        node, coming = self.address.node, len(batch.drafts)
        room = make_room(db, node, coming, self._max_pending, recorded) if coming else []
        return [*batch.drafts, *room, *never_stored(db, node, self.epoch, batch.lost, recorded)]

    def _number(self, db: sqlite3.Connection, drafts: Sequence[Draft], recorded: float) -> list[Stamped]:
        first = db.execute("SELECT next FROM epochs WHERE epoch = ?", (self.epoch,)).fetchone()[0]
        source = self.address.source
        stamped = [stamp(d, source, self.epoch, first + i, recorded) for i, d in enumerate(drafts)]
        _insert(db, stamped, recorded)
        if stamped:
            days.book(db, runs_of((day_of(recorded), event) for event in stamped))
        for draft, event in zip(drafts, stamped, strict=True):
            if isinstance(draft.data, Digest):
                days.tell(db, draft.data, event.id, recorded)
            verifications.note(db, draft, event, recorded)
            opened.note(db, draft, recorded)
        db.execute("UPDATE epochs SET next = next + ? WHERE epoch = ?", (len(stamped), self.epoch))
        return stamped

    def pending(self, after: int = 0, limit: int = -1) -> list[Pending]:
        """Events without a receipt in the order of their commits, those behind number `after`."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT n, id FROM events WHERE receipted IS NULL AND n > ? ORDER BY n LIMIT ?",
                (after, limit),
            )
            return [Pending(*row) for row in rows]

    def next(self, after: int, limit: int) -> list[tuple[int, Stamped]]:
        """Events without a receipt, whole, behind number `after`, each with its own number."""
        with self._transaction() as db:
            rows = db.execute(f"{EVENT} WHERE receipted IS NULL AND n > ? ORDER BY n LIMIT ?", (after, limit))
            return [(row[6], Stamped(*row[:6])) for row in rows]

    def read(self, event_id: str) -> Stamped | None:
        """One event that waits, or that the centre wants again; None when its receipt has come meanwhile."""
        with self._transaction() as db:
            row = db.execute(f"{EVENT} WHERE id = ?", (event_id,)).fetchone()
            if row is None or row[7] is not None:
                row = wanted.one(db, event_id)
            return Stamped(*row[:6]) if row is not None else None

    def receive(self, receipts: Sequence[Receipt], at: float) -> list[Outcome]:
        """Let events go. A receipt for other bytes, or for an event not held, changes nothing."""
        with self._transaction() as db:
            outcomes = [receive(db, receipt, at, self._holds) for receipt in receipts]
            failpoint("in_receipt")
        failpoint("after_receipt")
        return outcomes

    def want(
        self, ranges: Sequence[SequenceRange], told: Sequence[SequenceRange], at: float, most: int = MOST_TOLD
    ) -> Answer:
        """Mark what is held of these ranges to be sent again; say what never will be, but for `told`.

        What an epoch has not reached yet is in neither. `most`: ranges that can be told.
        """
        with self._transaction() as db:
            return wanted.want(db, ranges, told, at, most)

    def within(self, do: Callable[[sqlite3.Connection], T]) -> T:
        """What another file does with its own rows, in a transaction."""
        with self._transaction() as db:
            return do(db)

    def again(self, after: tuple[str, int], limit: int) -> list[Stamped]:
        """Events that the centre wants again, in order of epoch and sequence, behind a place."""
        with self._transaction() as db:
            return [Stamped(*row) for row in wanted.waiting(db, after, limit)]

    def digests(self, now: float) -> tuple[Draft, ...]:
        """What is to be told of the earliest day that is over and not told yet; nothing on most days."""
        with self._transaction() as db:
            day = days.untold(db, last_over(now))
            found = days.runs(db, day) if day is not None else []
        made = digests(self.address.source, day or "", found)
        return tuple(Draft(DayDigest, self.address.node, now, digest) for digest in made)

    def highest(self) -> int:
        """The highest sequence of this epoch, -1 before the first event."""
        with self._transaction() as db:
            found = db.execute("SELECT next FROM epochs WHERE epoch = ?", (self.epoch,)).fetchone()
            return int(found[0]) - 1

    def count(self, what: Counted) -> int:
        """How many events wait for a receipt, pictures for their upload, were refused, or are asked for."""
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
        """Drop events whose receipt came, and pictures whose upload ended, before a time; how many events.

        Beyond `max_kept` bytes the oldest that have their receipt go sooner. What the centre wants again
        stays, within that bound, as long once more.
        """
        with self._transaction() as db:
            ends = -math.inf if self._max_kept is None else keeping.room_ends(db, self._max_kept)
        gone = self._drop(keeping.drop_old, before) + self._drop(keeping.drop_any, ends)
        with self._transaction() as db:
            keeping.forget_rest(db, before, self.epoch)
            failpoint("in_forget")
        failpoint("after_forget")
        return gone

    def kept_bytes(self) -> int:
        """What events take that have their receipt."""
        with self._transaction() as db:
            return _one(db, "SELECT COALESCE(SUM(size), 0) FROM events WHERE receipted IS NOT NULL")

    def shrink_kept(self, most: int) -> int:
        """Drop the oldest events that have their receipt until they take so many bytes; how many."""
        with self._transaction() as db:
            ends = keeping.room_ends(db, most)
        return self._drop(keeping.drop_any, ends)

    def _drop(self, some: Callable[[sqlite3.Connection, float], int], before: float) -> int:
        gone = 0
        while True:
            with self._transaction() as db:
                dropped = some(db, before)
            gone += dropped
            if dropped == 0:
                return gone

    def adopt(self, events: Sequence[Stamped], runs: Sequence[Run], at: float) -> None:
        """Take over events that an earlier file still held, and what it told of its days."""
        with self._transaction() as db:
            _insert(db, events, at)
            days.take_over(db, runs, events)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._noting_damage(), said(self.path):
            if self._db is None:
                raise OutboxDamaged(self.damaged) if self.damaged else OutboxError("is closed")
            with whole(self._db):
                yield self._db

    @contextmanager
    def _noting_damage(self) -> Iterator[None]:
        try:
            yield
        except OutboxDamaged as error:
            self.damaged = self.damaged or str(error)
            raise


def _insert(db: sqlite3.Connection, events: Iterable[Stamped], at: float) -> None:
    db.executemany(
        "INSERT INTO events (id, epoch, sequence, subject, body, sha256, created, size) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(e.id, e.epoch, e.sequence, e.subject, e.body, e.sha256, at, len(e.body)) for e in events],
    )


def _one(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
