"""Erases what has been kept for as long as it may be: a portion at a time, each in a transaction of its own.

Theory of operation. A round goes through every part of `central/store/sweeps` once, from its beginning to its
end; rounds begin `ROUND_S` after each other. Every call does at most one portion, so that whatever else comes
by the clock is not held up. Rows go in the portion's transaction, which puts down the files that belonged to
them; those go afterwards, and whatever cuts that off, they are still put down. All else is in memory and may
be lost: a round that was broken off begins anew and finds less to do.
"""

import logging
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from central.retention.plan import DAY_S
from central.retention.trusting import Watch, distrust, watched
from central.settings import CentralSettings
from central.store import sweeps
from central.store.database import Store, StoreAway, take_turn
from central.store.keeping import Basis, keeping_of
from central.store.sweeping import Portion, began, counted, ended, keep_watch, stumbled, watch_of
from central.store.unlinking import AT_ONCE, put_down_strays, unlink
from central.store.uploads import AT_ONCE as UPLOADS_AT_ONCE
from central.store.uploads import UNLINKED_S, drop_unlinked
from central.vault import Shelf

log = logging.getLogger(__name__)
ROUND_S = 3600.0
WATCH_S = 600.0
FILES_S = 60.0
FOLDERS = 256
# Tickets first: what they take with them nothing else has to look at.
FIRST = ("tickets", "texts", "pictures")


def basis_of(settings: CentralSettings) -> Basis:
    """By what the configuration says."""
    recurs_s = settings.correlation.spots.days * DAY_S
    return Basis(settings.retention.plan(), recurs_s, ZoneInfo(settings.clock.timezone))


def parts() -> list[tuple[str, ModuleType]]:
    """Every part of the sweep, by the name of its file."""
    found = {each.name for each in pkgutil.iter_modules(sweeps.__path__)}
    names = [*FIRST, *sorted(found - {*FIRST})]
    return [(name, import_module(f"{sweeps.__name__}.{name}")) for name in names]


@dataclass(slots=True)
class _Part:
    """How far one part is in this round."""

    name: str
    does: ModuleType
    after: Any = None
    begun: bool = False
    waiting: int = 0


@dataclass(slots=True)
class _Times:
    """When what is due next, in seconds since 1970; a clock that is set back makes it due at once."""

    every: float
    last: float = float("-inf")

    def due(self, now: float) -> bool:
        if self.last <= now < self.last + self.every:
            return False
        self.last = now
        return True


class Retaining:
    """Call `look` once a second, from one process of all."""

    def __init__(self, basis: Basis, shelf: Shelf) -> None:
        self._basis, self._shelf = basis, shelf
        self._round: Iterator[_Part] = iter(())
        self._part: _Part | None = None
        self._rounds, self._watch, self._files = _Times(ROUND_S), _Times(WATCH_S), _Times(FILES_S)
        self._folder = 0
        self._trusts = False
        self._unlinks = True

    def look(self, store: Store, now: datetime) -> None:
        """Do what is due. Raises StoreAway."""
        at = now.timestamp()
        if self._watch.due(at):
            self._trusts = self._believed(store, now)
        if self._files.due(at):
            self._mind_the_files(store, now)
        if self._unlinks:
            self._unlink(store)
        if self._part is None and self._rounds.due(at):
            self._round = iter([_Part(name, does) for name, does in parts()])
            self._part = next(self._round, None)
        if self._part is not None and self._trusts and not self._unlinks:
            self._step(store, self._part, now)

    def whole_round(self, store: Store, now: datetime) -> None:
        """Everything that may go by this time, files included, whatever the clock. Raises StoreAway."""
        self._trusts = True
        for name, does in parts():
            self._part, self._round = _Part(name, does), iter(())
            while self._part is not None:
                self._step(store, self._part, now)
        while unlink(store, self._shelf.drop):
            pass

    def _step(self, store: Store, part: _Part, now: datetime) -> None:
        try:
            found = self._portion(store, part, now)
        except StoreAway:
            raise
        except Exception:  # the other parts go on; this one is tried in the next round
            log.exception("retention: %s stumbled; it is tried again within the hour", part.name)
            stumbled(store, part.name, now)
            self._part = next(self._round, None)
            return
        if found.gone:
            log.info("retention: %s: %d went", part.name, found.gone)
            self._unlinks = True
        if found.after is None:
            self._part = next(self._round, None)

    def _portion(self, store: Store, part: _Part, now: datetime) -> Portion:
        """What of it is in memory holds only once it is committed."""
        with store.write() as connection:
            take_turn(connection)
            if not part.begun:
                began(connection, part.name, now)
            found: Portion = part.does.sweep(connection, keeping_of(connection, self._basis, now), part.after)
            counted(connection, part.name, found.gone)
            if found.after is None:
                ended(connection, part.name, now, part.waiting + found.waiting)
        part.begun, part.after, part.waiting = True, found.after, part.waiting + found.waiting
        return found

    def _believed(self, store: Store, now: datetime) -> bool:
        """Whether the clock has gone on for long enough without a step."""
        with store.write() as connection:
            take_turn(connection)
            known = watch_of(connection)
            before = None if known is None else Watch(*(each.timestamp() for each in known))
            watch = watched(before, now.timestamp())
            seen, since = (datetime.fromtimestamp(each, tz=now.tzinfo) for each in (watch.seen, watch.since))
            keep_watch(connection, seen, since)
        why = distrust(watch, self._basis.plan.settles)
        if why is not None and (self._trusts or before is None or watch.since != before.since):
            log.warning("retention: nothing is erased yet: %s", why.text)
        return why is None

    def _mind_the_files(self, store: Store, now: datetime) -> None:
        """Uploads that nothing shows, files whose rows are gone, and of one folder those without any."""
        try:
            if dropped := drop_unlinked(store, now - timedelta(seconds=UNLINKED_S), self._shelf.drop):
                log.info("uploads: %d pictures that nothing shows were deleted", dropped)
            if dropped == UPLOADS_AT_ONCE:
                self._files.last = float("-inf")
            self._folder = (self._folder + 1) % FOLDERS
            names = self._shelf.names(f"{self._folder:02x}", now.timestamp() - DAY_S)
            if strays := put_down_strays(store, names, now):
                log.warning("retention: %d files that no row knows will be deleted", strays)
            self._unlinks = True
        except OSError as error:
            log.warning("retention: files cannot be deleted now: %s", error)

    def _unlink(self, store: Store) -> None:
        try:
            self._unlinks = unlink(store, self._shelf.drop) == AT_ONCE
        except OSError as error:
            self._unlinks = False  # until the next minute
            log.warning("retention: files cannot be deleted now: %s", error)
