"""Rows into an empty database in bulk: its indexes, constraints and triggers come back at the end."""

import contextlib
import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import psycopg
from sqlalchemy import Table
from typing_extensions import Self

from central.store.database import Store


class Loader:
    """On leaving, everything is as it was before, and analysed."""

    def __init__(self, store: Store) -> None:
        self._url = store.engine.url
        self._to: _Postgres | _Sqlite = _Sqlite(store) if store.sqlite else _Postgres(store)

    def __enter__(self) -> Self:
        self._to.strip()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.closing(self._to):
            if error is None:
                self._to.dress()

    def write(self, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Some rows."""
        self._to.write(table.name, columns, rows)


class _Postgres:
    def __init__(self, store: Store) -> None:
        url = store.engine.url.set(drivername="postgresql")
        self._connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
        self._connection.execute("SET timezone = 'UTC'")
        self._connection.execute("SET maintenance_work_mem = '1GB'")
        self._again: list[str] = []

    def strip(self) -> None:
        constraints = """
            SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
            ORDER BY contype = 'f' DESC"""
        known = self._connection.execute(constraints).fetchall()
        names = {name for _, name, _ in known}
        indexes = self._connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        ).fetchall()
        for table, name, said in known:
            self._connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            self._again.insert(0, f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {said}')
        for name, said in indexes:
            if name not in names and not name.startswith("alembic"):
                self._connection.execute(f'DROP INDEX "{name}"')
                self._again.append(said)
        self._connection.execute("SET session_replication_role = replica")

    def write(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        lines = "".join(["\t".join(["\\N" if v is None else str(v) for v in row]) + "\n" for row in rows])
        with self._connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            copy.write(lines)

    def dress(self) -> None:
        for said in sorted(self._again, key=lambda line: "FOREIGN KEY" in line):
            self._connection.execute(said)
        for table in ("tickets", "place_words", "spots"):
            self._connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'number'), max(number)) FROM {table}"  # noqa: S608
            )
        self._connection.execute("VACUUM ANALYZE")
        self._connection.execute("CHECKPOINT")

    def close(self) -> None:
        self._connection.close()


class _Sqlite:
    def __init__(self, store: Store) -> None:
        self._connection = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
        for pragma in ("synchronous=OFF", "cache_size=-500000", "temp_store=FILE"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._again: list[str] = []

    def strip(self) -> None:
        sql = (
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        )
        for what, name, said in self._connection.execute(sql).fetchall():
            self._connection.execute(f'DROP {what} "{name}"')
            self._again.append(said)
        self._connection.execute("BEGIN")

    def write(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608

    def dress(self) -> None:
        self._connection.execute("COMMIT")
        for said in self._again:
            self._connection.execute(said)
        self._connection.execute("ANALYZE")

    def close(self) -> None:
        self._connection.close()
