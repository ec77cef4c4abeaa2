"""The daybook in the outbox's file: written in the commit of its events, told in the commit of its digest."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, datetime, timezone

from broker.events import Digest, SequenceRange
from edge.daybook import Run, runs_of
from edge.drafts import Stamped

MOST_RUNS = 100_000  # of a node whose clock or power flaps; the oldest go, told or not
LONGEST_RUN = 20_000_000  # events of a day, two hundred a second; a damaged number may say a thousand years
_RUN = "SELECT day, epoch, first, last, bodies FROM days"


def book(db: sqlite3.Connection, runs: Iterable[Run]) -> None:
    """Add runs; one that goes on where the epoch's last ends, on the same day and untold, lengthens it."""
    for run in runs:
        found = db.execute(
            f"{_RUN} WHERE epoch = ? AND told IS NULL ORDER BY first DESC LIMIT 1", (run.epoch,)
        ).fetchone()
        whole = _run(found).then(run) if found else None
        if whole is None:
            _insert(db, run)
        else:
            db.execute(
                "UPDATE days SET last = ?, bodies = ? WHERE epoch = ? AND first = ?",
                (whole.last, _bytes(whole), whole.epoch, whole.first),
            )


def untold(db: sqlite3.Connection, until: str) -> str | None:
    """The earliest day up to `until` of which anything is not told yet."""
    day: str | None = db.execute(
        "SELECT MIN(day) FROM days WHERE told IS NULL AND day <= ?", (until,)
    ).fetchone()[0]
    return day


def runs(db: sqlite3.Connection, day: str) -> list[Run]:
    """All of one day, also what was told of it."""
    return [_run(row) for row in db.execute(f"{_RUN} WHERE day = ?", (day,))]


def tell(db: sqlite3.Connection, digest: Digest, event_id: str, at: float) -> None:
    """Note which event told of these runs. One that has grown since stays untold."""
    db.executemany(
        "UPDATE days SET told = ?, told_at = ? WHERE day = ? AND epoch = ? AND first >= ? AND last <= ?",
        [(event_id, at, digest.day, part.epoch, part.first, part.last) for part in digest.ranges],
    )


def untell(db: sqlite3.Connection, event_ids: Iterable[str]) -> None:
    """These digests will never come: what they told is to be told again."""
    db.executemany("UPDATE days SET told = NULL, told_at = NULL WHERE told = ?", [(i,) for i in event_ids])


def forget(db: sqlite3.Connection, before: float) -> None:
    """Drop what was told before a time in a digest that has its receipt."""
    db.execute(
        "DELETE FROM days WHERE told_at < ? AND NOT EXISTS ("
        "SELECT 1 FROM events WHERE events.id = days.told AND receipted IS NULL)",
        (before,),
    )
    db.execute("DELETE FROM days WHERE n <= (SELECT MAX(n) FROM days) - ?", (MOST_RUNS,))


def read_run(row: tuple[str, str, int, int, bytes]) -> Run | None:
    """A row as a run; None for what no node would have written."""
    try:
        run = _run(row)
        date.fromisoformat(run.day)
        SequenceRange(epoch=run.epoch, first=run.first, last=run.last)
    except (TypeError, ValueError):
        return None
    return run if len(row[4]) == len(_bytes(run)) and run.last - run.first < LONGEST_RUN else None


def take_over(db: sqlite3.Connection, saved: Iterable[Run], events: Iterable[Stamped]) -> None:
    """What a damaged file told of its days, and those of its events that this does not name."""
    for run in saved:
        _insert(db, run)
    loose = [(_day(event), event) for event in events if not _booked(db, event)]
    book(db, runs_of((day, event) for day, event in loose if day is not None))


def _day(event: Stamped) -> str | None:
    """When it was recorded; None where it does not say."""
    try:
        recorded = datetime.fromisoformat(json.loads(event.body)["recordedtime"].replace("Z", "+00:00"))
        return recorded.astimezone(timezone.utc).date().isoformat()
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None


def _booked(db: sqlite3.Connection, event: Stamped) -> bool:
    query = "SELECT last FROM days WHERE epoch = ? AND first <= ? ORDER BY first DESC LIMIT 1"
    row = db.execute(query, (event.epoch, event.sequence)).fetchone()
    return row is not None and event.sequence <= row[0]


def _insert(db: sqlite3.Connection, run: Run) -> None:
    db.execute(
        "INSERT OR IGNORE INTO days (day, epoch, first, last, bodies) VALUES (?, ?, ?, ?, ?)",
        (run.day, run.epoch, run.first, run.last, _bytes(run)),
    )


def _run(row: tuple[str, str, int, int, bytes]) -> Run:
    return Run(*row[:4], int.from_bytes(row[4], "big"))


def _bytes(run: Run) -> bytes:
    return run.bodies.to_bytes(32, "big")
