"""One way into the database, for SQLite and PostgreSQL, and one error for "not now"."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

BUSY_MS = 10_000
CONNECT_S = 5
ABANDONED_MS = 60_000  # no transaction of ours ever pauses for so long
# How a server that is gone without a word is noticed; the system's own patience is two hours.
ALIVE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
_BEYOND = "54"  # the class of SQLSTATE for "program limit exceeded": too long for an index, nested too deep
_ORDER_LOCK = 0x6765_7775  # any fixed number; workers that write the log take it in turn


class StoreAway(Exception):
    """The database cannot do it now: nothing was changed, and trying again later may succeed."""


class StoreRefuses(Exception):
    """The database is there and will never take these very values; nothing was changed."""


class Store:
    """Transactions. Everything inside one `write` is there or not there at all."""

    def __init__(self, url: str) -> None:
        self.engine = engine_for(url)
        self._reading = self.engine.execution_options(gewu_reads=True)
        self._writing = threading.Lock() if self.sqlite else None

    @property
    def sqlite(self) -> bool:
        """Whether one file is the database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end. Raises StoreAway or StoreRefuses."""
        with self._turn(), _told_apart(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite's own wait for the one writer sleeps and looks again, up to 100 ms; ours ends at once."""
        if self._writing is not None and not self._writing.acquire(timeout=BUSY_MS / 1000):
            raise StoreAway("another transaction of this process takes too long")
        try:
            yield
        finally:
            if self._writing is not None:
                self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view. Raises StoreAway."""
        with _told_apart(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One view from the first question to the last, whoever commits meanwhile. Raises StoreAway."""
        with self.read() as connection:
            if not self.sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


@contextmanager
def _told_apart() -> Iterator[None]:
    """A value the database refuses is the event's trouble; anything else is the database's."""
    try:
        yield
    except (DataError, IntegrityError) as error:
        raise StoreRefuses(_first_line(error)) from error
    except OverflowError as error:  # SQLite's driver says so for a whole number beyond 64 bits
        raise StoreRefuses(str(error)) from error
    except SQLAlchemyError as error:
        raise (StoreRefuses if _too_much(error) else StoreAway)(_first_line(error)) from error


def _too_much(error: SQLAlchemyError) -> bool:
    """Whether PostgreSQL says so; its driver calls this an operational error, as it does a lost server."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return (state or "").startswith(_BEYOND)


def _first_line(error: SQLAlchemyError) -> str:
    """The driver's own words, without the statement and its values."""
    words = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    return words.splitlines()[0] if words else type(error).__name__


def engine_for(url: str) -> Engine:
    """An engine with the durability that the delivery promises rest on."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        told: dict[str, Any] = {"timeout": BUSY_MS / 1000}
        return _sqlite(create_engine(parsed, connect_args=told, json_serializer=_json))
    told = {"connect_timeout": CONNECT_S, **ALIVE}
    # Whoever has waited for its turn must see what was committed meanwhile, whatever the database's default.
    return _postgresql(
        create_engine(
            parsed,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args=told,
            json_serializer=_json,
        )
    )


def _json(value: Any) -> str:
    """A message of the contract without what it does not say; anything else as it is."""
    return to_json(value, exclude_none=True).decode()


def _postgresql(engine: Engine) -> Engine:
    """A centre whose host dies in its turn must not keep the others waiting for hours."""

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.execute(f"SET idle_in_transaction_session_timeout = {ABANDONED_MS}")
        connection.commit()

    return engine


def _sqlite(engine: Engine) -> Engine:
    """WAL with a full sync at every commit; writers queue up at their first word, not at their last."""

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin too late, and never with IMMEDIATE
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        reads = connection.get_execution_options().get("gewu_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_in(connection.dialect.name, table)


@cache  # `excluded` builds the whole table once more, and statements are never changed, only built upon
def insert_in(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The same by the dialect's name."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def written(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Write a row; False, and nothing done, when its key is there already."""
    statement = insert(connection, table).values(row).on_conflict_do_nothing()
    # What comes back tells for certain; the drivers' row counts of an insert do not.
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def take_turn(connection: Connection) -> None:
    """From here to the commit no other worker writes the log, so its numbers are in the order of commits.

    Without this a reader that resumes after number n could miss n-1, committed later. SQLite has one
    writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ORDER_LOCK})


def sqlite_url(path: Path) -> str:
    """The URL of a database file."""
    return f"sqlite:///{path}"
