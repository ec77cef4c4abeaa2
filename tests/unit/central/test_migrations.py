"""The schema: the migrations make exactly the tables of `schema.py`."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from central.store.database import Store, StoreAway, sqlite_url
from central.store.migrate import SCRIPTS, NewerSchema, migrate, revisions
from central.store.tables import METADATA


def indexes(store: Store) -> set[str]:
    """Every index with its condition, which alembic does not compare."""
    postgres = (
        "SELECT regexp_replace(indexdef, '[()]|::text', '', 'g') FROM pg_indexes WHERE schemaname='public'"
    )
    sqlite = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    with store.read() as connection:
        found = connection.execute(text(sqlite if store.sqlite else postgres)).scalars()
        return {line for line in found if "alembic" not in line}


def test_models_are_the_migrated_schema(empty_store: Store) -> None:
    before, after = migrate(empty_store)
    assert before is None
    assert migrate(empty_store) == (after, after)
    with empty_store.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []


def test_the_revisions_are_those_that_alembic_finds(empty_store: Store) -> None:
    found = [script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()]
    assert revisions() == found[::-1]
    migrate(empty_store)
    with empty_store.read() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == revisions()[-1]


def test_indexes_are_the_same_down_to_their_conditions(empty_store: Store) -> None:
    migrate(empty_store)
    migrated = indexes(empty_store)
    with empty_store.write() as connection:
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
    assert indexes(empty_store) == migrated
    assert any("uq_tickets_one_open" in line and "'self_cleared'" in line for line in migrated)


def test_a_database_of_a_later_version_is_left_alone(empty_store: Store) -> None:
    migrate(empty_store)
    with empty_store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
    with pytest.raises(NewerSchema, match=r"'v9999', which this version does not know; known are v0001"):
        migrate(empty_store)


def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    store = Store(sqlite_url(tmp_path / "a" / "b" / "central.db"))
    migrate(store)
    with store.read() as connection:
        assert "tickets" in inspect(connection).get_table_names()
    store.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    store = Store(sqlite_url(tmp_path / "a" / "b" / "central.db"))
    with pytest.raises(StoreAway, match="Not a directory"):
        migrate(store)
    store.close()
