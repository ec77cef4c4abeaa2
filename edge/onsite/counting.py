"""What waits in the outbox and what is open, read through a connection of its own that locks nobody out."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from edge import opened
from edge.opened import Opened

PATIENCE_S = 0.2
COUNTS = {
    "events": "SELECT COUNT(*), (SELECT created FROM events WHERE receipted IS NULL ORDER BY n LIMIT 1) "
    "FROM events WHERE receipted IS NULL",
    "pictures": "SELECT COUNT(*), MIN(created) FROM uploads WHERE uploaded IS NULL AND given_up IS NULL",
    "refused": "SELECT COUNT(*), NULL FROM refused",
    "wanted": "SELECT COUNT(*), NULL FROM wanted",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many, and since when the oldest waits (UTC seconds)."""

    many: dict[str, int] = field(default_factory=dict)
    oldest: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    situations: list[Opened] = field(default_factory=list)


def counted(path: Path, most: int) -> Counted | None:
    """As of now; None where the file cannot be read just now. most: situations to list."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=PATIENCE_S)) as db:
            db.execute("BEGIN")  # all from one moment
            found = {name: db.execute(query).fetchone() for name, query in COUNTS.items()}
            return Counted(
                {name: int(row[0]) for name, row in found.items()},
                {name: float(row[1]) for name, row in found.items() if row[1] is not None},
                opened.kinds(db),
                opened.newest(db, most),
            )
    except sqlite3.Error:
        return None
