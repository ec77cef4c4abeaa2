"""Databases at the schema of this version, copied from one that was migrated, which takes much longer."""

import atexit
import shutil
import tempfile
from pathlib import Path

from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
from tests.once import once


@once
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="gewu-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "central.db"
    store = Store(sqlite_url(path))
    migrate(store)
    at_rest(store)
    return path


def at_rest(store: Store) -> None:
    """Close it, all of it in its one file."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def new_sqlite(path: Path) -> Path:
    """A database file with all tables and nothing in them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(_migrated(), path))
