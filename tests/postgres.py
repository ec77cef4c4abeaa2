"""A real PostgreSQL for the tests: one server a session, one fresh database a test."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from central.store.database import Store
from central.store.migrate import migrate
from tests.ports import HOST, free_port


def _folder_of_programs() -> Path | None:
    """Where initdb and pg_ctl are: on the PATH, else where Debian puts them."""
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def _as_postgres(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


def _run(*command: str) -> None:
    done = subprocess.run(
        _as_postgres(*command), check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/"
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout.decode()}")


@dataclass
class Postgres:
    """One server; `stop` and `start` take it away and bring it back."""

    programs: Path
    folder: Path
    port: int
    _template: str | None = None

    def make(self) -> None:
        """Make the data directory. Durability is off: what is tested is the client."""
        data = str(self.folder / "data")
        _run(str(self.programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses={HOST} -c fsync=off"
        log = str(self.folder / "log")
        self._control("-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, whoever is connected."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        _run(str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *words)

    def new_database(self, template: str = "template1") -> str:
        """The URL of an empty database, or of a copy of another."""
        name = f"gewu_{uuid.uuid4().hex}"
        server = f"postgresql://postgres@{HOST}:{self.port}"
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(make.format(sql.Identifier(name), sql.Identifier(template)))
        return f"{server}/{name}"

    def migrated_database(self) -> str:
        """The URL of one with all tables and nothing in them."""
        if self._template is None:
            url = self.new_database()
            store = Store(url)
            migrate(store)
            store.close()
            self._template = url.rpartition("/")[2]
        return self.new_database(self._template)


@contextmanager
def server() -> Iterator[Postgres]:
    """A server of our own. Raises LookupError where PostgreSQL is not installed."""
    programs = _folder_of_programs()
    if programs is None:
        raise LookupError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="gewu-postgres-"))  # short: a socket's path has 107 bytes at most
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    made = Postgres(programs, folder, free_port())
    try:
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A server of our own; skipped where PostgreSQL is not installed."""
    try:
        with server() as made:
            yield made
    except LookupError as why:
        pytest.skip(str(why))


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> str:
    """An empty PostgreSQL database."""
    return postgres_server.new_database()
