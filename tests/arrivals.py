"""Sightings heard of in any order, and again, and the groups that come of it; without a database."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from central.correlation.bonds import Kinds
from central.correlation.book import Book, Change, end_of
from central.correlation.groups import neighbourhood
from central.correlation.sightings import Key, Sighting


class Heard:
    """What a centre knows: each sighting as standing until its end has been heard of too."""

    def __init__(self, kinds: Kinds) -> None:
        self.book = Book(kinds)
        self._ends: dict[Key, float] = {}

    def hear(self, now: Sighting) -> None:
        """Of a sighting, or of its end. What is known already changes nothing."""
        before = self.book.get(now.key)
        if before is not None and (before == now or before.until is not None):
            return
        if before is not None:
            self._ends[now.key] = end_of(before)
        self.book.put(now)
        if not self.book.settle(Change(now, before)):
            around = neighbourhood([now], self._near, most=10_000)
            assert around is not None
            self.book.settle_all(around)
        self._ends.clear()

    def groups(self) -> set[frozenset[Key]]:
        """Who is together."""
        return {frozenset(slot.members) for slot in self.book.slots.values()}

    def _near(self, seen: Sequence[Sighting]) -> Iterator[Sighting]:
        for each in seen:
            yield from self.book.near(each, ends=self._ends.get(each.key))


def heard(seen: Sequence[Sighting], kinds: Kinds, chance: random.Random | None = None) -> set[frozenset[Key]]:
    """The groups, heard of in the order of things, or by chance and some of it twice."""
    news = [(each.at, replace(each, until=None)) for each in seen]
    news += [(each.until, each) for each in seen if each.until is not None]
    news.sort(key=lambda each: (each[0], each[1].key))
    if chance is not None:
        news += chance.choices(news, k=len(news) // 3)
        chance.shuffle(news)
    centre = Heard(kinds)
    for _, each in news:
        centre.hear(each)
    return centre.groups()
