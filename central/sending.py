"""Sends what waits for one target, one after the other, outside of every transaction."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from broker.events import Reason
from central.notices import retries
from central.notices.retries import Outcome
from central.outlets import Outlet
from central.store import deliveries
from central.store.database import Store, StoreAway

log = logging.getLogger(__name__)
AT_ONCE = 20
LEADS_S = 10.0  # for so long after it was told that this process leads; then another may
LOOKS_S = 1.0
AWAY_S = 5.0


def _now() -> datetime:
    return datetime.now(timezone.utc)


class Sender:
    """A thread for each target: one that is slow or down keeps no other waiting."""

    def __init__(
        self, store: Store, outlet: Outlet, *, give_up_s: float, now: Callable[[], datetime] = _now
    ) -> None:
        self._store = store
        self._outlet = outlet
        self._give_up_s = give_up_s
        self._now = now
        self._leads_until = float("-inf")
        self._paused_until = float("-inf")
        self._failures = 0
        self._called = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sends {outlet.name}", daemon=True)

    def lead(self) -> None:
        """This process leads, and something may wait."""
        self._leads_until = time.monotonic() + LEADS_S
        if self._thread.ident is None:
            self._thread.start()
        self._called.set()

    def stop(self) -> None:
        """Finish what is under way."""
        self._stopping.set()
        self._called.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._outlet.close()

    def once(self) -> int:
        """Try what is due until nothing is, or the target needs a pause; how many tries. Raises StoreAway."""
        done = 0
        while self._may_send():
            rows = deliveries.due(self._store, self._outlet.name, self._now(), limit=AT_ONCE)
            if not rows:
                break
            for row in rows:
                if not self._may_send():
                    break
                self._try(row)
                done += 1
        return done

    def _may_send(self) -> bool:
        at = time.monotonic()
        return not self._stopping.is_set() and at < self._leads_until and at >= self._paused_until

    def _run(self) -> None:
        pause = LOOKS_S
        while not self._stopping.is_set():
            self._called.wait(pause)
            self._called.clear()
            try:
                self.once()
                pause = LOOKS_S
            except StoreAway as error:
                log.warning("exports: %s waits: %s", self._outlet.name, error)
                pause = AWAY_S
            except Exception:
                log.exception("exports: %s stumbled; it goes on", self._outlet.name)
                pause = AWAY_S

    def _try(self, row: Any) -> None:
        begun = self._now()
        outcome = self._sent(row, begun.timestamp())
        now = self._now()
        found = retries.after(
            outcome,
            id=row.id,
            tries=row.tries + 1,
            made=row.made.timestamp(),
            now=now.timestamp(),
            give_up_s=self._give_up_s,
        )
        self._tell(row, outcome, found)
        deliveries.tried(self._store, row, found, now, stop=outcome.what == "gone")
        self._mind(outcome)

    def _sent(self, row: Any, at: float) -> Outcome:
        """A fault of our own costs this delivery a try, and no other."""
        try:
            return self._outlet.send(row.body or {}, row.id, at)
        except Exception as error:  # its words may hold what nobody should read
            text = f"it stumbled: {type(error).__name__}"
            return Outcome("later", Reason(code="stumbled", text=text))

    def _mind(self, outcome: Outcome) -> None:
        """Where a target fails, everything waits a little, and longer each time."""
        if outcome.what in ("sent", "never"):
            self._failures = 0
            return
        self._failures += 1
        self._paused_until = time.monotonic() + retries.pause(self._failures, outcome)

    def _tell(self, row: Any, outcome: Outcome, found: retries.Next) -> None:
        name, words = self._outlet.name, found.reason.text
        if found.state == "given_up":
            log.warning("exports: %s: delivery %d is given up: %s", name, row.number, words)
        elif outcome.what == "gone":
            log.warning("exports: %s is stopped: %s", name, words)
        elif outcome.what == "later" and self._failures == 0:
            log.warning("exports: %s: %s; it is tried again", name, words)
        elif outcome.what == "sent" and self._failures > 0:
            log.info("exports: %s takes deliveries again", name)
