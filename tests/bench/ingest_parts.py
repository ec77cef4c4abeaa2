"""What the ingest bench runs against: a broker, databases as durable as in use, processes, enrolled nodes."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from broker.embedded import EmbeddedBroker
from broker.pki.keys import new_key, private_key, public_pem
from central.store.database import Store, sqlite_url
from central.store.identity_tables import enrolled_nodes, node_certificates
from tests.bench.ingest_nodes import NODES, address, serial
from tests.brokers import Mosquitto
from tests.ports import free_port
from tests.postgres import Postgres, _folder_of_programs


class Durable(Postgres):
    """With the durability that the tests do without."""

    def start(self) -> None:
        """Start as it would run."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._control("-l", str(self.folder / "log"), "-o", options, "start")


class Part:
    """A process of the nodes' side, told by lines of JSON."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "tests.bench.ingest_nodes", *words]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.line()  # ready

    def go(self) -> None:
        """Let it begin."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def line(self) -> dict[str, Any]:
        """What it says next."""
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text:
            raise RuntimeError("a part of the bench died")
        said: dict[str, Any] = json.loads(text)
        return said

    def end(self) -> None:
        """Wait for its end."""
        self._process.communicate(timeout=60)
        if self._process.returncode:
            raise RuntimeError("a part of the bench failed")


@contextmanager
def postgres(scratch: Path) -> Iterator[Durable]:
    """A server of our own."""
    programs = _folder_of_programs()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="gewu-pg-", dir=scratch.parent))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Durable(programs, folder, free_port())
    try:
        server.make()
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def broker(kind: str, scratch: Path) -> Iterator[str]:
    """A real broker; its URL."""
    if kind == "embedded":
        with EmbeddedBroker("127.0.0.1", free_port()) as embedded:
            yield embedded.url
        return
    mosquitto = Mosquitto(scratch / "mosquitto", open_to_all=True)
    mosquitto.start()
    try:
        yield mosquitto.url
    finally:
        mosquitto.stop()


def databases(stack: ExitStack, kind: str, scratch: Path) -> tuple[str, str]:
    """One for the centre and one for the bare inserts."""
    if kind == "sqlite":
        return sqlite_url(scratch / "central.db"), sqlite_url(scratch / "bare.db")
    server = stack.enter_context(postgres(scratch))
    return server.new_database(), server.new_database()


def enrolled(store: Store, folder: Path) -> str:
    """Make the bench's nodes known with a key each, as an enrolment would; the folder of the keys."""
    now = datetime.now(timezone.utc)
    node: dict[str, Any] = {"state": "enrolled", "since": now, "said_by": "bench", "why": "bench"}
    held: dict[str, Any] = {
        "chain": "",
        "not_before": now,
        "not_after": now + timedelta(days=1),
        "issued": now,
    }
    folder.mkdir()
    with store.write() as connection:
        for n in range(NODES):
            pem = new_key()
            (folder / f"{n}.pem").write_bytes(pem)
            text = public_pem(private_key(pem).public_key()).decode()
            name = {"node": address(n).source}
            about = {"serial": serial(n), "key_sha256": f"{n:064x}", "public_key": text}
            connection.execute(enrolled_nodes.insert().values(name | node))
            connection.execute(node_certificates.insert().values(name | held | about))
    return str(folder)
