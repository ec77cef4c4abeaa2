"""Finds out which ticket every situation is in after a batch, with what the database knows around it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from central.correlation.bonds import Kinds
from central.correlation.book import MOST, Book, Change, end_of
from central.correlation.groups import neighbourhood
from central.correlation.sightings import Key, Sighting
from central.store.nearness import Around, neighbours
from central.store.standings import worked_on


class Correlator:
    """Of one batch, whose situations are written down already. `had`: the tickets that situations were in."""

    def __init__(self, connection: Connection, kinds: Kinds) -> None:
        self.book = Book(kinds)
        self.had: dict[Key, int] = {}
        self._connection = connection
        self._kinds = kinds
        self._ends: dict[Key, float] = {}
        self._loaded: set[Key] = set()

    def settle(self, changes: Sequence[Change]) -> None:
        """Decide where everything belongs that changed, and whatever hangs on it."""
        for change in changes:
            if change.before is not None:  # what was bound to it when it seemed to last longer counts too
                self._ends[change.now.key] = max(end_of(change.now), end_of(change.before))
            self.book.put(change.now, change.number)
            if change.number is not None:
                self.had[change.now.key] = change.number
        self._load([change.now for change in changes])
        settled: set[Key] = set()
        for change in sorted(changes, key=lambda each: each.now.order):
            if change.now.key not in settled and not self.book.settle(change):
                settled |= self._settle_around(change.now)

    def _settle_around(self, now: Sighting) -> set[Key]:
        around = neighbourhood([now], self._near, most=MOST)
        self.book.worth |= worked_on(self._connection, self.book.numbers() - self.book.worth.keys())
        if around is None:  # a chain without end: what was decided stays
            self.book.place(now)
            return {now.key}
        self.book.settle_all(around)
        return {each.key for each in around}

    def _near(self, seen: Sequence[Sighting]) -> Iterable[Sighting]:
        self._load([each for each in seen if each.key not in self._loaded])
        for each in seen:
            yield from self.book.near(each, ends=self._ends.get(each.key))

    def _load(self, seen: Sequence[Sighting]) -> None:
        around = [Around(each, self._ends.get(each.key, end_of(each))) for each in seen]
        self._loaded |= {each.key for each in seen}
        for sighting, number in neighbours(self._connection, around, self._kinds):
            if self.book.get(sighting.key) is None:
                self.book.put(sighting, number)
                self.had[sighting.key] = number
