"""Takes what the nodes say: commit, then acknowledge, then send the receipt. Never in another order.

Two troubles are never confused. A message that cannot be taken is put aside, acknowledged and refused by
receipt: sending it again would not help. A database that cannot take a message is waited for: nothing is
acknowledged, the connection is given up so that other workers (or later days) get the messages, and the
nodes keep every event until its receipt comes.
"""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timezone

from pydantic import ValidationError

from broker.events import AnyEvent
from broker.fields import read
from broker.link import Delivery, Link
from broker.link_settings import LinkSettings
from broker.messages import About, NodeHealth, NodeState, Receipt, Receipts
from broker.topics import TABLE, Address, everyones
from broker.topics import parse as parse_topic
from central.letters import Letter, Refusal, faults, refusal, tellable, understand
from central.metrics import Metrics
from central.store.aside import quarantined
from central.store.database import Store, StoreAway, StoreRefuses
from central.store.nodes import Topic, node_says
from central.store.receipts import mark_sent, owed
from central.store.taking import Outcome, take_event

log = logging.getLogger(__name__)

SHARE = "ingest"
RECEIPTS_A_MESSAGE = 100
RECEIPTS_AT_ONCE = 500
LETTERS_BETWEEN_RECEIPTS = 32
WAITING = 4096  # messages read but not yet handled; the broker's own window keeps events far below this
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
NODE_MESSAGES: dict[str, tuple[Topic, type[NodeState] | type[About] | type[NodeHealth]]] = {
    "state": ("state", NodeState),
    "about": ("about", About),
    "health": ("health", NodeHealth),
}

Announce = Callable[[AnyEvent, Outcome], None]


class Ingest:
    """One worker: a connection and a thread. Any number of them may share the work."""

    def __init__(
        self,
        store: Store,
        broker: LinkSettings,
        *,
        client_id: str,
        max_event_bytes: int,
        announce: Announce,
        metrics: Metrics,
    ) -> None:
        self.store = store
        self.broker = broker
        self.client_id = client_id
        self.max_event_bytes = max_event_bytes
        self.announce = announce
        self.metrics = metrics
        self.broker_says = "not connected yet"
        self.waits_for: str | None = None
        self._link: Link | None = None
        self._letters: queue.Queue[Delivery | None] = queue.Queue(WAITING)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest")
        self._failures = 0

    @property
    def connected(self) -> bool:
        """Whether the broker's connection stands."""
        return self._link is not None and self._link.connected

    @property
    def alive(self) -> bool:
        """Whether the worker runs, be it waiting."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to take."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the message in hand and end."""
        self._stopping.set()
        self._wake()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._letters = queue.Queue(WAITING)  # what an ended connection brought cannot be acknowledged
            self._link = self._connection()
            self._link.start()
            try:
                self._take()
            except StoreAway as error:
                self._link.stop()
                self._back_off(f"database: {error}")
            except Exception as error:  # a worker that ended would take nothing ever again
                self._link.stop()
                log.exception("the ingest stumbled")
                self._back_off(f"a fault of ours: {type(error).__name__}")
            finally:
                self._link.stop()

    def _connection(self) -> Link:
        link = Link(
            self.broker,
            client_id=self.client_id,
            on_message=self._letters.put_nowait,
            on_connection=self._on_connection,
            manual_ack=True,
        )
        link.subscribe(everyones("event", share=SHARE))
        for channel in NODE_MESSAGES:
            link.subscribe(everyones(channel), TABLE[channel].qos)
        return link

    def _on_connection(self, connected: bool, reason: str) -> None:
        self.broker_says = reason
        self.metrics.broker_connected.set(connected)
        if connected:
            self._wake()

    def _wake(self) -> None:
        """Have the worker look up: there may be receipts to send, or nothing more to do."""
        with suppress(queue.Full):  # then it is awake
            self._letters.put_nowait(None)

    def _take(self) -> None:
        """Handle what comes until told to stop. Raises StoreAway."""
        since_receipts = 0
        while not self._stopping.is_set():
            delivery = self._letters.get()
            if delivery is not None:
                self._handle(delivery)
                self._failures, self.waits_for = 0, None
                since_receipts += 1
            if self._letters.empty() or since_receipts >= LETTERS_BETWEEN_RECEIPTS:
                self._send_receipts()
                since_receipts = 0

    def _handle(self, delivery: Delivery) -> None:
        """Commit one message, or put it aside; only then acknowledge it. Raises StoreAway."""
        try:
            address, channel = parse_topic(delivery.topic)
        except ValueError as error:
            letter = Letter("", tellable(delivery.topic), delivery.body, _now())
            self._set_aside(letter, refusal(letter, "foreign_topic", str(error)))
        else:
            letter = Letter(address.source, delivery.topic, delivery.body, _now())
            if channel == "event":
                self._take_event(letter)
            elif delivery.body:  # an empty one deletes a retained message and says nothing
                self._take_word(letter, channel)
        delivery.ack()

    def _take_event(self, letter: Letter) -> None:
        event = understand(letter, max_bytes=self.max_event_bytes)
        if isinstance(event, Refusal):
            return self._set_aside(letter, event)
        try:
            outcome = take_event(self.store, letter, event)
        except StoreRefuses as error:
            return self._set_aside(letter, refusal(letter, "not_storable", f"cannot be stored: {error}"))
        except StoreAway:
            raise
        except Exception as error:  # a fault of ours must not stop all other events; nothing is lost by it
            log.exception("an event could not be processed")
            return self._set_aside(letter, refusal(letter, "not_processed", type(error).__name__))
        self.metrics.events.labels(type=event.type, effect=outcome.effect).inc()
        if outcome.effect == "quarantined":
            self.metrics.quarantined.labels(code=outcome.reason.code).inc()
        self.announce(event, outcome)

    def _take_word(self, letter: Letter, channel: str) -> None:
        """What a node says of itself: its state, about or health."""
        topic, model = NODE_MESSAGES[channel]
        try:
            node_says(self.store, letter, topic, read(model, letter.body))
        except ValidationError as error:
            self._set_aside(letter, refusal(letter, "not_understood", faults(error)))
        except StoreRefuses as error:
            self._set_aside(letter, refusal(letter, "not_storable", f"cannot be stored: {error}"))

    def _set_aside(self, letter: Letter, why: Refusal) -> None:
        """Keep what cannot be taken. A quarantine that refuses it too is the database's trouble."""
        try:
            quarantined(self.store, letter, why)
        except StoreRefuses as error:
            raise StoreAway(f"the quarantine cannot take a message: {error}") from error
        self.metrics.quarantined.labels(code=why.code).inc()
        log.warning("quarantined (%s): %s: %s", why.code, letter.topic, why.text)

    def _send_receipts(self) -> None:
        """Send what is owed while the broker takes it. Raises StoreAway."""
        link = self._link
        while link is not None and link.connected:
            waiting = owed(self.store, at_most=RECEIPTS_AT_ONCE)
            if not waiting or not all(self._send(link, node, batch) for node, batch in waiting.items()):
                return

    def _send(self, link: Link, node: str, receipts: list[Receipt]) -> bool:
        topic = Address(*node.removeprefix("gewu://").split("/")).topic("receipt")
        for first in range(0, len(receipts), RECEIPTS_A_MESSAGE):
            batch = receipts[first : first + RECEIPTS_A_MESSAGE]
            if not link.publish(topic, Receipts(at=_now(), receipts=batch).encode(), TABLE["receipt"]):
                return False
            mark_sent(self.store, node, batch)
            self.metrics.receipts.inc(len(batch))
        return True

    def _back_off(self, why: str) -> None:
        """Wait, longer each time until a message has been committed again."""
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**self._failures)
        self._failures += 1
        self.waits_for = why
        self.metrics.waits.inc()
        log.warning("%s; nothing is acknowledged, trying again in %g s", why, wait_s)
        self._stopping.wait(wait_s)


def _now() -> datetime:
    return datetime.now(timezone.utc)
