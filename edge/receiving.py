"""What a receipt does to the event that it is for."""

import sqlite3
from typing import Literal

from broker.messages import Receipt
from edge import wanted
from edge.offering import Holds, offer

Outcome = Literal["committed", "rejected", "unknown", "other_body"]


def receive(db: sqlite3.Connection, receipt: Receipt, at: float, holds: Holds) -> Outcome:
    """Take one; for other bytes, or for an event that is not held or not asked for, it changes nothing.

    With an event that was asked for again its pictures that are still here go again.
    """
    row = db.execute(
        "SELECT sha256, receipted, epoch, sequence FROM events WHERE id = ?", (receipt.id,)
    ).fetchone()
    if row is None:
        return _reconsidered(db, receipt, at, holds)
    if row[1] is not None and not wanted.is_wanted(db, row[2], row[3]):
        return "unknown"
    if row[0] != receipt.sha256:
        return "other_body"
    wanted.done(db, row[2], row[3])
    if receipt.status == "rejected":
        _set_aside(db, receipt, at)
    else:
        db.execute("UPDATE events SET receipted = ? WHERE id = ?", (at, receipt.id))
        if row[1] is not None:
            offer(db, receipt.id, at, holds)
    return receipt.status


def _reconsidered(db: sqlite3.Connection, receipt: Receipt, at: float, holds: Holds) -> Outcome:
    """What the centre had refused it may take after all, also unasked; to refuse it again it has to be asked
    for and sent."""
    row = db.execute("SELECT sha256, epoch, sequence FROM refused WHERE id = ?", (receipt.id,)).fetchone()
    if row is None:
        return "unknown"
    asked = wanted.is_wanted(db, row[1], row[2])
    if row[0] != receipt.sha256:
        return "other_body" if asked else "unknown"
    if receipt.status == "rejected" and not asked:
        return "unknown"
    wanted.done(db, row[1], row[2])
    if receipt.status == "rejected":
        db.execute(
            "UPDATE refused SET tries = tries + 1, reason = ? WHERE id = ?", (_words(receipt), receipt.id)
        )
    else:
        _take_back(db, receipt.id, at)
        if asked:
            offer(db, receipt.id, at, holds)
    return receipt.status


def _set_aside(db: sqlite3.Connection, receipt: Receipt, at: float) -> None:
    db.execute(
        "INSERT INTO refused (id, epoch, sequence, subject, body, sha256, reason, at) "
        "SELECT id, epoch, sequence, subject, body, sha256, ?, ? FROM events WHERE id = ?",
        (_words(receipt), at, receipt.id),
    )
    db.execute("DELETE FROM events WHERE id = ?", (receipt.id,))


def _take_back(db: sqlite3.Connection, event_id: str, at: float) -> None:
    """Held like any other that the centre took."""
    db.execute(
        "INSERT INTO events (id, epoch, sequence, subject, body, sha256, created, receipted, size) "
        "SELECT id, epoch, sequence, subject, body, sha256, at, ?, LENGTH(body) FROM refused WHERE id = ?",
        (at, event_id),
    )
    db.execute("DELETE FROM refused WHERE id = ?", (event_id,))


def _words(receipt: Receipt) -> str:
    return receipt.reason or "no reason given"
