"""Events that the centre asks for once more: which are held, which will never come, and what it was told."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from broker.events import SequenceRange
from broker.ranges import joined, missing, ranges_of, without

MOST_TOLD = 20_000  # ranges told in an hour, whatever is asked for; the rest is told when asked for later
AGAIN_S = 3600.0  # a centre that lost what it was told, and asks on, is told again
# What was refused goes so often once more when it is asked for: a centre asks for nothing that it refused
# itself, so the refusal may have been somebody else's word, or a mistake that it does not remember.
MOST_TRIES = 3
BODY = "SELECT id, epoch, sequence, subject, body, sha256 FROM wanted JOIN {} USING (epoch, sequence)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a `resend`: how many events are newly marked, and the ranges that will never come.

    `refused`: those that the centre refused itself, each time that they were sent, by its own words.
    """

    marked: int
    lost: list[SequenceRange]
    refused: dict[str, list[SequenceRange]]


@dataclass
class Told:
    """Ranges of which the centre was told lately, so that asking again makes no event again."""

    _told: list[tuple[float, list[SequenceRange]]] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(len(ranges) for _, ranges in self._told)

    def ranges(self, now: float) -> list[SequenceRange]:
        """What was told in the last hour, in order."""
        self._told = [(at, ranges) for at, ranges in self._told if 0.0 <= now - at < AGAIN_S]
        return joined(part for _, ranges in self._told for part in ranges)

    def tell(self, ranges: list[SequenceRange], now: float) -> None:
        """Remember these."""
        if ranges:
            self._told.append((now, ranges))

    @property
    def room(self) -> int:
        """How many more may be told now."""
        return max(0, MOST_TOLD - len(self))


def want(
    db: sqlite3.Connection,
    wanted: Iterable[SequenceRange],
    told: Sequence[SequenceRange],
    at: float,
    most: int = MOST_TOLD,
) -> Answer:
    """Mark what is held and has its receipt, and what was refused but not too often; what has none waits for
    it anyway. At most so many to tell."""
    asked = [part for part in (_reached(db, part) for part in joined(wanted)) if part is not None]
    marked = sum(_mark(db, part, at) for part in asked)
    gaps = (gap for part in asked for gap in missing(part, _here(db, part)))
    lost = list(islice(without(gaps, told), most))
    return Answer(marked, lost, _refused(db, asked, told, most - len(lost)))


def waiting(
    db: sqlite3.Connection, after: tuple[str, int], limit: int
) -> list[tuple[str, str, int, str, bytes, str]]:
    """Marked events behind a place, in order of epoch and sequence."""
    behind = "WHERE (epoch, sequence) > (?, ?)"
    return db.execute(
        f"{BODY.format('events')} {behind} UNION ALL {BODY.format('refused')} {behind} ORDER BY 2, 3 LIMIT ?",
        (*after, *after, limit),
    ).fetchall()


def one(db: sqlite3.Connection, event_id: str) -> tuple[str, str, int, str, bytes, str] | None:
    """A marked event by its id; None when it is not marked, or not here."""
    by_id = "WHERE id = ?"
    row: tuple[str, str, int, str, bytes, str] | None = db.execute(
        f"{BODY.format('events')} {by_id} UNION ALL {BODY.format('refused')} {by_id}", (event_id, event_id)
    ).fetchone()
    return row


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
        "WHERE events.epoch = wanted.epoch AND events.sequence = wanted.sequence) "
        "AND NOT EXISTS (SELECT 1 FROM refused "
        "WHERE refused.epoch = wanted.epoch AND refused.sequence = wanted.sequence)"
    )


def _reached(db: sqlite3.Connection, part: SequenceRange) -> SequenceRange | None:
    """The part without what its epoch, while it is known here, has not come to."""
    known = db.execute("SELECT next FROM epochs WHERE epoch = ?", (part.epoch,)).fetchone()
    last = min(part.last, known[0] - 1) if known else part.last
    return part.model_copy(update={"last": last}) if part.first <= last else None


def _mark(db: sqlite3.Connection, part: SequenceRange, at: float) -> int:
    # Written so that indexes answer it alone: `receipted` lies behind the body, and none need be read.
    bounds = (at, part.epoch, part.first, part.last)
    held = db.execute(
        "INSERT OR IGNORE INTO wanted SELECT epoch, sequence, ? FROM events "
        "WHERE epoch = ? AND sequence BETWEEN ? AND ? "
        "AND n NOT IN (SELECT n FROM events WHERE receipted IS NULL)",
        bounds,
    ).rowcount
    refused = db.execute(
        "INSERT OR IGNORE INTO wanted SELECT epoch, sequence, ? FROM refused "
        "WHERE epoch = ? AND sequence BETWEEN ? AND ? AND tries < ?",
        (*bounds, MOST_TRIES),
    ).rowcount
    return held + refused


def _here(db: sqlite3.Connection, part: SequenceRange) -> Iterator[int]:
    bounds = (part.epoch, part.first, part.last)
    rows = db.execute(
        "SELECT sequence FROM events WHERE epoch = ? AND sequence BETWEEN ? AND ? UNION ALL "
        "SELECT sequence FROM refused WHERE epoch = ? AND sequence BETWEEN ? AND ? ORDER BY 1",
        (*bounds, *bounds),
    )
    return (row[0] for row in rows)


def _refused(
    db: sqlite3.Connection, asked: Iterable[SequenceRange], told: Sequence[SequenceRange], most: int
) -> dict[str, list[SequenceRange]]:
    """By reason, what was refused too often to go again and was not told. The table itself is bounded."""
    numbers: dict[str, list[tuple[str, int]]] = {}
    for part in asked:
        rows = db.execute(
            "SELECT reason, epoch, sequence FROM refused "
            "WHERE epoch = ? AND sequence BETWEEN ? AND ? AND tries >= ?",
            (part.epoch, part.first, part.last, MOST_TRIES),
        )
        for reason, epoch, sequence in rows:
            numbers.setdefault(reason, []).append((epoch, sequence))
    found: dict[str, list[SequenceRange]] = {}
    for reason, pairs in numbers.items():
        new = list(islice(without(ranges_of(pairs), told), max(0, most)))
        most -= len(new)
        found |= {reason: new} if new else {}
    return found
