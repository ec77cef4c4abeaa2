"""Brings a database to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from broker.wholefile import make_folder
from central.store.database import Store, StoreAway, take_turn

SCRIPTS = Path(__file__).parent / "migrations"


class NewerSchema(Exception):
    """The database was made by a later version; this one leaves it alone."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(store: Store) -> tuple[str | None, str]:
    """Apply what is missing; returns the revision before and after. Raises StoreAway or NewerSchema."""
    if store.sqlite:
        _make_folder(store)
    with store.write() as connection:
        take_turn(connection)
        before = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
        if before is not None and before not in known:
            raise NewerSchema(
                f"the database is at schema {before!r}, which this version does not know; "
                f"known are {', '.join(sorted(known))}"
            )
        command.upgrade(_config(connection), "head")
        after = MigrationContext.configure(connection).get_current_revision()
    return before, str(after)


def _make_folder(store: Store) -> None:
    if (file := store.engine.url.database) and file != ":memory:":
        try:
            make_folder(Path(file).parent)
        except OSError as error:
            raise StoreAway(f"{Path(file).parent}: {error.strerror}") from error
