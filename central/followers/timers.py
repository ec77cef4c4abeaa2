"""What comes by the clock: urging, escalation, supervision, and the end of a pause."""

import hashlib
import logging
import time
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version

from sqlalchemy import Connection

from central.clock.timers import stepped
from central.store.acting import resume_due
from central.store.database import Store, take_turn
from central.store.firing import fire
from central.store.marking import mark, marked
from central.store.tailing import Entry
from central.terms import Ground

log = logging.getLogger(__name__)
AT_ONCE = 300
PORTIONS = 20  # a pass; the other followers must not wait for ever
MARK = "clock"
MAY_REGRADE = frozenset({"opened", "updated", "joined", "moved", "merged", "reopened"})


class Follower:
    """Looks once a second; what is due fires at the first look, however late that is."""

    name = "timers"

    def __init__(self, ground: Ground) -> None:
        self._clockwork = ground.clockwork
        self._work = ground.work
        said = ground.settings.clock.model_dump_json() + version("chinesecalendar")
        self._rules = hashlib.sha256(said.encode()).hexdigest()
        self._armed = False
        self._looked: tuple[float, float] | None = None  # by the clock, and by one that nobody sets

    def follow(self, connection: Connection, found: Sequence[Entry], now: datetime) -> None:
        """Timers are moved where tickets are; a ticket that is graver than it was has other limits."""
        seen = {each.ticket for each in found if each.effect in MAY_REGRADE}
        self._clockwork.regrade(connection, seen, now)

    def tick(self, store: Store, now: datetime) -> None:
        """Fire what is due."""
        self._mind_the_clock(now.timestamp(), time.monotonic())
        if not self._armed:
            self._arm(store)
        for _ in range(PORTIONS):
            if resume_due(store, self._work, now) < AT_ONCE:
                break
        for _ in range(PORTIONS):
            if fire(store, self._work, self._clockwork, now, at_most=AT_ONCE) < AT_ONCE:
                break

    def close(self) -> None:
        """Nothing is open."""

    def _mind_the_clock(self, at: float, passed: float) -> None:
        if self._looked is not None:
            since, before = self._looked
            if (step := stepped(since, at, passed - before)) is not None:
                log.warning("clock: %s", step.text)
        self._looked = at, passed

    def _arm(self, store: Store) -> None:
        """Where the rules of the clock are others than before, all timers are made anew by them."""
        with store.read() as connection:
            known = marked(connection, MARK)
        if known not in (None, self._rules):
            log.info("clock: its rules have changed; the timers of all open tickets are made anew")
            self._rearm(store)
        with store.write() as connection:
            mark(connection, MARK, self._rules)
        self._armed = True

    def _rearm(self, store: Store) -> None:
        last: int | None = 0
        while last is not None:
            with store.write() as connection:
                take_turn(connection)
                last = self._clockwork.rearm(connection, last, AT_ONCE)
