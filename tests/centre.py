"""The centre as a real process, and a node's end of the wire to test it with."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from broker.fields import read
from broker.link import Delivery, Link, LinkSettings
from broker.messages import Receipt, Receipts
from broker.topics import TABLE, Address
from tests.databases import new_sqlite
from tests.disks import small_disk_of
from tests.forked import Forked, nursery
from tests.ports import HOST, free_port

PATIENCE_S = 40.0
ADMINISTRATOR, PASSWORD = "chief", "a long enough phrase"
MAIN = "import sys; from central.cli import main; sys.exit(main())"


def until(what: Callable[[], Any], why: str = "") -> Any:
    """The value of `what` as soon as it is true; fails when that takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"never happened: {why or what}")


class Centre:
    """`gewu-central serve` on a free port. `start(fault=...)` runs Python in the process before it serves."""

    def __init__(self, folder: Path, broker_url: str, **settings: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.config = folder / "central.yaml"
        self.log = folder / "central.log"
        self.settings: dict[str, Any] = {
            "storage": {"directory": str(folder / "storage")},
            "broker": {"url": broker_url, "keepalive": "5s"},
            "listen": {"port": self.port},
            "evidence": {"keep_free_mb": 0},
            "nodes": {"enrolled_only": False},
            "people": {"metrics": "open"},
        } | settings
        self.config.write_text(yaml.safe_dump(self.settings))
        self.process: subprocess.Popen[bytes] | Forked | None = None
        self.first = True  # its database is laid beside it, for making one takes long
        self.apart = False  # whether it loads its modules itself
        self._session: dict[str, str] | None = None

    def start(self, *words: str, fault: str = "", well: bool = True) -> None:
        """Start; wait until it says it is well unless told otherwise."""
        assert self.process is None
        if self.first and "database" not in self.settings:
            self._lay_tables()
        self.first = False
        code, said = f"{fault}\n{MAIN}", ["serve", str(self.config), *words]
        if "PYTEST_CURRENT_TEST" in os.environ and not self.apart:
            self.process = nursery().start(code, said, self.log)
        else:
            with self.log.open("ab") as log:
                command = [sys.executable, "-c", code, *said]
                self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        if well:
            until(self.well, f"the centre is well; its log:\n{self.log.read_text()}")

    def _lay_tables(self) -> None:
        database = Path(self.settings["storage"]["directory"]) / "central.db"
        if not database.exists():
            new_sqlite(database)

    def well(self) -> bool:
        """Whether /healthz says 200."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"{self.url}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def client(self, **options: Any) -> httpx.Client:
        """Asks as the first administrator, who is made by the set-up link when there is none yet."""
        if self._session is None:
            self._session = self._administrator()
        return httpx.Client(base_url=self.url, headers=self._session, **{"timeout": 20, **options})

    @property
    def cookie(self) -> tuple[str, str]:
        """The administrator's session, as a browser keeps it."""
        with self.client() as client:
            name, _, value = client.headers["cookie"].partition("=")
        return name, value

    def _administrator(self) -> dict[str, str]:
        """The headers of a session that may change things, as a browser would send them."""
        origin = {"Origin": self.url}
        link = re.findall(r"/setup#(\S+)", self.said())
        answer = None
        if link:
            wanted = {"token": link[-1], "login": ADMINISTRATOR, "password": PASSWORD}
            answer = httpx.post(f"{self.url}/api/setup", json=wanted, headers=origin)
        if answer is None or answer.status_code == 410:  # another one made it, or an earlier start
            known = {"login": ADMINISTRATOR, "password": PASSWORD}
            answer = httpx.post(f"{self.url}/api/signin", json=known, headers=origin)
        if answer.status_code in (401, 429):  # locked out, closed, or another password
            answer = httpx.post(f"{self.url}/api/setup", json=self._way_back(), headers=origin)
        assert answer.status_code == 204, answer.text
        session = {"Cookie": answer.headers["set-cookie"].partition(";")[0], **origin}
        me = httpx.get(f"{self.url}/api/me", headers=session).json()
        return {**session, "X-Gewu-Forgery-Key": me["forgery_key"]}

    def _way_back(self) -> dict[str, str]:
        """What the owner of the machine can always do: make the account whole and set its password anew."""
        for words in (("enable", ADMINISTRATOR), ("role", ADMINISTRATOR, "administrator")):
            self.command("users", *words)
        link = self.command("users", "reset-link", ADMINISTRATOR)
        return {"token": link.partition("#")[2].strip(), "password": PASSWORD}

    def command(self, part: str, *words: str) -> str:
        """What `gewu-central PART central.yaml ...` says; it must succeed."""
        command = [sys.executable, "-c", MAIN, part, str(self.config), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of an API answer that must be 200."""
        with self.client() as client:
            answer = client.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tickets(self) -> list[dict[str, Any]]:
        """Every ticket, newest first."""
        found: list[dict[str, Any]] = self.get("/api/tickets", limit=200)["items"]
        return found

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text()

    def died(self) -> int:
        """Wait for its own end; the exit status."""
        assert self.process is not None
        status = self.process.wait(PATIENCE_S)
        self.process = None
        return status

    def stop(self) -> int:
        """Ask it to stop; the exit status."""
        if self.process is None:
            return 0
        self.process.terminate()
        return self.died()

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.died()


class Wire:
    """A node's connection: sends raw bodies and collects the receipts that come back."""

    def __init__(self, url: str, address: Address, *, name: str = "wire") -> None:
        self.address = address
        self.receipts: list[Receipt] = []
        self._lock = threading.Lock()
        self._link = Link(LinkSettings(url=url), client_id=name, on_message=self._take)
        self._link.subscribe(address.topic("receipt"))
        self._link.start()
        assert self._link.wait(PATIENCE_S)

    def send(self, *bodies: bytes, channel: str = "event", topic: str | None = None) -> None:
        """Publish each body once."""
        for body in bodies:
            until(
                lambda body=body: self._link.publish(
                    topic or self.address.topic(channel), body, TABLE[channel]
                )
            )

    def receipt(self, event_id: str, *, after: int = 0) -> Receipt:
        """The receipt of an event, the first that came after `after` receipts."""

        def found() -> Receipt | None:
            with self._lock:
                return next((r for r in self.receipts[after:] if r.id == event_id), None)

        receipt: Receipt = until(found, f"a receipt for {event_id}")
        return receipt

    def insist(self, body: bytes, event_id: str, *, after: int = 0) -> Receipt:
        """As a node does it: send again and again until the receipt has come."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            self.send(body)
            pause = time.monotonic() + 1.5
            while time.monotonic() < pause:
                with self._lock:
                    for receipt in self.receipts[after:]:
                        if receipt.id == event_id:
                            return receipt
                time.sleep(0.05)
        raise AssertionError(f"no receipt for {event_id}")

    def close(self) -> None:
        """Hang up."""
        self._link.stop()

    def _take(self, delivery: Delivery) -> None:
        with self._lock:
            self.receipts += read(Receipts, delivery.body).receipts


@pytest.fixture
def make_centre(tmp_path: Path) -> Iterator[Callable[..., Centre]]:
    """Makes centres; each is killed at the end if it still runs."""
    made: list[Centre] = []

    def make(broker_url: str, **settings: Any) -> Centre:
        made.append(Centre(tmp_path / f"centre-{len(made)}", broker_url, **settings))
        return made[-1]

    yield make
    for centre in made:
        centre.kill()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    with small_disk_of("16m", tmp_path / "small") as folder:
        yield folder


@pytest.fixture
def make_wire() -> Iterator[Callable[..., Wire]]:
    """Makes nodes' connections; each is closed at the end."""
    made: list[Wire] = []

    def make(url: str, address: Address, **options: Any) -> Wire:
        made.append(Wire(url, address, **options))
        return made[-1]

    yield make
    for wire in made:
        wire.close()
