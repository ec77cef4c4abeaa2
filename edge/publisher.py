"""Sends what the outbox holds until the centre's receipt comes, and says how the node fares."""

import logging
import queue
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError

from broker.fields import Message, read, utc
from broker.link import Delivery, Link, LinkSettings, Sign, Will
from broker.messages import (
    About,
    NodeHealth,
    NodeState,
    Receipt,
    Receipts,
    ReportedConfiguration,
)
from broker.settings import Duration, Settings
from broker.topics import TABLE, Address, parse
from edge.database import OutboxError
from edge.failpoint import failpoint
from edge.hearing import Hearers
from edge.housekeeping import Housekeeping
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.receiving import Outcome
from edge.resending import Resending
from edge.retries import Retries
from edge.traced import Traces
from edge.window import IDLE_S, Tried, Window

log = logging.getLogger(__name__)

HEALTH_S, STATE_S, TIDY_S = 10.0, 1.0, 600.0
ANEW_S = 60.0  # so long a will that came late, or an old word that somebody repeats, may stand
MOST_WAITING = 1000  # messages that came in and were not looked at


class DeliverySettings(Settings):
    """`retry`: how long to wait for a receipt before an event is sent again; doubles up to `retry_at_most`.

    `keep`: how long events are held after their receipt, so that the centre can ask for them again.
    """

    retry: Annotated[Duration, Field(gt=0)] = 5.0
    retry_at_most: Annotated[Duration, Field(gt=0)] = 300.0
    keep: Annotated[Duration, Field(ge=0)] = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Reports:
    """What the publisher asks the node for."""

    about: Callable[[], About]
    health: Callable[[], NodeHealth]
    configuration: Callable[[], ReportedConfiguration | None] = lambda: None


class Publisher:
    """One thread. `start` connects in the background, `stop` says goodbye, `wake` says there is news."""

    def __init__(
        self,
        link: LinkSettings,
        settings: DeliverySettings,
        outbox: Outbox,
        intake: Intake,
        reports: Reports,
        clocks: Clocks,
        *,
        sign: Sign | None = None,
        hearers: Hearers = Hearers(),  # noqa: B008 - frozen
        beat: Callable[[bool], None] = lambda _at_work: None,
        traces: Traces | None = None,
    ) -> None:
        self._outbox = outbox
        self._intake = intake
        self._reports = reports
        self._clocks = clocks
        self._address = outbox.address
        self._hearers, self._beat = hearers, beat
        self._traces = Traces(None, clocks.utc) if traces is None else traces
        retries = Retries(settings.retry, settings.retry_at_most, random.random)
        self._window = Window(outbox, retries, self._try)
        self._resending = Resending(outbox, intake, clocks)
        self._housekeeping = Housekeeping(outbox, intake, clocks, settings.keep)
        self._incoming: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._fresh, self._news = threading.Event(), threading.Event()
        self._connections = 0
        self.heard: float | None = None  # UTC seconds of the centre's last word
        self._epoch = outbox.epoch
        self._told: tuple[str, int, int] | None = None
        self._next = dict.fromkeys(("health", "state", "anew", "tidy"), float("-inf"))
        self._link = _link(link, self._address, self._arrived, self._connection, sign)
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        """Begin to connect and to send."""
        self._link.start()
        self._thread.start()

    def stop(self) -> None:
        """Say that the node goes, and end. What has no receipt stays in the outbox."""
        self._stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join()
        self._say("state", NodeState(online=False, at=utc(self._clocks.utc())))
        self._link.stop()

    @property
    def connected(self) -> bool:
        """Whether there is a broker to send to."""
        return self._link.connected

    @property
    def connections(self) -> int:
        """How many there were so far, this one included."""
        return self._connections

    def reconnect(self) -> None:
        """Connect anew, with what the certificate's files hold by then."""
        self._link.reconnect()

    @property
    def too_large(self) -> str | None:
        """What to tell of events that are larger than the broker takes."""
        return self._window.too_large

    @property
    def resending(self) -> str | None:
        """What to tell of events that the centre asked for again. Raises OutboxError."""
        return self._resending.trouble

    def wake(self) -> None:
        """Look again now."""
        self._awake.set()

    def _arrived(self, delivery: Delivery) -> None:
        """What finds no room comes again: receipts with their events, commands with the holes they name."""
        if self._incoming.qsize() < MOST_WAITING:
            self._incoming.put(delivery)
        self.wake()

    def _connection(self, connected: bool, _why: str) -> None:
        if connected:
            self._connections += 1
            self._fresh.set()
        self.wake()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._beat(True)
            try:
                pause = self._pass(self._clocks.monotonic())
            except OutboxError as error:
                log.warning("publisher: %s; nothing is lost, trying again", error)
                pause = STATE_S
            except Exception:  # the thread must live: without it nothing would ever be sent again
                log.exception("publisher: this was not expected; trying again")
                pause = STATE_S
            self._beat(False)
            self._awake.wait(pause)
            self._awake.clear()

    def _pass(self, now: float) -> float:
        """One look at everything; returns how long nothing will be due."""
        stored = self._intake.flush()  # first: an outbox that is damaged is renewed there
        if self._outbox.epoch != self._epoch:
            self._epoch = self._outbox.epoch
            self._window.renewed()
        self._take_in()
        self._tidy(now)
        if not self._link.connected:
            return IDLE_S if stored else STATE_S
        if self._fresh.is_set():
            self._fresh.clear()
            self._introduce(now)
        elif self._news.is_set():
            self._news.clear()
            self._say("about", self._reports.about())
        pause = self._window.send_due(now)
        return min(pause, self._report(now), IDLE_S if stored else STATE_S)

    def _introduce(self, now: float) -> None:
        """A new connection: whatever was on its way on the old one may be lost, so everything is due."""
        self._window.begin(now)
        self._told = None
        self._say("about", self._reports.about())
        if (configuration := self._reports.configuration()) is not None:
            self._say("config/reported", configuration)

    def introduce(self) -> None:
        """What the node is has changed: tell it anew, soon."""
        self._news.set()
        self.wake()

    def say(self, channel: str, message: Message) -> bool:
        """At once, from any thread; False when that cannot be done now and the caller keeps it."""
        return self._say(channel, message)

    def _try(self, body: bytes) -> Tried:
        if not self._link.fits(self._address.topic("event"), body):
            return "too_large"
        began = self._clocks.utc()
        if not self._publish("event", body):
            return "later"
        self._traces.published(body, began)
        return "sent"

    def _report(self, now: float) -> float:
        """State when it changed and now and then, health when it is time; returns when either is due."""
        if self._due("health", now, HEALTH_S):
            self._say("health", self._reports.health())
        if self._due("anew", now, ANEW_S):
            self._told = None
        changing = now < self._next["state"]  # looked at a moment ago; what changed since is told in time
        if not changing and self._changed():
            self._next["state"] = now + STATE_S
            changing = True
        soon = [self._next["health"]] + ([self._next["state"]] if changing else [])
        return max(0.0, min(soon) - now)

    def _changed(self) -> bool:
        """Tell the state when it is another than the one told last; whether it is."""
        state = (self._outbox.epoch, self._outbox.highest(), self._outbox.count("events"))
        if state == self._told:
            return False
        epoch, highest, pending = state
        at = utc(self._clocks.utc())
        message = NodeState(online=True, at=at, epoch=epoch, highest=highest, pending=pending)
        if self._say("state", message):
            self._told = state
        return True

    def _due(self, what: str, now: float, every: float) -> bool:
        if now < self._next[what]:
            return False
        self._next[what] = now + every
        return True

    def _say(self, channel: str, message: Message) -> bool:
        return self._publish(channel, message.encode())

    def _publish(self, channel: str, body: bytes) -> bool:
        return self._link.publish(self._address.topic(channel), body, TABLE[channel])

    def _tidy(self, now: float) -> None:
        if self._due("tidy", now, TIDY_S):
            self._housekeeping.tidy()

    def _take_in(self) -> None:
        """All receipts that are there in one commit, commands one by one."""
        receipts: list[Receipt] = []
        while not self._incoming.empty():
            delivery = self._incoming.get()
            self.heard = self._clocks.utc()
            try:
                channel = parse(delivery.topic)[1]
                if channel == "receipt":
                    receipts += read(Receipts, delivery.body).receipts
                elif channel == "config":
                    if self._hearers.config is not None:
                        self._hearers.config(delivery.body)
                else:
                    self._window.heard(self._clocks.monotonic())
                    if self._hearers.command(delivery.body, self._resending.asked):
                        self._window.asked()
            except ValidationError as error:
                log.error("%s: not understood and left out: %s", delivery.topic, _short(error))
            except OutboxError as error:  # the receipts that came with it need not be lost for that
                log.warning("%s: cannot be done now (%s); the centre will ask again", delivery.topic, error)
        if receipts:
            failpoint("on_receipt")
            outcomes = self._outbox.receive(receipts, self._clocks.utc())
            told = list(zip(receipts, outcomes, strict=True))
            answered = [receipt.id for receipt, outcome in told if outcome != "other_body"]
            self._window.answered(answered, self._clocks.monotonic())
            for receipt, outcome in told:
                _say(receipt, outcome)


def _link(
    settings: LinkSettings,
    address: Address,
    arrived: Callable[[Delivery], None],
    connection: Callable[[bool, str], None],
    sign: Sign | None,
) -> Link:
    will = Will(address.topic("state"), NodeState(online=False).encode(), TABLE["state"])
    name = f"gewu-edge-{address.district}-{address.node}"
    link = Link(settings, client_id=name, on_message=arrived, on_connection=connection, will=will, sign=sign)
    link.subscribe(address.topic("receipt"))
    link.subscribe(address.topic("command"))
    link.subscribe(address.topic("config"))
    return link


def _short(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _say(receipt: Receipt, outcome: Outcome) -> None:
    fields = {"event": receipt.id, "ticket": receipt.ticket}
    if outcome == "rejected":
        what = (receipt.id, receipt.reason)
        log.error("event %s was refused by the centre and is set aside: %s", *what, extra={"fields": fields})
    elif outcome == "committed" and receipt.ticket is not None:
        log.info("event %s is ticket %s", receipt.id, receipt.ticket, extra={"fields": fields})
    elif outcome == "other_body":
        log.error(
            "event %s: the receipt is for other bytes (sha256 %s); the event stays and is sent again",
            receipt.id,
            receipt.sha256,
        )
