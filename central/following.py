"""Does what follows from tickets besides, and what comes by the clock; of several processes one.

A follower reads the log of tickets from where it stopped, does its work and moves on in one transaction: what
it writes is written once, whatever fails and whoever leads. Some go by the clock alone, and read nothing.
What is of one kind is one file in `central/followers`, with a class `Follower`.
"""

import importlib
import logging
import pkgutil
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from functools import partial
from typing import Protocol, runtime_checkable

from sqlalchemy import Connection

from central import followers
from central.store.database import Store, StoreAway, take_turn
from central.store.leases import held, leads, released
from central.store.tailing import Entry, begun, behind, entries, reached
from central.terms import Ground

log = logging.getLogger(__name__)
LEASE = "following"
LASTS_S = 15.0  # then another leads
LASTS_ALONE_S = 60.0  # SQLite has one centre, and its disk may be a card that wears out
PASS_S, AWAY_S = 1.0, 5.0
BREATH_S = 0.5  # between two passes, so that much that comes at once is read at once
AT_ONCE = 1000
LOOKS_S = 0.05
HELD_BACK_S = 60.0  # one that stumbled is tried again after this
BUSY = 64  # messages that wait: then the ingest comes first
CALM_S = 0.3  # fewer for so long: between two portions of a burst few wait for a moment
GIVES_WAY_S = 5.0  # and not for longer; nothing that follows is due sooner than within a minute


class Ticks(Protocol):
    """One thing that follows. name: its own for ever."""

    name: str

    def tick(self, store: Store, now: datetime) -> None:
        """Once a second: what is due."""

    def close(self) -> None:
        """Nothing more comes."""


@runtime_checkable
class Follows(Ticks, Protocol):
    """One that reads the log too; by its name the database knows how far it is."""

    def follow(self, connection: Connection, found: Sequence[Entry], now: datetime) -> None:
        """These lines were written. The turn is the caller's."""


def all_followers(ground: Ground) -> list[Ticks]:
    """One of each kind that the folder holds."""
    found = sorted(module.name for module in pkgutil.iter_modules(followers.__path__))
    return [importlib.import_module(f"{followers.__name__}.{name}").Follower(ground) for name in found]


class Following:
    """`start` begins, `stop` ends it. `call`: something new lies in the log."""

    def __init__(
        self,
        store: Store,
        all_of_them: Sequence[Ticks],
        *,
        holder: str,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._followers = {each.name: each for each in all_of_them}
        self._readers = {each.name: each for each in all_of_them if isinstance(each, Follows)}
        self._holder = holder
        self._tell = tell
        self._backlog: Callable[[], int] = lambda: 0
        self._did = False
        self._lasts_s = LASTS_ALONE_S if store.sqlite else LASTS_S
        self._renew = float("-inf")
        self._leading = False
        self._held_back: dict[str, float] = {}
        self._called = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="following")

    def give_way_to(self, backlog: Callable[[], int]) -> None:
        """Before `start`. backlog: how many messages wait to be taken."""
        self._backlog = backlog

    def start(self) -> None:
        """Begin. Raises StoreAway."""
        self.begin()
        self._thread.start()

    def begin(self) -> None:
        """What is written to the log from here on is followed. Raises StoreAway."""
        begun(self._store, list(self._readers))

    def once(self) -> bool:
        """One pass, if this process leads; whether it does. Raises StoreAway."""
        if self._leads():
            self._catch_up()
        return self._leading

    def call(self) -> None:
        """From any thread."""
        self._called.set()

    def stop(self) -> None:
        """Finish what is in hand and let another lead."""
        self._stopping.set()
        self._called.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = PASS_S
        while not self._stopping.is_set():
            self._give_way()
            try:
                self.once()
                pause = PASS_S
            except StoreAway as error:
                log.warning("what follows from tickets waits: %s", error)
                self._renew, pause = float("-inf"), AWAY_S
            self._stopping.wait(BREATH_S)
            self._called.wait(pause - BREATH_S)
            self._called.clear()
        for follower in self._followers.values():
            follower.close()
        self._let_go()

    def _give_way(self) -> None:
        """What comes in is taken first, so that a burst is tickets soon; what follows from it comes then."""
        now = time.monotonic()
        until, busy = now + GIVES_WAY_S, -CALM_S if self._backlog() < BUSY else now
        while now < min(until, busy + CALM_S) and not self._stopping.wait(LOOKS_S):
            now = time.monotonic()
            busy = now if self._backlog() >= BUSY else busy

    def _leads(self) -> bool:
        if time.monotonic() >= self._renew:
            leading = held(self._store, LEASE, self._holder, self._lasts_s, _now())
            if leading != self._leading:
                log.info("following: this process %s", "leads" if leading else "waits; another leads")
            self._leading, self._renew = leading, time.monotonic() + self._lasts_s / 3
        return self._leading

    def _let_go(self) -> None:
        if self._leading:
            with suppress(StoreAway):  # then it runs out
                released(self._store, LEASE, self._holder, _now())

    def _catch_up(self) -> None:
        """Everybody reads to the end, and does what is due."""
        for name in sorted(behind(self._store, list(self._readers))):
            self._try(name, partial(self._read_on, name))
        for name, follower in self._followers.items():
            self._try(name, partial(self._tick, follower))
        if self._did:
            self._did = False
            self._tell()

    def _try(self, name: str, do: Callable[[], None]) -> None:
        """One that stumbles waits; the others go on, and it goes on where it was."""
        if self._stopping.is_set() or time.monotonic() < self._held_back.get(name, float("-inf")):
            return
        try:
            do()
            self._held_back.pop(name, None)
        except StoreAway:
            raise
        except Exception:
            log.exception("following: %s stumbled; it goes on in %g s", name, HELD_BACK_S)
            self._held_back[name] = time.monotonic() + HELD_BACK_S

    def _tick(self, follower: Ticks) -> None:
        follower.tick(self._store, _now())

    def _read_on(self, name: str) -> None:
        while not self._stopping.is_set() and self._once(name):
            pass

    def _once(self, name: str) -> bool:
        """One portion; False at the end of the log, or when another leads."""
        with self._store.write() as connection:
            take_turn(connection)
            if not leads(connection, LEASE, self._holder):
                self._leading, self._renew = False, float("-inf")
                return False
            found, seq = entries(connection, name, at_most=AT_ONCE)
            if seq is None:
                return False
            if found:
                self._readers[name].follow(connection, found, _now())
            reached(connection, name, seq)
            self._did = True
            return True


def _now() -> datetime:
    return datetime.now(timezone.utc)
