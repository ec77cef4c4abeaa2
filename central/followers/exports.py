"""Sends tickets to others and tells people what happens."""

import logging
import time
from datetime import datetime, timedelta

from central.outlets import Channel, Target, outlets_of
from central.sending import Sender
from central.store import deliveries, exporting
from central.store.database import Store, StoreAway
from central.store.exporting import Place, Step
from central.store.queries import newest_change
from central.terms import Ground

log = logging.getLogger(__name__)
AT_ONCE = 500
PORTIONS = 5  # of one target at a look; the others must not wait for ever
FOLDS_S = 600.0
HELD_BACK_S = 60.0  # one that stumbled is tried again after this

HOUR = timedelta(hours=1)


class Follower:
    """Each target has its own place in the log: one that is down loses nothing and holds up nobody."""

    name = "exports"

    def __init__(self, ground: Ground) -> None:
        self._settings = ground.settings.exports
        self._outlets: dict[str, Target | Channel] = {each.name: each for each in outlets_of(ground)}
        self._senders: dict[str, Sender] = {}
        self._full: set[str] = set()
        self._held_back: dict[str, float] = {}
        self._folds = time.monotonic()

    def tick(self, store: Store, now: datetime) -> None:
        """Read on for each, and let what waits be sent."""
        if not self._outlets:
            return
        self._read_on(store, now)
        for name, place in exporting.places(store).items():
            if place.waiting and name in self._outlets:
                self._sender(store, name).lead()
        if time.monotonic() >= self._folds:
            self._folds = time.monotonic() + FOLDS_S
            if lost := deliveries.fold(store, now, timedelta(seconds=self._settings.kept)):
                log.warning("exports: %d deliveries that were given up are forgotten", lost)

    def close(self) -> None:
        """Finish what is under way."""
        for sender in self._senders.values():
            sender.stop()
        self._senders.clear()

    def _read_on(self, store: Store, now: datetime) -> None:
        exporting.begun(store, self._outlets)
        newest = newest_change(store)
        for _ in range(PORTIONS):
            places = exporting.places(store)
            behind = [places[name] for name in self._outlets if name in places]
            moved = [self._try(store, place, newest, now) for place in behind]
            if not any(moved):
                break

    def _try(self, store: Store, place: Place, newest: int, now: datetime) -> bool:
        """One that stumbles waits, and goes on where it was; the others go on now."""
        if time.monotonic() < self._held_back.get(place.name, float("-inf")):
            return False
        try:
            return self._portion(store, place, newest, now)
        except StoreAway:
            raise
        except Exception:
            log.exception("exports: %s stumbled; it goes on in %g s", place.name, HELD_BACK_S)
            self._held_back[place.name] = time.monotonic() + HELD_BACK_S
            return False

    def _portion(self, store: Store, place: Place, newest: int, now: datetime) -> bool:
        """Whether there may be more."""
        room = self._room(place)
        if room <= 0 or (place.seq >= newest and not place.gathers):
            return False
        at_most = min(AT_ONCE, room)
        portion = exporting.portion(store, place, at_most=at_most)
        outlet = self._outlets[place.name]
        sent = exporting.sent_since(store, place.name, now - HOUR) if isinstance(outlet, Channel) else []
        taken = outlet.step(place, portion, now, sent)
        if taken == Step(place.seq, place.gathers):
            return False
        return exporting.step(store, place, taken, now) and len(portion.lines) == at_most

    def _room(self, place: Place) -> int:
        """How many deliveries more it may be owed. Nothing is lost meanwhile: the log keeps it."""
        room = 0 if place.stopped else self._settings.waiting - place.waiting
        if room > 0:
            self._full.discard(place.name)
        elif place.name not in self._full and not place.stopped:
            self._full.add(place.name)
            text = "exports: %s: %d deliveries wait; it reads on when some of them have gone"
            log.warning(text, place.name, place.waiting)
        return room

    def _sender(self, store: Store, name: str) -> Sender:
        if name not in self._senders:
            give_up_s = self._settings.give_up_after
            self._senders[name] = Sender(store, self._outlets[name], give_up_s=give_up_s)
        return self._senders[name]
