"""The nodes' side of the load bench: many nodes in one process, each with a connection and a key of its own.

    python -m tests.bench.load_nodes URL NODES KEYS

Each node is the project's own `Link` in a thread, which sleeps nearly always. Orders come as lines of JSON
on the standard input: `{"rate": 50, "seconds": 60}` and `{"burst": 2000}`, then `{"end": 30}` (seconds to
wait for the last receipt). What was committed is said as lines of JSON; a node keeps each event until its
receipt comes and sends it again after ten seconds without. It answers the centre's `verify` that the place
is clear.
"""

import json
import random
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from broker.events import (
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    Location,
    Point,
    Reason,
    SceneAnswer,
    SceneVerification,
    SceneVerified,
)
from broker.fields import read, utc
from broker.link import Delivery, Link, LinkSettings
from broker.messages import Receipts, Verify
from broker.pki.signing import Signer
from broker.topics import TABLE, Address
from broker.topics import parse as place_of
from tests.bench.ingest_nodes import AUDIT, incident
from tests.bench.query_fill import KINDS
from tests.cities import EAST, NORTH, SOUTH, WEST

AGAIN_S = 10.0
TWICE = 0.1  # so many are seen by a second node too
STANDS = 400  # situations that stand at once, about
_SAYING = threading.Lock()


def address(number: int) -> Address:
    """One of the nodes."""
    return Address("131002", f"load-{number:03d}")


def serial(number: int) -> str:
    """Of its certificate."""
    return f"{0x10AD0000 + number:x}"


def said(**words: Any) -> None:
    """One line for who asked."""
    with _SAYING:
        print(json.dumps(words), flush=True)


class Node:
    """Numbers its events, keeps them until their receipts come, answers what it is asked."""

    def __init__(self, url: str, number: int, keys: Path) -> None:
        self.address = address(number)
        self.epoch = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{number:04x}"
        self.waiting: dict[str, tuple[bytes, float]] = {}
        self.answered: dict[str, int] = {}
        self._next = 0
        self._lock = threading.Lock()
        signer = Signer((keys / f"{number}.pem").read_bytes(), serial(number))
        self._link = Link(
            LinkSettings(url=url), client_id=self.address.node, on_message=self._take, sign=signer.sign
        )
        for channel in ("receipt", "command"):
            self._link.subscribe(self.address.topic(channel))

    def start(self) -> None:
        """Connect."""
        self._link.start()

    def ready(self) -> bool:
        """Whether it is connected."""
        return self._link.wait(60)

    def stop(self) -> None:
        """Hang up."""
        self._link.stop()

    def commit(self, model: Any, subject: str, data: Any, at: float) -> str:
        """Number an event, keep it and send it; its id. at: when it was committed here."""
        with self._lock:
            self._next += 1
            event = model(
                id=str(uuid.uuid4()), source=self.address.source, subject=subject, time=utc(at),
                recordedtime=utc(at), epoch=self.epoch, sequence=f"{self._next:012d}", data=data,
            )  # fmt: skip
            body = event.encode()
            self.waiting[event.id] = (body, time.monotonic())
            self._link.publish(self.address.topic("event"), body, TABLE["event"])
        return str(event.id)

    def again(self) -> int:
        """Send once more what waits for too long; how many."""
        now, late = time.monotonic(), 0
        with self._lock:
            for name, (body, sent) in list(self.waiting.items()):
                if now - sent > AGAIN_S:
                    self.waiting[name] = (body, now)
                    self._link.publish(self.address.topic("event"), body, TABLE["event"])
                    late += 1
        return late

    def _take(self, delivery: Delivery) -> None:
        if place_of(delivery.topic)[1] == "command":
            if json.loads(delivery.body).get("command") == "verify":
                threading.Thread(target=self._look, args=(read(Verify, delivery.body),)).start()
            return
        with self._lock:
            for each in read(Receipts, delivery.body).receipts:
                if self.waiting.pop(each.id, None) is not None:
                    self.answered[each.status] = self.answered.get(each.status, 0) + 1

    def _look(self, asked: Verify) -> None:
        clear = [Reason(code="empty", text="the place looks like its clean reference")]
        looked = [SceneAnswer(situation=each, outcome="clear", reasons=clear) for each in asked.situations]
        source = incident(0, 1, 0, "open", 0.0).source
        data = SceneVerified(command=asked.id, source=source, answers=looked, audit=AUDIT)
        now = time.time()
        name = self.commit(SceneVerification, self.address.node, data, now)
        said(id=name, node=self.address.source, sort="verified", at=now)


class City:
    """What happens: situations begin, go on and end, at places all over the city."""

    def __init__(self, nodes: list[Node], seed: int = 1) -> None:
        self._nodes = nodes
        self._chance = random.Random(seed)  # noqa: S311 - a scene, no secret
        self._stands: list[tuple[Node, str, Any, int]] = []
        self._number = 0
        self._also: list[tuple[Node, str, Any]] = []

    def happen(self) -> None:
        """One event more."""
        if self._also:
            self._open(*self._also.pop())
        elif len(self._stands) < STANDS / 2 or self._chance.random() < 0.4 * STANDS / len(self._stands):
            self.begin()
        else:
            self._go_on(self._chance.randrange(len(self._stands)))

    def begin(self) -> None:
        """Something new; now and then a second node will tell of it too."""
        self._number += 1
        node = self._chance.choice(self._nodes)
        data = self._facts()
        self._open(node, f"s-{self._number}", data)
        if self._chance.random() < TWICE:
            other = self._chance.choice(self._nodes)
            if other is not node:
                self._also.append((other, f"s-{self._number}-too", data))

    def _facts(self) -> Any:
        spot = (self._chance.uniform(WEST, EAST), self._chance.uniform(SOUTH, NORTH))
        kind = self._chance.choices(list(KINDS), list(KINDS.values()))[0]
        where = Location(geometry=Point(type="Point", coordinates=spot), accuracy_m=2.5, method="calibrated")
        facts = incident(0, self._number, 0, "open", time.time())
        return facts.model_copy(
            update={"kind": kind, "location": where, "place": f"{kind} {self._number % 997}"}
        )

    def _open(self, node: Node, subject: str, data: Any) -> None:
        self._stands.append((node, subject, data, 0))
        self._tell(node, IncidentOpened, subject, data)

    def _go_on(self, place: int) -> None:
        node, subject, data, revision = self._stands[place]
        now = utc(time.time())
        changes = {"revision": revision + 1, "last_seen": now}
        if revision < 3:
            self._stands[place] = (node, subject, data, revision + 1)
            self._tell(node, IncidentUpdated, subject, data.model_copy(update=changes))
            return
        self._stands[place] = self._stands[-1]
        self._stands.pop()
        self._tell(node, IncidentCleared, subject, data.model_copy(update=changes | {"state": "cleared"}))

    def _tell(self, node: Node, model: Any, subject: str, data: Any) -> None:
        now = time.time()
        name = node.commit(model, subject, data, now)
        sort = model.__name__.removeprefix("Incident").lower()
        said(id=name, node=node.address.source, subject=subject, sort=sort, at=now)


def even(city: City, a_second: float, seconds: float, nodes: list[Node]) -> int:
    """So many events a second; how many were sent again."""
    began, late = time.monotonic(), 0
    for n in range(round(a_second * seconds)):
        time.sleep(max(0.0, began + n / a_second - time.monotonic()))
        city.happen()
        if n % round(a_second * 5 + 1) == 0:
            late += sum(node.again() for node in nodes)
    return late


def orders() -> Iterator[dict[str, Any]]:
    """What is asked of us."""
    for line in sys.stdin:
        yield json.loads(line)


def end(nodes: list[Node], patience_s: float) -> int:
    """Wait for the last receipts; how many events were sent again meanwhile."""
    until, late = time.monotonic() + patience_s, 0
    while any(node.waiting for node in nodes) and time.monotonic() < until:
        time.sleep(0.2)
        late += sum(node.again() for node in nodes)
    return late


def main() -> None:
    """What the command line and the orders ask for."""
    url, number, keys = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    threading.stack_size(256 * 1024)
    nodes = [Node(url, n, keys) for n in range(number)]
    for node in nodes:
        node.start()
        time.sleep(0.004)  # or the broker's queue of new connections runs over
    if not all(node.ready() for node in nodes):
        raise SystemExit(f"not every node has a connection to {url}")
    said(ready=True)
    city, late = City(nodes), 0
    for order in orders():
        if "burst" in order:
            for _ in range(order["burst"]):
                city.begin()
        elif "rate" in order:
            late += even(city, order["rate"], order["seconds"], nodes)
        else:
            late += end(nodes, order["end"])
            break
        said(done=True)
    answered: dict[str, int] = {}
    for node in nodes:
        for status, many in node.answered.items():
            answered[status] = answered.get(status, 0) + many
    said(ended=True, waiting=sum(len(node.waiting) for node in nodes), again=late, answered=answered)
    for node in nodes:
        node.stop()


if __name__ == "__main__":
    main()
