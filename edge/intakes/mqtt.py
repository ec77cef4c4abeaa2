"""Messages of devices from an MQTT broker, such as that of Zigbee2MQTT or of a LoRaWAN network."""

import queue
import secrets
import threading
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from broker.deliveries import Delivery
from broker.link import Link, LinkSettings
from edge.decoding import LARGEST
from edge.frames import SourceClock, Trouble
from edge.streams.connection import Connection, Happening
from edge.taking import IntakeSettings, Message

LOOK_S = 0.2
PATIENCE_S = 1.0  # how long a message waits for room; the broker keeps what comes after it meanwhile


def _topic_filter(topic: str) -> str:
    levels = topic.split("/")
    wild = [level for level in levels if ("+" in level or "#" in level) and level not in ("+", "#")]
    if wild or "#" in levels[:-1] or "\x00" in topic:
        raise ValueError("a topic filter has + and # as whole levels, and # only as the last")
    return topic


TopicFilter = Annotated[str, Field(min_length=1, max_length=512), AfterValidator(_topic_filter)]


class Settings(IntakeSettings):
    """Where its broker is, and what is read there. waiting: messages that may wait to be read."""

    kind: Literal["mqtt"]
    broker: LinkSettings
    topics: Annotated[list[TopicFilter], Field(min_length=1, max_length=64)]
    waiting: Annotated[int, Field(ge=1, le=100_000)] = 10_000


def build(settings: Settings, clock: SourceClock) -> "MqttIntake":
    """Nothing connects before `messages` runs."""
    return MqttIntake(settings, clock)


class MqttIntake:
    """One connection that reads. What finds no room in time, or is too large, is counted in `dropped`."""

    def __init__(self, settings: Settings, clock: SourceClock) -> None:
        self.settings = settings
        self.clock = clock
        self.dropped = 0
        self._come: queue.Queue[Message | Trouble] = queue.Queue(settings.waiting)
        self._closed = threading.Event()
        self._connection = Connection()
        self._link: Link | None = None

    def hears(self) -> bool:
        """Whether the broker has answered every subscription."""
        return self._link is not None and self._link.wait(0.0)

    def close(self) -> None:
        """Stop soon."""
        self._closed.set()

    def messages(self) -> Iterator[Message | Trouble]:
        """What comes, from the connection's own thread by way of a bounded queue."""
        name = f"gewu-{self.settings.id}-{secrets.token_hex(4)}"
        link = Link(
            self.settings.broker, client_id=name, on_message=self._put, on_connection=self._on_connection
        )
        for topic in self.settings.topics:
            link.subscribe(topic)
        link.start()
        self._link = link
        try:
            while not self._closed.is_set():
                try:
                    yield self._come.get(timeout=LOOK_S)
                except queue.Empty:
                    continue
        finally:
            self._closed.set()
            link.stop()

    def _put(self, delivery: Delivery) -> None:
        if len(delivery.body) > LARGEST:
            self.dropped += 1
            return
        t, utc = self.clock.monotonic(), self.clock.utc()
        self._offer(Message(delivery.topic, delivery.body, t, utc, delivery.retained))

    def _on_connection(self, up: bool, reason: str) -> None:
        happening: Happening = "frame" if up else "failure"
        if not self._closed.is_set() and (state := self._connection.on(happening, reason)):
            self._offer(Trouble(self.settings.id, state, reason))

    def _offer(self, item: Message | Trouble) -> None:
        try:
            self._come.put(item, timeout=0.0 if self._closed.is_set() else PATIENCE_S)
        except queue.Full:
            self.dropped += 1
