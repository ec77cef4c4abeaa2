"""Counts tickets as they change, and freezes the reports whose cut-off has come."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from central.indicators.formulas import COUNTED_BY, By
from central.indicators.periods import Period, ripe
from central.indicators.settings import evaluation_of
from central.store.casing import kept
from central.store.database import Store
from central.store.freezing import freeze
from central.store.monthly import are_summed, sum_anew, to_sum
from central.store.reckoning import counted_since, rebuilt
from central.store.tailing import Entry
from central.terms import Ground

log = logging.getLogger(__name__)
PORTIONS = 5  # a pass; the other followers must not wait for ever


class Follower:
    """Of everything that is written of a ticket."""

    name = "indicators"

    def __init__(self, ground: Ground) -> None:
        clock = ground.settings.clock
        self._settings = ground.settings.indicators
        self._evaluation = evaluation_of(self._settings).model_dump(mode="json")
        self._calendar = ground.clockwork.rules.calendar
        self._zone = ZoneInfo(clock.timezone)
        days = clock.model_dump_json(include={"timezone", "hours", "calendar", "holidays", "workdays"})
        said = f"{COUNTED_BY} {days} {version('chinesecalendar')}"
        self._rules = hashlib.sha256(said.encode()).hexdigest()
        self._whole = self._summed = False
        self._to_sum: list[tuple[Period, By]] | None = None
        self._frozen_until: datetime | None = None

    def follow(self, connection: Connection, found: Sequence[Entry], _now: datetime) -> None:
        """Count them as they are now."""
        kept(connection, {each.ticket for each in found}, self._calendar)

    def tick(self, store: Store, now: datetime) -> None:
        """Count what no line of the log is about any more; then freeze what is ripe."""
        if not self._whole:
            self._whole = rebuilt(store, self._rules, self._calendar, portions=PORTIONS)
        if self._whole:
            self._sum_up(store)
            self._freeze(store, now)

    def close(self) -> None:
        """Nothing is open."""

    def _sum_up(self, store: Store) -> None:
        """Where the months are not summed by these rules, some of them; the other followers must not wait."""
        if self._summed:
            return
        if self._to_sum is None:
            self._to_sum = to_sum(store, self._zone)
        for month, by in self._to_sum[:PORTIONS]:
            sum_anew(store, month, by)
        del self._to_sum[:PORTIONS]
        if not self._to_sum:
            are_summed(store, self._zone)
            self._summed = True

    def _freeze(self, store: Store, now: datetime) -> None:
        since = self._frozen_until or counted_since(store, now)
        found = list(ripe(self._settings.freeze, since, now, self._settings.cut_off, self._zone))
        if found:
            names = freeze(store, found, self._evaluation, self._calendar, now, follower=self.name)
            if names:
                log.info("indicators: frozen: %s", ", ".join(names))
        self._frozen_until = now
