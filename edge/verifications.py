"""The outbox's rows of verification: situations that can be looked at again, and what was asked of them."""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from broker.events import Incident, SceneVerified
from edge.checks import Known
from edge.drafts import Draft, Stamped

KNOWN_S, MOST_KNOWN = 30 * 86_400.0, 20_000  # ended situations are kept so long, and so many at all
ANSWERED_S, MOST_ANSWERED = 7 * 86_400.0, 20_000  # so long a command is known to be answered
MOST_OPEN = 1024  # asked and not answered; what is asked beyond is refused


@dataclass(frozen=True, slots=True)
class Asked:
    """One situation of one command. scene: whether the command says where it is. until: UTC seconds.

    place: what it says of that, a Scene as JSON; a file that was damaged has lost it. source: the one that
    alone is to look, None for any.
    """

    command: str
    situation: str
    scene: bool
    at: float
    until: float
    place: bytes | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a command: what is newly asked, each with the situation as it was last told (None: not
    known here, or no longer), what found no room, and how many answers go once more.
    """

    new: list[tuple[Asked, Known | None]]
    refused: list[Asked]
    again: int


def note(db: sqlite3.Connection, draft: Draft, event: Stamped, at: float) -> None:
    """In the commit of an event: keep what it tells of a situation, or that it answers what was asked."""
    if isinstance(draft.data, Incident):
        known = Known.of(draft.subject, draft.data)
        if known is not None:
            row = (known.situation, known.dump(), at, int(known.ended is not None))
            db.execute("INSERT OR REPLACE INTO situations VALUES (?, ?, ?, ?)", row)
    elif isinstance(draft.data, SceneVerified):
        db.executemany(
            "UPDATE asked SET answered = ?, epoch = ?, sequence = ? WHERE command = ? AND situation = ?",
            [(at, event.epoch, event.sequence, draft.data.command, a.situation) for a in draft.data.answers],
        )


def ask(db: sqlite3.Connection, wanted: Iterable[Asked], at: float) -> Taken:
    """Write down what was not asked by this command before; answers that have their receipt go once more."""
    new: list[tuple[Asked, Known | None]] = []
    refused: list[Asked] = []
    room = MOST_OPEN - db.execute("SELECT COUNT(*) FROM asked WHERE answered IS NULL").fetchone()[0]
    again = 0
    for one in wanted:
        where = (one.command, one.situation)
        found = db.execute("SELECT epoch, sequence FROM asked WHERE command = ? AND situation = ?", where)
        if (row := found.fetchone()) is not None:
            again += _again(db, row[0], row[1], at)
        elif len(new) >= room:
            refused.append(one)
        else:
            _insert(db, one)
            new.append((one, _known(db, one.situation)))
    return Taken(new, refused, again)


def _insert(db: sqlite3.Connection, one: Asked) -> None:
    row = (one.command, one.situation, int(one.scene), one.at, one.until, one.place, one.source)
    insert = (
        "INSERT INTO asked (command, situation, scene, at, until, place, source) VALUES (?, ?, ?, ?, ?, ?, ?)"
    )
    db.execute(insert, row)


def _again(db: sqlite3.Connection, epoch: str | None, sequence: int | None, at: float) -> int:
    """Mark an answer to be sent again, as `resend` does; one that waits for its receipt is sent anyway."""
    return db.execute(
        "INSERT OR IGNORE INTO wanted SELECT epoch, sequence, ? FROM events "
        "WHERE epoch = ? AND sequence = ? AND receipted IS NOT NULL",
        (at, epoch, sequence),
    ).rowcount


def unanswered(db: sqlite3.Connection) -> list[tuple[Asked, Known | None]]:
    """What is still to be answered, in the order in which it was asked, with what is known of it."""
    rows = db.execute(
        "SELECT command, situation, scene, at, until, place, source FROM asked "
        "WHERE answered IS NULL ORDER BY n"
    )
    found = [Asked(row[0], row[1], bool(row[2]), *row[3:]) for row in rows]
    return [(one, _known(db, one.situation)) for one in found]


def _known(db: sqlite3.Connection, situation: str) -> Known | None:
    row = db.execute("SELECT body FROM situations WHERE situation = ?", (situation,)).fetchone()
    try:
        return None if row is None else Known.restore(row[0])
    except ValueError:  # another version's
        return None


Row = tuple[object, ...]
SITUATIONS = ("SELECT * FROM situations NOT INDEXED", (str, bytes, float, int))
ASKED = (
    "SELECT command, situation, scene, at, until FROM asked NOT INDEXED WHERE answered IS NULL ORDER BY n",
    (str, str, int, float, float),
)


def saved(db: sqlite3.Connection) -> tuple[list[Row], list[Row]]:
    """Situations and what was asked, as far as a damaged file tells them; none of before there were any.

    NOT INDEXED: the table itself may be readable where its index is not.
    """
    return _readable(db, *SITUATIONS), _readable(db, *ASKED)


def _readable(db: sqlite3.Connection, query: str, types: tuple[type, ...]) -> list[Row]:
    found: list[Row] = []
    with suppress(sqlite3.Error):  # what came before the damage stays found
        found.extend(db.execute(query))
    return [row for row in found if tuple(map(type, row)) == types]


def take_over(db: sqlite3.Connection, situations: list[Row], asked: list[Row]) -> None:
    """Rows of an earlier file; a situation that is none is left out when it is read."""
    db.executemany("INSERT OR IGNORE INTO situations VALUES (?, ?, ?, ?)", situations)
    insert = "INSERT OR IGNORE INTO asked (command, situation, scene, at, until) VALUES (?, ?, ?, ?, ?)"
    db.executemany(insert, asked)


def forget(db: sqlite3.Connection, now: float) -> None:
    """Drop what is old, and beyond the bounds the oldest: ended situations before open ones."""
    db.execute("DELETE FROM situations WHERE ended = 1 AND told < ?", (now - KNOWN_S,))
    db.execute(
        "DELETE FROM situations WHERE rowid IN "
        "(SELECT rowid FROM situations ORDER BY ended, told DESC LIMIT -1 OFFSET ?)",
        (MOST_KNOWN,),
    )
    db.execute("DELETE FROM asked WHERE answered < ?", (now - ANSWERED_S,))
    db.execute(
        "DELETE FROM asked WHERE n IN "
        "(SELECT n FROM asked WHERE answered IS NOT NULL ORDER BY n DESC LIMIT -1 OFFSET ?)",
        (MOST_ANSWERED,),
    )
