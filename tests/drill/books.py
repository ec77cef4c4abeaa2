"""What the centre's database holds, read past the centre."""

import sqlite3
import threading
from contextlib import closing
from typing import Any

import psycopg

Row = tuple[Any, ...]


class Books:
    """A database file, or the URL of a PostgreSQL database; a connection a question."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.hold = threading.RLock()  # one fault at a time hits the server

    def rows(self, query: str) -> list[Row]:
        """The answer. Raises sqlite3.Error or psycopg.Error when there is none just now."""
        if self.where.startswith("postgresql:"):
            with psycopg.connect(self.where, connect_timeout=3) as connection:
                return connection.execute(query.encode()).fetchall()
        with closing(sqlite3.connect(f"file:{self.where}?mode=ro", uri=True, timeout=1.0)) as connection:
            return connection.execute(query).fetchall()

    def count(self) -> int | None:
        """How many events have been taken; None when that cannot be read just now."""
        try:
            return int(self.rows("SELECT COUNT(*) FROM inbox")[0][0])
        except (sqlite3.Error, psycopg.Error):
            return None
