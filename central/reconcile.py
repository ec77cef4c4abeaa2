"""Finds what is missing, asks for it, and compares each node's days with what lies here.

A thread of its own beside the ingest, with a connection of its own: whatever it does in one pass is bounded,
and of several centres on one database only one asks. It keeps nothing of importance in memory: a centre that
was killed goes on where it was.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import groupby

from broker.events import SequenceRange
from broker.link import Link, LinkSettings
from broker.messages import Resend
from broker.topics import TABLE, Address
from central.digests import Verdict
from central.gaps import MOST_RANGES, Found, Look, Pace, look
from central.metrics import Metrics
from central.store import gap_view
from central.store.database import Store, StoreAway
from central.store.digests import DigestDue, counted, due_digest, postpone, settle
from central.store.folding import fold
from central.store.looks import Due, due_epochs, found, found_whole, keep, look_at_all

log = logging.getLogger(__name__)

PASS_S, AWAY_S = 1.0, 5.0
FIGURES_S, FOLD_S = 10.0, 600.0
POSTPONED_S = 3600.0
EPOCHS_AT_ONCE, ROUNDS_A_PASS = 100, 10
PAGES_A_PASS = 4  # of a digest; a day of 200,000 events takes ten passes and holds up nobody
CLOCK_STEP_S = 30.0
NAMESPACE = uuid.UUID("6a0f8f0f-51f7-5c0e-93d2-2f9d7f6b1c5e")


class Reconciler:
    """`start` begins, `stop` ends it; both return at once or soon."""

    def __init__(
        self,
        store: Store,
        broker: LinkSettings,
        *,
        client_id: str,
        pace: Pace,
        metrics: Metrics,
    ) -> None:
        self.store = store
        self.pace = pace
        self.metrics = metrics
        self._link = Link(broker, client_id=client_id)
        self._counting: tuple[DigestDue, Iterator[Verdict | None]] | None = None
        self._next = {"figures": float("-inf"), "fold": float("-inf")}
        self._ahead: float | None = None  # how far UTC is ahead of the monotonic clock
        self._away = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reconcile")

    def start(self) -> None:
        """Begin to look."""
        self._link.start()
        self._thread.start()

    def stop(self) -> None:
        """Finish the pass in hand and end."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._link.stop()

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                self._pass()
                self._away, pause = False, PASS_S
            except StoreAway as error:
                if not self._away:  # the ingest says it again and again; here once is enough
                    log.warning("reconcile: %s; nothing is lost, trying again", error)
                self._away, pause = True, AWAY_S
                self._counting = None
            except Exception:  # without this thread no hole would ever be found again
                log.exception("reconcile: this was not expected; trying again")
                pause = AWAY_S
                self._counting = None

    def _pass(self) -> None:
        """One look at everything that is due. Raises StoreAway."""
        now = datetime.now(timezone.utc)
        self._mind_the_clock(now)
        for _ in range(ROUNDS_A_PASS):
            due = due_epochs(self.store, now, at_most=EPOCHS_AT_ONCE)
            if not self._look_at(due, now) or len(due) < EPOCHS_AT_ONCE or self._stopping.is_set():
                break
        self._count_on(now)
        self._now_and_then("figures", FIGURES_S, self._show)
        self._now_and_then("fold", FOLD_S, lambda: fold(self.store, now))

    def _mind_the_clock(self, now: datetime) -> None:
        """What waits for a time must not wait an hour longer because the clock was set back."""
        ahead = now.timestamp() - time.monotonic()
        if self._ahead is None or abs(ahead - self._ahead) > CLOCK_STEP_S:
            look_at_all(self.store, now)
        self._ahead = ahead

    def _now_and_then(self, what: str, every: float, do: Callable[[], None]) -> None:
        if time.monotonic() >= self._next[what]:
            do()
            self._next[what] = time.monotonic() + every

    def _look_at(self, due: list[Due], now: datetime) -> bool:
        """Look at these epochs; False when nothing came of it."""
        whole = found_whole(self.store, due) if due else {}
        at = now.timestamp()
        seen = ((each, self._one_look(each, whole.get((each.node, each.epoch)), at)) for each in due)
        looks = [(each, look) for each, look in seen if look is not None]
        connected = self._link.connected
        # A question that cannot be sent was not asked; the look is made again.
        looks = [pair for pair in looks if connected or not pair[1].ask]
        kept = keep(self.store, looks, now) if looks else []
        for node, asked in groupby((pair for pair in kept if pair[1].ask), key=lambda pair: pair[0].node):
            self._ask(node, list(asked), now)
        return bool(kept)

    def _one_look(self, due: Due, whole: Found | None, at: float) -> Look | None:
        """None where we stumble: what one node said must not hold up the search for the others'."""
        try:
            return look(due.standing, due.heard, whole or found(self.store, due), at, self.pace)
        except StoreAway:
            raise
        except Exception:
            log.exception("gaps: epoch %s of %s cannot be looked at", due.epoch, due.node)
            return None

    def _ask(self, node: str, asked: list[tuple[Due, Look]], now: datetime) -> None:
        """What is written down as asked is sent; should that be lost, it is asked again in its time."""
        ranges = [
            SequenceRange(epoch=due.epoch, first=span.first, last=span.last)
            for due, look in asked
            for span in look.ask
        ]
        topic = Address.of(node).topic("command")
        for first in range(0, len(ranges), MOST_RANGES):
            name = uuid.uuid5(NAMESPACE, f"{node}/{now.isoformat()}/{first}")
            command = Resend(id=f"resend-{name}", ranges=ranges[first : first + MOST_RANGES])
            if self._link.publish(topic, command.encode(), TABLE["command"]):
                self.metrics.resends.inc()
        _say_asked(node, asked)

    def _count_on(self, now: datetime) -> None:
        """Count a few pages of the digest in hand, or of the next that is due."""
        if self._counting is None and (due := due_digest(self.store, now)) is not None:
            self._counting = due, counted(self.store, due)
        if self._counting is None:
            return
        due, pages = self._counting
        try:
            self._judge(due, pages, now)
        except StoreAway:
            raise
        except Exception:
            self._counting = None
            log.exception("digest: %s, %s: cannot be judged; trying again in an hour", due.node, due.day)
            postpone(self.store, due, now + timedelta(seconds=POSTPONED_S))

    def _judge(self, due: DigestDue, pages: Iterator[Verdict | None], now: datetime) -> None:
        for _ in range(PAGES_A_PASS):
            if (verdict := next(pages)) is not None:
                self._counting = None
                if settle(self.store, due, verdict, now, self.pace.wait(due.tries + 1)):
                    _say_judged(due, verdict)
                return

    def _show(self) -> None:
        figures = gap_view.figures(self.store)
        self.metrics.gaps_open.set(figures.ranges)
        self.metrics.missing_events.set(figures.events)
        for state, number in figures.digests.items():
            self.metrics.digests.labels(state=state).set(number)


def _say_asked(node: str, asked: list[tuple[Due, Look]]) -> None:
    missing = sum(look.missing for _, look in asked)
    if missing:
        tries = max(look.standing.tries for _, look in asked)
        log.warning("gaps: %s was asked for %d missing events (try %d)", node, missing, tries)
    else:
        log.info("gaps: %s was asked how far %d ended epochs went", node, len(asked))


def _say_judged(due: DigestDue, verdict: Verdict) -> None:
    how = {"differs": logging.ERROR, "missing": logging.WARNING, "complete_but_given_up": logging.WARNING}
    figures = verdict.reason.values or {}
    told = ", ".join(f"{name} {value:.0f}" for name, value in figures.items())
    log.log(
        how.get(verdict.state, logging.INFO),
        "digest: %s, %s: %s: %s (%s)",
        due.node,
        due.day,
        verdict.state,
        verdict.reason.text,
        told,
    )
