"""How long the outbox keeps what it could forget: by age, and by the room that it takes."""

import math
import sqlite3

from edge import days, opened, wanted

REFUSED_KEPT_S, MOST_REFUSED = 30 * 86_400.0, 10_000
AT_ONCE = 5_000  # rows deleted in one transaction: others want the file too, and its log must stay small


def drop_old(db: sqlite3.Connection, before: float) -> int:
    """Some of the events whose receipt came before a time; those that are wanted again stay. How many."""
    return db.execute(
        "DELETE FROM events WHERE n IN (SELECT n FROM events WHERE receipted < ? AND NOT EXISTS ("
        "SELECT 1 FROM wanted WHERE wanted.epoch = events.epoch AND wanted.sequence = events.sequence) "
        "LIMIT ?)",
        (before, AT_ONCE),
    ).rowcount


def drop_any(db: sqlite3.Connection, before: float) -> int:
    """Some of the events whose receipt came before a time, also of those that are wanted again. How many."""
    return db.execute(
        "DELETE FROM events WHERE n IN (SELECT n FROM events WHERE receipted < ? LIMIT ?)", (before, AT_ONCE)
    ).rowcount


def room_ends(db: sqlite3.Connection, max_kept: int) -> float:
    """The time before which receipted events have to go, for those after it to fit into so many bytes."""
    rows = db.execute(
        "SELECT receipted, size FROM events WHERE receipted IS NOT NULL ORDER BY receipted DESC"
    )
    for receipted, size in rows:
        max_kept -= size
        if max_kept < 0:
            return math.nextafter(receipted, math.inf)
    return -math.inf


def forget_rest(db: sqlite3.Connection, before: float, epoch: str) -> None:
    """Drop whatever else is over: marks, days, pictures, refused events, epochs but the present one."""
    wanted.forget(db, before)
    days.forget(db, before)
    opened.forget(db)
    db.execute(
        "DELETE FROM uploads WHERE created < ? AND (uploaded < ? OR given_up IS NOT NULL)", (before, before)
    )
    db.execute("DELETE FROM refused WHERE at < ?", (before - REFUSED_KEPT_S,))
    db.execute(
        "DELETE FROM refused WHERE rowid IN (SELECT rowid FROM refused ORDER BY at DESC LIMIT -1 OFFSET ?)",
        (MOST_REFUSED,),
    )
    db.execute("DELETE FROM epochs WHERE epoch <> ? AND epoch NOT IN (SELECT epoch FROM events)", (epoch,))
