"""SQLite as the outbox needs it: durable commits, whole transactions, errors that say what can be done."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK_WAIT_S = 0.5


class OutboxError(Exception):
    """The outbox cannot be read or written just now. Nothing was changed; trying again may help."""


class OutboxDamaged(OutboxError):
    """The file is no outbox any more; trying again will not help."""


def connect(path: Path, schema: str, version: int) -> sqlite3.Connection:
    """Open or make a file whose commits survive a power cut. Raises sqlite3.Error, OutboxDamaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        _prepare(db, schema, version)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, schema: str, version: int) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found > version:
        raise OutboxDamaged(f"was written by a newer version ({found}; this one knows {version})")
    if found < version:
        db.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {version}; COMMIT;")
    check = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if check != "ok":
        raise OutboxDamaged(str(check))


@contextmanager
def whole(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction: committed at the end, or rolled back when anything goes wrong."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # SQLite may have rolled back already
            db.execute("ROLLBACK")
        raise


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into OutboxError or OutboxDamaged, naming the file."""
    try:
        yield
    except OutboxError as error:
        raise type(error)(f"{path}: {error}") from error
    except (sqlite3.OperationalError, OSError) as error:
        raise OutboxError(f"{path}: {error}") from error
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise OutboxDamaged(f"{path}: {error}") from error


def move_aside(path: Path, mark: str) -> Path:
    """Put a damaged file and its companions where a person can look at them."""
    aside = path.with_name(f"{path.stem}.damaged-{mark}{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + ending))
    return aside
