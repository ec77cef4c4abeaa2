"""Takes what the nodes say: commit, then acknowledge, then send the receipt. Never in another order.

What is there is taken together, in one transaction; nothing is waited for to make a batch larger.

Two troubles are never confused. A message that cannot be taken is put aside, acknowledged and refused by
receipt: sending it again would not help. A database that cannot take a message is waited for: nothing is
acknowledged, the connection is given up so that other workers (or later days) get the messages, and the
nodes keep every event until its receipt comes.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from broker.events import AnyEvent
from broker.link import Delivery, Link
from broker.link_settings import LinkSettings
from broker.topics import TABLE, everyones
from broker.topics import parse as parse_topic
from central.inlet import Arrival, Inlet
from central.letters import (
    SHARED,
    WORDS,
    Item,
    Letter,
    Refusal,
    Refused,
    Told,
    item_of,
    refusal,
    tellable,
)
from central.metrics import Metrics
from central.post import Post
from central.store.aside import times_aside
from central.store.database import Store, StoreAway, StoreRefuses
from central.store.outcome import Outcome
from central.store.seating import Terms
from central.store.taking import Taken, take
from central.traced import Traces

log = logging.getLogger(__name__)

SHARE = "ingest"
MOST_BYTES = 2_000_000  # of a batch
STIRRING = ("answered", "unanswered", "reported")  # what nodes say that people wait for
TRIES = 8  # of a message on which we stumble; a node makes so many in ten minutes
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0

Announce = Callable[[Sequence[tuple[AnyEvent, Outcome]]], None]
Doubt = Callable[[Letter], Refusal | None]
Expect = Callable[[Iterable[Mapping[str, str]]], None]


@dataclass(frozen=True, slots=True)
class _Held:
    """A letter in hand: how to acknowledge it, and what it is."""

    delivery: Delivery
    item: Item


class Ingest:
    """One worker: a connection and a thread. Any number of them may share the work.

    `doubt` says why a letter's sender is not believed, or None; it may raise StoreAway. `expect` hears before
    which user properties a batch has. `listens`: whether this one takes what nodes say of themselves too,
    which is not shared among workers.
    """

    def __init__(
        self,
        store: Store,
        broker: LinkSettings,
        *,
        client_id: str,
        max_event_bytes: int,
        announce: Announce,
        metrics: Metrics,
        doubt: Doubt | None = None,
        expect: Expect = lambda _: None,
        terms: Terms | None = None,
        batch: int = 256,
        listens: bool = True,
        on_connection: Callable[[], None] = lambda: None,
        traces: Traces | None = None,
    ) -> None:
        self.store = store
        self.broker = broker
        self.client_id = client_id
        self.max_event_bytes = max_event_bytes
        self.announce = announce
        self.metrics = metrics
        self.doubt = doubt
        self.expect = expect
        self.terms = terms
        self.batch = batch
        self.listens = listens
        self.traces = Traces(None) if traces is None else traces
        self.broker_says = "not connected yet"
        self.waits_for: str | None = None
        self._told = on_connection
        self._link: Link | None = None
        self._inlet = Inlet()
        self._post = Post(store, metrics)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"ingest-{client_id}")
        self._failures = 0
        self._stalled_since: float | None = None

    @property
    def connected(self) -> bool:
        """Whether the broker's connection stands."""
        return self._link is not None and self._link.connected

    @property
    def alive(self) -> bool:
        """Whether the worker runs, be it waiting."""
        return self._thread.is_alive()

    @property
    def stalled_s(self) -> float:
        """How long what is in hand has not been committed; 0 when nothing is."""
        since = self._stalled_since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def backlog(self) -> int:
        """How many messages have come and are not in hand."""
        return len(self._inlet)

    def start(self) -> None:
        """Begin to take."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand and end."""
        self._stopping.set()
        self._inlet.wake()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._inlet = Inlet()  # what an ended connection brought cannot be acknowledged
            link = self._link = self._connection(self._inlet)
            link.start()
            try:
                self._take(self._inlet, link)
            except StoreAway as error:
                self._hang_up(link)
                self._back_off(f"database: {error}")
            except Exception as error:  # a worker that ended would take nothing ever again
                self._hang_up(link)
                log.exception("the ingest stumbled")
                self._back_off(f"a fault of ours: {type(error).__name__}")
            finally:
                self._hang_up(link)
        with suppress(StoreAway):  # else they are sent once more
            self._post.mark()

    def _connection(self, inlet: Inlet) -> Link:
        link = Link(
            self.broker,
            client_id=self.client_id,
            on_message=inlet.put,
            on_connection=self._on_connection,
            manual_ack=True,
            receive_maximum=2 * self.batch,  # one batch in hand, the next on its way
        )
        for channel in SHARED:
            group = SHARE if channel == "event" else f"{SHARE}-{channel}"  # some brokers know one by its name
            link.subscribe(everyones(channel, share=self.broker.share_group(group)))
        for channel in WORDS.keys() - set(SHARED) if self.listens else ():
            link.subscribe(everyones(channel), TABLE[channel].qos)
        return link

    def _hang_up(self, link: Link) -> None:
        self._inlet.close()  # or the connection's thread, waiting for room, would be waited for
        link.stop()

    def _on_connection(self, connected: bool, reason: str) -> None:
        self.broker_says = reason
        self._told()
        if connected:
            self._post.look()
            self._inlet.wake()

    def _take(self, inlet: Inlet, link: Link) -> None:
        """Handle what comes until told to stop. Raises StoreAway."""
        while not self._stopping.is_set():
            arrivals = inlet.take(most=self.batch, most_bytes=MOST_BYTES, wait_s=self._post.patience_s)
            if arrivals:
                self._stalled_since = time.monotonic()
                self._await(arrivals)
                self._commit([held for each in arrivals if (held := self._held(each)) is not None], link)
                self._failures, self.waits_for = 0, None
            self._stalled_since = None
            self._post.rest(link, idle=not arrivals)

    def _await(self, arrivals: Sequence[Arrival]) -> None:
        """Raises StoreAway; what else goes wrong is told of each letter by itself."""
        try:
            self.expect(each.delivery.user for each in arrivals)
        except StoreAway:
            raise
        except Exception:
            log.exception("the senders of a batch could not be looked up together")

    def _held(self, arrival: Arrival) -> _Held | None:
        """What a delivery amounts to. Raises StoreAway."""
        delivery = arrival.delivery
        try:
            address, channel = parse_topic(delivery.topic)
        except ValueError as error:
            letter = Letter("", tellable(delivery.topic), delivery.body, arrival.received, delivery.user)
            return _Held(delivery, Refused(letter, refusal(letter, "foreign_topic", str(error))))
        if channel != "event" and not delivery.body:  # this deletes a retained message and says nothing
            delivery.ack()
            return None
        letter = Letter(address.source, delivery.topic, delivery.body, arrival.received, delivery.user)
        if (why := self._doubted(letter)) is not None:
            return _Held(delivery, Refused(letter, why, doubted=True))
        return _Held(delivery, self._understood(letter, channel))

    def _understood(self, letter: Letter, channel: str) -> Item:
        try:
            return item_of(letter, channel, max_bytes=self.max_event_bytes)
        except Exception as error:  # one message must not hold up all that come after it
            log.exception("a message could not be read")
            return self._not_processed(letter, error)

    def _doubted(self, letter: Letter) -> Refusal | None:
        try:
            return self.doubt(letter) if self.doubt is not None else None
        except StoreAway:
            raise
        except Exception as error:  # nor one whose sender cannot be looked up
            log.exception("a message's sender could not be judged")
            return Refusal("bad_signature", f"it could not be checked ({type(error).__name__})", None)

    def _not_processed(self, letter: Letter, error: Exception) -> Refused:
        """A fault of ours, which may pass: only when it does not in time is the node told `rejected`."""
        again = times_aside(self.store, letter) < TRIES
        return Refused(letter, refusal(letter, "not_processed", type(error).__name__), again=again)

    def _commit(self, held: Sequence[_Held], link: Link) -> None:
        """Commit a batch; only then acknowledge it, and then send its receipts. Raises StoreAway."""
        if not held:
            return
        sent, began = self._post.sent, time.monotonic()
        try:
            taken = take(self.store, [each.item for each in held], sent=sent, terms=self.terms)
        except StoreAway:
            raise
        except Exception as error:  # nothing of it was taken
            return self._commit_less(held, link, error)
        self._post.were_marked(sent)
        for each in held:
            each.delivery.ack()
        self.metrics.batch(len(held), time.monotonic() - began)
        self._post.send(link, taken)
        self.traces.taken([each.item for each in held], taken.outcomes, taken.times, time.time())
        self._tell(held, taken)

    def _commit_less(self, held: Sequence[_Held], link: Link, error: Exception) -> None:
        """Find the letter that spoils the batch: it alone is set aside, the others are taken."""
        if len(held) > 1:
            middle = len(held) // 2
            self._commit(held[:middle], link)
            return self._commit(held[middle:], link)
        if isinstance(error, MemoryError | OSError):  # the machine's trouble and not the message's
            raise error
        self._commit([replace(held[0], item=self._aside(held[0].item, error))], link)

    def _aside(self, item: Item, error: Exception) -> Refused:
        """What is put down in place of what could not be. Raises the error when nothing is left."""
        letter = item.letter
        if not isinstance(item, Refused):
            if isinstance(error, StoreRefuses):
                return Refused(letter, refusal(letter, "not_storable", f"cannot be stored: {error}"))
            log.error("a message could not be processed", exc_info=error)
            return self._not_processed(letter, error)
        if not letter.topic:
            raise error
        log.error("a message could not even be set aside", exc_info=error)
        nothing = Letter("", "", b"", letter.received)
        return Refused(nothing, Refusal("not_kept", type(error).__name__, None), doubted=True)

    def _tell(self, held: Sequence[_Held], taken: Taken) -> None:
        """Count, and say what happened."""
        news, stirred = [], False
        for item, outcome in zip((each.item for each in held), taken.outcomes, strict=True):
            if isinstance(item, Told):
                self.metrics.events.labels(type=item.event.type, effect=outcome.effect).inc()
                news.append((item.event, outcome))
            if outcome.effect == "quarantined":
                code, text = outcome.reason.code, outcome.reason.text
                self.metrics.quarantined.labels(code=code).inc()
                log.warning("quarantined (%s): %s: %s", code, item.letter.topic, text)
            if outcome.effect in STIRRING:
                self.metrics.words.labels(effect=outcome.effect).inc()
                stirred = True
            if outcome.effect == "unanswered":
                log.warning("an answer of %s is not kept: %s", item.letter.node, outcome.reason.text)
        if news or stirred:
            self.announce(news)

    def _back_off(self, why: str) -> None:
        """Wait, longer each time until a message has been committed again."""
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**self._failures)
        self._failures += 1
        self.waits_for = why
        self.metrics.waits.inc()
        log.warning("%s; nothing is acknowledged, trying again in %g s", why, wait_s)
        self._stopping.wait(wait_s)
