"""The nodes' side of the fleet bench: many in one process, each with a connection of its own.

    python -m tests.bench.fleet_nodes URL NODES

They speak the contract: they say what they are, every ten seconds how they fare, answer what is asked of them
after 0.2 to 0.8 s, and take up settings after 0.3 to 2 s. Where a version sets `inference.budget` to `BAD`,
every fifth loses its camera with it. Ends with its standard input.
"""

import json
import random
import selectors
import sys
import threading
import time
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from broker.asks import Answer
from broker.events import Reason
from broker.fields import Message, read, utc
from broker.inventory import Inventory
from broker.link import LinkSettings
from broker.messages import (
    About,
    DesiredConfiguration,
    NodeHealth,
    NodeState,
    ReportedConfiguration,
    SourceReport,
)
from broker.topics import TABLE, Address
from broker.topics import parse as place_of

BAD = 0.99
EVERY_S = 10.0


def address(number: int) -> Address:
    """One of the nodes."""
    return Address("131002", f"yard-{number:04d}")


class Node:
    """One of them. `due`: what it will say, and when."""

    def __init__(self, url: str, number: int, chance: random.Random) -> None:
        self.address, self.number, self._chance = address(number), number, chance
        self.began = time.time()
        self.due: list[tuple[float, str, Message]] = []
        self._lost = False
        self._beat = time.monotonic() + chance.uniform(0, EVERY_S)
        settings = LinkSettings(url=url)
        self.client = Client(
            CallbackAPIVersion.VERSION2, self.address.node, protocol=MQTTProtocolVersion.MQTTv5
        )
        self.client.on_connect = self._introduce
        self.client.on_message = self._take
        self.client.connect(settings.host, settings.port, keepalive=60)

    def turn(self, now: float) -> None:
        """Say what is due."""
        for one in [one for one in self.due if one[0] <= now]:
            self.due.remove(one)
            self._say(one[1], one[2])
        if now >= self._beat:
            self._beat = now + EVERY_S
            self._say("health", self._health())

    def _say(self, channel: str, message: Message) -> None:
        how = TABLE[channel]
        self.client.publish(self.address.topic(channel), message.encode(), how.qos, retain=how.retained)

    def _introduce(self, client: Client, *_: Any) -> None:
        client.subscribe([(self.address.topic(channel), 1) for channel in ("command", "config")])
        at = utc(time.time())
        self._say("state", NodeState(online=True, at=at))
        told = Inventory(began=utc(self.began), supervised=True, labels=[f"batch-{self.number % 4}"])
        about = About(
            at=at, software="gewu-edge 1", configuration=f"{self.number:064x}", sources=[], inventory=told
        )
        self._say("about", about)
        self._say("health", self._health())

    def _health(self) -> NodeHealth:
        up = time.time() - self.began
        camera = SourceReport(
            id="cam",
            state="lost" if self._lost else "ok",
            frames=int(2 * up),
            dropped=0,
            fps=2.0,
            delay_s=0.2,
        )
        return NodeHealth(
            at=utc(time.time()),
            uptime_s=up,
            pending=0,
            evidence_pending=0,
            disk_free_mb=9000,
            sources=[camera],
        )

    def _take(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        now = time.monotonic()
        if place_of(message.topic)[1] == "config":
            if message.payload:
                self._wanted(read(DesiredConfiguration, bytes(message.payload)), now)
            return
        asked = json.loads(message.payload)
        reason = Reason(code=f"{asked['command']}_done", text="it is done")
        answer = Answer(id=asked["id"], number=0, at=utc(time.time()), status="done", reasons=[reason])
        self.due.append((now + self._chance.uniform(0.2, 0.8), "answer", answer))

    def _wanted(self, wanted: DesiredConfiguration, now: float) -> None:
        settings = wanted.body.get("inference")
        bad = isinstance(settings, dict) and settings.get("budget") == BAD
        self._lost = bad and self.number % 5 == 4
        told = ReportedConfiguration(
            version=wanted.version, sha256=wanted.sha256, status="applied", at=utc(time.time())
        )
        self.due.append((now + self._chance.uniform(0.3, 2.0), "config/reported", told))


def main(url: str, number: int) -> None:
    """Serve them all by one thread until the standard input ends."""
    chance = random.Random(1)  # noqa: S311 - a scene, no secret
    ended = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    selector = selectors.DefaultSelector()
    nodes = []
    for n in range(number):
        nodes.append(Node(url, n, chance))
        selector.register(nodes[-1].client.socket(), selectors.EVENT_READ, nodes[-1])  # type: ignore[arg-type]
    looked = 0.0
    while not ended.is_set():
        for key, _ in selector.select(0.05):
            if key.data.client.loop_read() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                raise ConnectionError(f"{key.data.address.node} was cut off")
        now = time.monotonic()
        for node in nodes:
            node.turn(now)
            while node.client.want_write():
                node.client.loop_write()
        if now - looked > 1.0:
            looked = now
            for node in nodes:
                node.client.loop_misc()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
