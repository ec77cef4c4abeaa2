"""Events that the centre asks for once more: which are held, which will never come, and what it was told."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from broker.events import SequenceRange
from edge.ranges import joined, missing, ranges_of, without

MOST_TOLD = 10_000  # ranges that are remembered, and ranges that one command may bring to be told
AGAIN_S = 3600.0  # a centre that lost what it was told, and asks on, is told again


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a `resend`: how many events are newly marked, and the ranges that will never come.

    `refused`: those that the centre refused itself, by its own words.
    """

    marked: int
    lost: list[SequenceRange]
    refused: dict[str, list[SequenceRange]]


@dataclass
class Told:
    """Ranges of which the centre was told lately, so that asking again makes no event again. Bounded."""

    _told: list[tuple[float, list[SequenceRange]]] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(len(ranges) for _, ranges in self._told)

    def ranges(self, now: float) -> list[SequenceRange]:
        """What was told in the last hour, in order."""
        self._told = [(at, ranges) for at, ranges in self._told if 0.0 <= now - at < AGAIN_S]
        return joined(part for _, ranges in self._told for part in ranges)

    def tell(self, ranges: list[SequenceRange], now: float) -> None:
        """Remember these, and forget the oldest when they are too many."""
        if ranges:
            self._told.append((now, ranges))
        while len(self) > MOST_TOLD and len(self._told) > 1:
            del self._told[0]


def want(
    db: sqlite3.Connection, wanted: Iterable[SequenceRange], told: Sequence[SequenceRange], at: float
) -> Answer:
    """Mark what is held and has its receipt; what has none waits for it anyway."""
    asked = [part for part in (_reached(db, part) for part in joined(wanted)) if part is not None]
    marked = sum(_mark(db, part, at) for part in asked)
    lost = without((gap for part in asked for gap in missing(part, _here(db, part))), told)
    return Answer(marked, list(islice(lost, MOST_TOLD)), _refused(db, asked, told))


def waiting(
    db: sqlite3.Connection, after: tuple[str, int], limit: int
) -> list[tuple[str, str, int, str, bytes, str]]:
    """Marked events behind a place, in order of epoch and sequence."""
    return db.execute(
        "SELECT id, epoch, sequence, subject, body, sha256 FROM wanted JOIN events USING (epoch, sequence) "
        "WHERE (epoch, sequence) > (?, ?) ORDER BY epoch, sequence LIMIT ?",
        (*after, limit),
    ).fetchall()


def is_wanted(db: sqlite3.Connection, epoch: str, sequence: int) -> bool:
    """Whether this one is marked."""
    query = "SELECT 1 FROM wanted WHERE epoch = ? AND sequence = ?"
    return db.execute(query, (epoch, sequence)).fetchone() is not None


def done(db: sqlite3.Connection, epoch: str, sequence: int) -> None:
    """Its receipt came."""
    db.execute("DELETE FROM wanted WHERE epoch = ? AND sequence = ?", (epoch, sequence))


def forget(db: sqlite3.Connection, before: float) -> None:
    """Drop the marks that are older than this, and those of events that are gone."""
    db.execute("DELETE FROM wanted WHERE at < ?", (before,))
    db.execute(
        "DELETE FROM wanted WHERE NOT EXISTS (SELECT 1 FROM events "
        "WHERE events.epoch = wanted.epoch AND events.sequence = wanted.sequence)"
    )


def _reached(db: sqlite3.Connection, part: SequenceRange) -> SequenceRange | None:
    """The part without what its epoch, while it is known here, has not come to."""
    known = db.execute("SELECT next FROM epochs WHERE epoch = ?", (part.epoch,)).fetchone()
    last = min(part.last, known[0] - 1) if known else part.last
    return part.model_copy(update={"last": last}) if part.first <= last else None


def _mark(db: sqlite3.Connection, part: SequenceRange, at: float) -> int:
    # Written so that indexes answer it alone: `receipted` lies behind the body, and none need be read.
    return db.execute(
        "INSERT OR IGNORE INTO wanted SELECT epoch, sequence, ? FROM events "
        "WHERE epoch = ? AND sequence BETWEEN ? AND ? "
        "AND n NOT IN (SELECT n FROM events WHERE receipted IS NULL)",
        (at, part.epoch, part.first, part.last),
    ).rowcount


def _here(db: sqlite3.Connection, part: SequenceRange) -> Iterator[int]:
    bounds = (part.epoch, part.first, part.last)
    rows = db.execute(
        "SELECT sequence FROM events WHERE epoch = ? AND sequence BETWEEN ? AND ? UNION ALL "
        "SELECT sequence FROM refused WHERE epoch = ? AND sequence BETWEEN ? AND ? ORDER BY 1",
        (*bounds, *bounds),
    )
    return (row[0] for row in rows)


def _refused(
    db: sqlite3.Connection, asked: Iterable[SequenceRange], told: Sequence[SequenceRange]
) -> dict[str, list[SequenceRange]]:
    numbers: dict[str, list[tuple[str, int]]] = {}
    for part in asked:
        rows = db.execute(
            "SELECT reason, epoch, sequence FROM refused WHERE epoch = ? AND sequence BETWEEN ? AND ? "
            "ORDER BY sequence LIMIT ?",
            (part.epoch, part.first, part.last, MOST_TOLD),
        )
        for reason, epoch, sequence in rows:
            numbers.setdefault(reason, []).append((epoch, sequence))
    new = {reason: list(without(ranges_of(pairs), told)) for reason, pairs in numbers.items()}
    return {reason: ranges for reason, ranges in new.items() if ranges}
