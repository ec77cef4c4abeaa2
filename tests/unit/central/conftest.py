"""Stores to test with: every store test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
from tests.doors import Doors, doors_of


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without tables."""
    sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path / "central.db") if sqlite else request.getfixturevalue("postgres_url")
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """A database at the schema of this version."""
    migrate(empty_store)
    return empty_store


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A SQLite database at the schema of this version."""
    store = Store(sqlite_url(tmp_path / "central.db"))
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    """Open doors for nodes, enrolled ones only; their configurations lie in `nodes`."""
    with doors_of(tmp_path, configuration=tmp_path / "nodes") as made:
        yield made
