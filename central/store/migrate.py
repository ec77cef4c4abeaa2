"""Brings a database to the schema of this version."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from broker.wholefile import make_folder
from central.store.database import Store, StoreAway, take_turn

SCRIPTS = Path(__file__).parent / "migrations"


class NewerSchema(Exception):
    """The database was made by a later version; this one leaves it alone."""


def migrate(store: Store) -> tuple[str | None, str]:
    """Apply what is missing; returns the revision before and after. Raises StoreAway or NewerSchema."""
    if store.sqlite:
        _make_folder(store)
    with store.write() as connection:
        take_turn(connection)
        before, known = _revision(connection), revisions()
        if before is not None and before not in known:
            raise NewerSchema(
                f"the database is at schema {before!r}, which this version does not know; "
                f"known are {', '.join(known)}"
            )
        if before != known[-1]:
            _upgrade(connection)
    return before, known[-1]


def revisions() -> list[str]:
    """Every revision of this version in its order; the names of the files begin with them."""
    return sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("v[0-9]*_*.py"))


def _revision(connection: Connection) -> str | None:
    """Where alembic has noted that the database is."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command  # takes a while to load, and most starts find nothing to do
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _make_folder(store: Store) -> None:
    if (file := store.engine.url.database) and file != ":memory:":
        try:
            make_folder(Path(file).parent)
        except OSError as error:
            raise StoreAway(f"{Path(file).parent}: {error.strerror}") from error
