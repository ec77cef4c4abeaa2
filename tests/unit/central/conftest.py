"""Stores to test with: every store test runs on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from central.store.database import Store, sqlite_url
from tests.databases import new_sqlite
from tests.doors import Doors, doors_of
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without tables."""
    sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path / "central.db") if sqlite else request.getfixturevalue("postgres_url")
    store = Store(url)
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Makes databases at the schema of this version."""
    made: list[Store] = []

    def make() -> Store:
        if request.param == "sqlite":
            url = sqlite_url(new_sqlite(tmp_path / f"central-{len(made)}.db"))
        else:
            server: Postgres = request.getfixturevalue("postgres_server")
            url = server.migrated_database()
        made.append(Store(url))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """A database at the schema of this version."""
    return new_store()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A SQLite database at the schema of this version."""
    store = Store(sqlite_url(new_sqlite(tmp_path / "central.db")))
    yield store
    store.close()


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    """Open doors for nodes, enrolled ones only; their configurations lie in `nodes`."""
    with doors_of(tmp_path, configuration=tmp_path / "nodes") as made:
        yield made
