"""The sightings near those that changed, and which ticket each is in. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf

from central.correlation.bonds import Kinds, touches
from central.correlation.groups import Group, Joined, grouped, place
from central.correlation.keeping import FINISHED, keep
from central.correlation.sightings import Key, Sighting
from central.correlation.tiles import tile_of, tiles_around

WIDER = 2.0  # cool-downs back, to tell why what just missed it is not bound
MOST = 2000  # sightings that are decided again together; more are a chain without end


@dataclass(slots=True)
class Slot:
    """A ticket while its batch is decided. number None: it has none yet. into: merged into that one."""

    number: int | None = None
    members: set[Key] = field(default_factory=set)
    into: "Slot | None" = None


@dataclass(frozen=True, slots=True)
class Change:
    """A sighting that is new or no longer what it was. number: the ticket that it is in."""

    now: Sighting
    before: Sighting | None = None
    number: int | None = None


class Book:
    """What is known near the changes of a batch. `load` asks for what else is near some sightings."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.joined: dict[Key, Joined] = {}
        self.slots: dict[Key, Slot] = {}
        self.worth: dict[int, int] = {}  # of tickets, how far people have come with them
        self._sightings: dict[Key, Sighting] = {}
        self._by_number: dict[int, Slot] = {}
        self._by_eye: dict[tuple[str, str], set[Key]] = defaultdict(set)
        self._without_place: dict[tuple[str, str], set[Key]] = defaultdict(set)  # by eye too
        self._by_tile: dict[tuple[str, int], set[Key]] = defaultdict(set)

    def put(self, sighting: Sighting, number: int | None = None) -> None:
        """Know a sighting, and which ticket it is in."""
        if (old := self._sightings.get(sighting.key)) is not None:
            self._forget(old)
        self._sightings[sighting.key] = sighting
        family = self.kinds.family(sighting.kind)
        self._by_eye[family, sighting.eye].add(sighting.key)
        if sighting.spot is None:
            self._without_place[family, sighting.eye].add(sighting.key)
        else:
            self._by_tile[family, tile_of(sighting.spot)].add(sighting.key)
        if number is not None and sighting.key not in self.slots:
            self.seat(sighting.key, self._by_number.setdefault(number, Slot(number)))

    def __getitem__(self, key: Key) -> Sighting:
        return self._sightings[key]

    def get(self, key: Key) -> Sighting | None:
        """A sighting, if it is known."""
        return self._sightings.get(key)

    def all_slots(self) -> Iterator[Slot]:
        """Every ticket that is known here, also those that lost their situations."""
        yield from self._by_number.values()
        yield from self.slots.values()

    def numbers(self) -> set[int]:
        """The tickets that are known here."""
        return set(self._by_number)

    def seat(self, key: Key, slot: Slot) -> None:
        """Put a sighting into a ticket, out of the one that it was in."""
        if (old := self.slots.get(key)) is not None:
            old.members.discard(key)
        slot.members.add(key)
        self.slots[key] = slot

    def near(
        self, sighting: Sighting, *, ends: float | None = None, wider: float = 1.0
    ) -> Iterator[Sighting]:
        """What might be bound to a sighting. ends: its end, where it once was thought to be later.

        wider: so many cool-downs apart, to tell why what just missed it is not bound.
        """
        closeness = self.kinds.closeness(sighting.kind)
        pause = wider * closeness.cool_down_s
        last = (end_of(sighting) if ends is None else ends) + pause
        first = sighting.since - pause
        for key in self._keys_near(sighting, closeness.most_m):
            other = self._sightings[key]
            in_time = other.since <= last and (other.until is None or other.until >= first)
            if in_time and key != sighting.key and touches(sighting, other, self.kinds):
                yield other

    def _keys_near(self, sighting: Sighting, most_m: float) -> Iterator[Key]:
        family = self.kinds.family(sighting.kind)
        if sighting.spot is None:
            yield from self._by_eye.get((family, sighting.eye), ())
            return
        yield from self._without_place.get((family, sighting.eye), ())
        for tile in tiles_around(sighting.spot, most_m):
            yield from self._by_tile.get((family, tile), ())

    def settle(self, change: Change) -> bool:
        """Decide about one change alone; False: more hangs on it, so decide about all around it."""
        now, before = change.now, change.before
        ends = max(end_of(now), end_of(before)) if before is not None else None
        around = list(self.near(now, ends=ends, wider=WIDER))
        if any(other.order > now.order and other.key in self.slots for other in around):
            return False
        if before is not None and self.slots.get(now.key) is not None:
            same = (before.spot, before.box, before.since, before.at) == (
                now.spot,
                now.box,
                now.since,
                now.at,
            )
            return same
        self._place(now, around)
        return True

    def place(self, now: Sighting) -> None:
        """Seat one sighting by what is seated already."""
        if self._finished(now.key):
            return
        self._place(now, list(self.near(now, wider=WIDER)))

    def _place(self, now: Sighting, around: list[Sighting]) -> None:
        groups: dict[int, tuple[Slot, Group]] = {}
        for other in sorted(around, key=lambda each: each.order):
            if (slot := self.slots.get(other.key)) is None:
                continue
            groups.setdefault(id(slot), (slot, Group()))[1].members.append(other)
        joined, group = place(now, [group for _, group in groups.values()], self.kinds)
        self.joined[now.key] = joined
        found = next((slot for slot, each in groups.values() if each is group), None)
        self.seat(now.key, found or Slot())

    def settle_all(self, around: Sequence[Sighting]) -> None:
        """Decide anew about a whole neighbourhood, but for what people have finished."""
        found = grouped(around, self.kinds)
        members: dict[Key, list[Key]] = {}
        ended: dict[Key, Slot] = {}  # the latest finished ticket of each group
        for each in around:
            founder = found[each.key].founder
            if self._finished(each.key):
                ended[founder] = self.slots[each.key]
            else:
                members.setdefault(founder, []).append(each.key)
        had = {key: slot.number for key, slot in self.slots.items() if slot.number is not None}
        had = {key: had[key] for keys in members.values() for key in keys if key in had}
        kept = keep(members, had, self.worth)
        slots = {
            founder: self._by_number[kept.tickets[founder]]
            if founder in kept.tickets
            else ended.get(founder) or Slot()
            for founder in members
        }
        for founder, keys in members.items():
            for key in keys:
                self.seat(key, slots[founder])
        for number, founder in kept.merged.items():
            self._by_number[number].into = slots[founder]
        self.joined |= {key: joined for key, joined in found.items() if not self._finished(key)}

    def _finished(self, key: Key) -> bool:
        slot = self.slots.get(key)
        return slot is not None and self.worth.get(slot.number or 0, 0) >= FINISHED

    def _forget(self, old: Sighting) -> None:
        family = self.kinds.family(old.kind)
        self._by_eye[family, old.eye].discard(old.key)
        self._without_place[family, old.eye].discard(old.key)
        if old.spot is not None:
            self._by_tile[family, tile_of(old.spot)].discard(old.key)


def end_of(sighting: Sighting) -> float:
    """When it was seen clear; without end while it stands."""
    return inf if sighting.until is None else sighting.until
