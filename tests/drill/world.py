"""Everything that takes part in a drill: processes, gates, disks, the database, and what can be hit of it."""

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import pytest
import yaml

from broker.pki.authority import init
from tests.brokers import Mosquitto
from tests.disks import small_disk_of
from tests.drill import broken, orders
from tests.drill.books import Books
from tests.drill.children import Child, python
from tests.drill.enrolling import enrol
from tests.drill.gates import Gate, Gates
from tests.drill.sender import Part
from tests.drill.wire import MAX_EVENT_BYTES, Wire
from tests.ports import HOST, free_port
from tests.postgres import Postgres, server

SENDER = "from tests.drill.sender import main\nsys.exit(main(sys.argv[1]))"
CENTRE = "from central.cli import main\nsys.exit(main())"
BROKER = "from broker.cli import main\nsys.exit(main())"
SENDER_BYTES, CENTRE_BYTES, ROOM = 4_000, 24_000, 48_000_000  # an event, an event, and what else is needed


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    faults: int
    events: int
    seed: int
    store: Literal["sqlite", "postgresql"] = "sqlite"
    workers: int = 1
    broker: Literal["embedded", "mosquitto"] = "embedded"
    senders: int = 3
    spacing_s: float = 1.0
    signed: bool = False
    bound: int = 200_000
    broken: str | None = None


class Held(Protocol):
    """Something that one fault at a time may hit."""

    @property
    def hold(self) -> Any:
        """Its lock."""


H = TypeVar("H", bound=Held)


@dataclass
class Seat:
    """A sender or a centre: its process, its gate, and the small disk below it if there is one."""

    child: Child
    gate: Gate
    disk: Path | None = None
    desk: Path = Path()
    part: Part | None = None
    ordered: orders.Orders = field(default_factory=orders.Orders)
    pen: threading.Lock = field(default_factory=threading.Lock)

    @property
    def hold(self) -> Any:
        """One fault at a time."""
        return self.child.hold

    def order(self, **changes: Any) -> None:
        """Change a sender's orders: how far it may go, how wrong its clock is."""
        with self.pen:
            fresh = replace(self.ordered, **changes)
            if fresh != self.ordered:
                orders.put(self.desk / "orders.json", fresh)
            self.ordered = fresh


@dataclass
class Broker:
    """The broker's process. `data`: what it keeps on disk, None for the embedded one, which has none."""

    child: Child
    port: int
    data: Path | None

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        self.child.start()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.child.alive:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self.port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"the broker does not start; see {self.child.log}")

    def forget(self) -> None:
        """Lose what it kept on disk."""
        if self.data is not None:
            shutil.rmtree(self.data)
            self.data.mkdir()


@dataclass
class World:
    """All of it, running."""

    asked: Asked
    folder: Path
    gates: Gates
    broker: Broker
    senders: list[Seat]
    centres: list[Seat]
    books: Books
    wire: Wire
    database: Postgres | None
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def seats(self) -> list[Seat]:
        """Senders and centres."""
        return self.senders + self.centres

    @contextmanager
    def free(self, of: Sequence[H], pick: float) -> Iterator[H]:
        """One that no other fault has just now, the picked one if possible."""
        first = int(pick * len(of))
        for each in [*of[first:], *of[:first]]:
            if each.hold.acquire(blocking=False):
                break
        else:
            each = of[first]
            each.hold.acquire()
        try:
            yield each
        finally:
            each.hold.release()

    def tend(self) -> None:
        """Start again what ended by itself, as a service manager would."""
        for child in [self.broker.child, *(seat.child for seat in self.seats)]:
            if child.hold.acquire(blocking=False):
                try:
                    if child.died():
                        child.start()
                finally:
                    child.hold.release()

    def order(self, target: int) -> None:
        """Let the senders commit up to so many events in all."""
        share = -(-target // len(self.senders))
        for seat in self.senders:
            seat.order(target=share)

    def statuses(self) -> list[orders.Status]:
        """How far each sender is."""
        return [orders.status(seat.desk / "status.json") for seat in self.senders]


@contextmanager
def world(asked: Asked, folder: Path) -> Iterator[World]:
    """Build and start everything; at the end nothing of it runs any more."""
    with ExitStack() as stack:
        gates = Gates()
        stack.callback(gates.close)
        broker = _broker(asked, folder)
        stack.callback(broker.child.kill)
        broker.start()
        database = stack.enter_context(server()) if asked.store == "postgresql" else None
        left_out: dict[str, str] = {}
        build = _Builder(asked, folder, gates, broker.port, stack, left_out)
        centres = build.centres(database)
        senders = [build.sender(n) for n in range(asked.senders)]
        wire = Wire(f"mqtt://{HOST}:{broker.port}", asked.seed)
        stack.callback(wire.close)
        made = World(asked, folder, gates, broker, senders, centres, build.books, wire, database, left_out)
        for seat in made.seats:
            stack.callback(seat.child.kill)
        for seat in centres:
            seat.child.start()
        if asked.signed:
            build.enrol(senders)
        for seat in senders:
            seat.child.start()
        yield made


def _broker(asked: Asked, folder: Path) -> Broker:
    port, log = free_port(), folder / "broker.log"
    if asked.broker == "mosquitto":
        configured = Mosquitto(folder / "mosquitto", open_to_all=True, port=port)
        command = ["mosquitto", "-c", str(configured.config)]
        return Broker(Child("broker", command, log), port, configured.folder / "data")
    command = python(BROKER, "serve", "--port", str(port))
    return Broker(Child("broker", command, log), port, None)


@dataclass
class _Builder:
    asked: Asked
    folder: Path
    gates: Gates
    broker_port: int
    stack: ExitStack
    left_out: dict[str, str]
    books: Books = field(init=False)

    def centres(self, database: Postgres | None) -> list[Seat]:
        """The centres: one on SQLite, on a small disk where that may be; several on PostgreSQL."""
        disk = None
        init(self.folder / "authority", now=datetime.now(timezone.utc))
        if database is not None:
            url = database.new_database()
            self.books = Books(url)
        else:
            disk = self._disk("centre-disk", self.asked.events * CENTRE_BYTES + ROOM)
            file = (disk or self._folder("centre-storage")) / "central.db"
            url = f"sqlite:///{file}"
            self.books = Books(str(file))
        return [self._centre(n, url, disk) for n in range(self.asked.workers)]

    def _centre(self, number: int, url: str, disk: Path | None) -> Seat:
        name = f"centre-{number}"
        gate = self.gates.gate(name, self.broker_port)
        settings = {
            "name": name,
            "storage": {"directory": str(self._folder(f"{name}-storage"))},
            "broker": {"url": f"mqtt://{HOST}:{gate.port}", "keepalive": "5s"},
            "listen": {"port": free_port()},
            "evidence": {"keep_free_mb": 0},
            "database": {"url": url},
            "max_event_bytes": MAX_EVENT_BYTES,
            "nodes": {
                "enrolled_only": self.asked.signed,
                "authority": str(self.folder / "authority"),
            },
        }
        config = self.folder / f"{name}.yaml"
        config.write_text(yaml.safe_dump(settings))
        command = python(
            broken.code(self.asked.broken, "centre") + CENTRE, "serve", str(config), "--log", "json"
        )
        return Seat(Child(name, command, self.folder / f"{name}.log"), gate, disk)

    def sender(self, number: int) -> Seat:
        """A sender with its share of the events; the first has a small disk where that may be."""
        name = f"sender-{number}"
        gate = self.gates.gate(name, self.broker_port)
        events = self.asked.events // self.asked.senders + (number < self.asked.events % self.asked.senders)
        disk = self._disk(f"{name}-disk", events * SENDER_BYTES + ROOM) if number == 0 else None
        storage, desk = disk or self._folder(f"{name}-storage"), self._folder(f"{name}-desk")
        orders.put(desk / "orders.json", orders.Orders())
        url = f"mqtt://{HOST}:{gate.port}"
        identity = str(self.folder / f"{name}-identity") if self.asked.signed else None
        part = Part(
            str(storage), str(desk), name, url, self.asked.seed, number, events, identity, self.asked.bound
        )
        command = python(broken.code(self.asked.broken, "sender") + SENDER, json.dumps(asdict(part)))
        return Seat(Child(name, command, self.folder / f"{name}.log"), gate, disk, desk, part)

    def enrol(self, senders: list[Seat]) -> None:
        """Make all senders nodes of the centres, which run."""
        config = self.folder / "centre-0.yaml"
        port = yaml.safe_load(config.read_text())["listen"]["port"]
        for seat in senders:
            assert seat.part is not None
            assert seat.part.identity is not None
            node = f"{seat.part.address.district}/{seat.part.node}"
            enrol(config, f"http://{HOST}:{port}", node, Path(seat.part.identity))

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder

    def _disk(self, name: str, size: int) -> Path | None:
        try:
            return self.stack.enter_context(small_disk_of(str(size), self.folder / name))
        except pytest.skip.Exception as why:
            self.left_out["full disk"] = str(why)
            (self.folder / name).rmdir()
            return None
