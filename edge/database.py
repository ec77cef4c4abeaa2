"""SQLite as the outbox needs it: durable commits, whole transactions, errors that say what can be done."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from broker.wholefile import make_folder

LOCK_WAIT_S = 0.5
WAL_BYTES = 16_777_216  # what the log may keep of the disk after it was larger for a while


class OutboxError(Exception):
    """The outbox cannot be read or written just now. Nothing was changed; trying again may help."""


class OutboxDamaged(OutboxError):
    """The file is no outbox any more; trying again will not help."""


def connect(path: Path, steps: Sequence[str]) -> sqlite3.Connection:
    """Open or make a file whose commits survive a power cut. Raises sqlite3.Error, OutboxDamaged.

    `steps` lead from each version to the next; the file's own version says how many it has taken.
    """
    make_folder(path.parent)
    db = sqlite3.connect(path, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        _prepare(db, steps)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, steps: Sequence[str]) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
    found, version = db.execute("PRAGMA user_version").fetchone()[0], len(steps)
    if found > version:
        raise OutboxDamaged(f"was written by a newer version ({found}; this one knows {version})")
    check = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if check != "ok":
        raise OutboxDamaged(str(check))
    if found < version:
        _upgrade(db, "".join(steps[found:]), version)


def _upgrade(db: sqlite3.Connection, script: str, version: int) -> None:
    """All steps or none: a power cut in between leaves the earlier version."""
    try:
        db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {version}; COMMIT;")
    except sqlite3.OperationalError as error:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        if "already exists" in str(error) or "no such" in str(error):  # its tables are not its version's
            raise OutboxDamaged(str(error)) from error
        raise


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
