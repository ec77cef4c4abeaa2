"""Stores to test with: every store test runs on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
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


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at the schema of this version, to be copied: migrating takes a while."""
    path = tmp_path_factory.mktemp("migrated") / "central.db"
    migrated(sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def migrated_url(postgres_server: Postgres) -> str:
    """The same on PostgreSQL."""
    return migrated(postgres_server.new_database())


def migrated(url: str) -> str:
    """The URL, once its database is at the schema of this version."""
    store = Store(url)
    migrate(store)
    store.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database at the schema of this version."""
    if request.param == "sqlite":
        made = copied(request.getfixturevalue("migrated_file"), tmp_path)
    else:
        like = request.getfixturevalue("migrated_url")
        made = Store(request.getfixturevalue("postgres_server").new_database(like))
    yield made
    made.close()


@pytest.fixture
def sqlite_store(migrated_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A SQLite database at the schema of this version."""
    made = copied(migrated_file, tmp_path)
    yield made
    made.close()


def copied(path: Path, folder: Path) -> Store:
    """A copy of its own."""
    return Store(sqlite_url(Path(shutil.copy(path, folder / "central.db"))))


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    """Open doors for nodes, enrolled ones only; their configurations lie in `nodes`."""
    with doors_of(tmp_path, configuration=tmp_path / "nodes") as made:
        yield made
