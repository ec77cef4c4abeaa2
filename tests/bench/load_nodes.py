"""The nodes' side of the load bench: many nodes in one process, each with a connection and a key of its own.

    python -m tests.bench.load_nodes URL NODES KEYS

One thread serves all connections of the client library by a selector: five hundred of the project's own
`Link` would be as many threads, which on two cores take the time that the centre needs. Orders come as
lines of JSON on the standard input: `{"rate": 50, "seconds": 60}` and `{"burst": 2000}`, then `{"end": 30}`
(seconds to wait for the last receipt). What was committed is said as lines of JSON; a node keeps each event
until its receipt comes and sends it again after ten seconds without. It answers the centre's `verify` that
the place is clear.
"""

import json
import queue
import random
import selectors
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

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
from broker.link import LinkSettings
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


def address(number: int) -> Address:
    """One of the nodes."""
    return Address("131002", f"load-{number:03d}")


def serial(number: int) -> str:
    """Of its certificate."""
    return f"{0x10AD0000 + number:x}"


def said(**words: Any) -> None:
    """One line for who asked."""
    print(json.dumps(words), flush=True)


class Node:
    """Numbers its events, keeps them until their receipts come, answers what it is asked."""

    def __init__(self, url: str, number: int, keys: Path) -> None:
        self.address = address(number)
        self.epoch = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{number:04x}"
        self.waiting: dict[str, tuple[bytes, float]] = {}
        self.answered: dict[str, int] = {}
        self.subscribed = False
        self._settings = LinkSettings(url=url)
        self._next = 0
        self._signer = Signer((keys / f"{number}.pem").read_bytes(), serial(number))
        self._topic = self.address.topic("event")
        self.client = Client(
            CallbackAPIVersion.VERSION2, self.address.node, protocol=MQTTProtocolVersion.MQTTv5
        )
        self.client.on_connect = self._subscribe
        self.client.on_subscribe = self._settled
        self.client.on_message = self._take

    def connect(self) -> None:
        """Begin, or begin anew."""
        self.subscribed = False
        self.client.connect(self._settings.host, self._settings.port, keepalive=60)

    def commit(self, model: Any, subject: str, data: Any, at: float) -> str:
        """Number an event, keep it and send it; its id. at: when it was committed here."""
        # An epoch begins at 0: the centre would ask for a first one that never was.
        number, self._next = self._next, self._next + 1
        event = model(
            id=str(uuid.uuid4()), source=self.address.source, subject=subject, time=utc(at),
            recordedtime=utc(at), epoch=self.epoch, sequence=f"{number:012d}", data=data,
        )  # fmt: skip
        body = event.encode()
        self.waiting[event.id] = (body, time.monotonic())
        self._send(body)
        return str(event.id)

    def again(self) -> int:
        """Send once more what waits for too long; how many."""
        now = time.monotonic()
        late = [(name, body) for name, (body, sent) in self.waiting.items() if now - sent > AGAIN_S]
        for name, body in late:
            self.waiting[name] = (body, now)
            self._send(body)
        return len(late)

    def _send(self, body: bytes) -> None:
        proof = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        proof.UserProperty = list(self._signer.sign(self._topic, body).items())
        self.client.publish(self._topic, body, TABLE["event"].qos, properties=proof)

    def _subscribe(self, client: Client, *_: Any) -> None:
        client.subscribe([(self.address.topic(channel), 1) for channel in ("receipt", "command")])

    def _settled(self, *_: Any) -> None:
        self.subscribed = True

    def _take(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        if place_of(message.topic)[1] == "command":
            if json.loads(message.payload).get("command") == "verify":
                self._look(read(Verify, message.payload))
            return
        for each in read(Receipts, message.payload).receipts:
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


class Fleet:
    """All nodes, and the one thread that serves them."""

    def __init__(self, url: str, number: int, keys: Path) -> None:
        self.nodes = [Node(url, n, keys) for n in range(number)]
        self.late = 0
        self._selector = selectors.DefaultSelector()
        self._looked = time.monotonic()

    def connect(self) -> None:
        """All of them. Raises TimeoutError."""
        for node in self.nodes:
            self._connect(node)
            self.turn(0.0)
        until = time.monotonic() + 60
        while not all(node.subscribed for node in self.nodes):
            self.turn(0.1)
            if time.monotonic() > until:
                raise TimeoutError("not every node has a connection")

    def turn(self, wait_s: float) -> None:
        """Serve what comes within so long."""
        for key, _ in self._selector.select(wait_s):
            went = key.data.client.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS
            if went and key.data.client.want_write():  # what was said while it read
                went = key.data.client.loop_write() == MQTTErrorCode.MQTT_ERR_SUCCESS
            if not went:
                self._selector.unregister(key.fileobj)
                self._connect(key.data)
        if time.monotonic() - self._looked > 1.0:
            self._looked = time.monotonic()
            for node in self.nodes:
                node.client.loop_misc()
                self.late += node.again()

    def rest(self, seconds: float) -> None:
        """Serve for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.turn(left)
        self.turn(0.0)

    def _connect(self, node: Node) -> None:
        node.connect()
        self._selector.register(node.client.socket(), selectors.EVENT_READ, node)  # type: ignore[arg-type]


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


def even(city: City, fleet: Fleet, a_second: float, seconds: float) -> None:
    """So many events a second."""
    began = time.monotonic()
    for n in range(round(a_second * seconds)):
        fleet.rest(began + n / a_second - time.monotonic())
        city.happen()


def burst(city: City, fleet: Fleet, number: int) -> None:
    """So many at once; now and then what came is read."""
    for n in range(number):
        city.begin()
        if n % 20 == 0:
            fleet.turn(0.0)


def end(fleet: Fleet, patience_s: float) -> None:
    """Wait for the last receipts."""
    until = time.monotonic() + patience_s
    while any(node.waiting for node in fleet.nodes) and time.monotonic() < until:
        fleet.turn(0.1)


def orders(fleet: Fleet) -> Iterator[dict[str, Any]]:
    """What is asked of us; the nodes are served while nothing is."""
    asked: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=lambda: [asked.put(line) for line in sys.stdin], daemon=True).start()
    while True:
        fleet.turn(0.02)
        with suppress(queue.Empty):
            yield json.loads(asked.get_nowait())


def main() -> None:
    """What the command line and the orders ask for."""
    fleet = Fleet(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    fleet.connect()
    said(ready=True)
    city = City(fleet.nodes)
    for order in orders(fleet):
        if "burst" in order:
            burst(city, fleet, order["burst"])
        elif "rate" in order:
            even(city, fleet, order["rate"], order["seconds"])
        else:
            end(fleet, order["end"])
            break
        said(done=True)
    answered: Counter[str] = Counter()
    for node in fleet.nodes:
        answered.update(node.answered)
    waiting = sum(len(node.waiting) for node in fleet.nodes)
    said(ended=True, waiting=waiting, again=fleet.late, answered=answered)
    for node in fleet.nodes:
        node.client.disconnect()


if __name__ == "__main__":
    main()
