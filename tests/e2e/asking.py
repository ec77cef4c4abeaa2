"""A node's end of the wire that hears what it is asked, and answers as it is told."""

import threading
from datetime import datetime, timezone
from types import TracebackType
from typing import Any

from typing_extensions import Self

from broker.asks import Answer, Ask
from broker.fields import Message, read
from broker.link import Delivery, Link, LinkSettings
from broker.messages import DesiredConfiguration, NodeState, parse_command
from broker.topics import TABLE, Address
from broker.topics import parse as place_of
from tests.centre import PATIENCE_S, until


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
