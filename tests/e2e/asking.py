"""A node's end of the wire that hears what it is asked, and answers as it is told."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import pytest
from typing_extensions import Self

from broker.asks import Answer, Ask
from broker.fields import Message, read
from broker.link import Delivery, Link, LinkSettings
from broker.messages import DesiredConfiguration, NodeState, parse_command
from broker.topics import TABLE, Address
from broker.topics import parse as place_of
from tests.brokers import Mosquitto
from tests.centre import PATIENCE_S, Centre, until
from tests.unit.central.makers import NODE
from tests.workers import Worker


class AskedNode:
    """Says that it is there; keeps what it is asked and which configurations it is sent."""

    def __init__(self, url: str, address: Address) -> None:
        self.address = address
        self.asked: list[Any] = []
        self.wanted: list[DesiredConfiguration] = []
        self._lock = threading.Lock()
        self._link = Link(LinkSettings(url=url), client_id=f"asked-{address.node}", on_message=self._take)
        for channel in ("command", "config"):
            self._link.subscribe(address.topic(channel))

    def __enter__(self) -> Self:
        self._link.start()
        assert self._link.wait(PATIENCE_S)
        self.say("state", NodeState(online=True, epoch="boot-1", highest=0, at=datetime.now(timezone.utc)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._link.stop()

    def say(self, channel: str, message: Message) -> None:
        """On its own branch."""
        topic, body = self.address.topic(channel), message.encode()
        until(lambda: self._link.publish(topic, body, TABLE[channel]))

    def answer(self, ask: Ask, number: int, status: str = "part", **told: Any) -> None:
        """One answer to an ask."""
        at = datetime.now(timezone.utc)
        given = {"id": ask.id, "number": number, "at": at, "status": status}
        self.say("answer", Answer.model_validate(given | told))

    def next(self, n: int = 0) -> Any:
        """The n-th command that came."""
        return until(lambda: self.asked[n] if len(self.asked) > n else None, "a command")

    def _take(self, delivery: Delivery) -> None:
        channel = place_of(delivery.topic)[1]
        with self._lock:
            if channel == "command":
                self.asked.append(parse_command(delivery.body))
            elif delivery.body:
                self.wanted.append(read(DesiredConfiguration, delivery.body))


class Street:
    """A broker, a centre and a node's end of the wire, for all tests of a module; olga is an operator."""

    def __init__(self, folder: Path) -> None:
        self.broker = Mosquitto(folder / "mosquitto", open_to_all=True)
        self.broker.start()
        self.centre = Centre(folder / "central", self.broker.url)
        self.centre.start()
        self.worker = Worker(self.centre, "olga", "operator")
        self.node = AskedNode(self.broker.url, NODE)

    @property
    def olga(self) -> httpx.Client:
        """Asks as the operator."""
        return self.worker.client

    def close(self) -> None:
        """End all of it."""
        self.worker.close()
        self.centre.kill()
        self.broker.stop()


@contextmanager
def street(folder: Path) -> Iterator[Street]:
    """All of it, running, and the node said that it is there."""
    if shutil.which("mosquitto") is None:
        pytest.skip("mosquitto is not installed (Debian: apt-get install mosquitto)")
    made = Street(folder)
    try:
        with made.node:
            until(lambda: any(n["node"] == NODE.source for n in made.centre.get("/api/sources")["nodes"]))
            yield made
    finally:
        made.close()


def messages(lines: Iterator[str], name: str) -> Iterator[dict[str, Any]]:
    """The data of each event of this name, of a stream."""
    for line in lines:
        if line == f"event: {name}":
            yield json.loads(next(lines).removeprefix("data: "))
