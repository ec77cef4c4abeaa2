"""One ticket for each real situation: labelled streets, and any order of arrival at the database."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.events import Location, Point, SourceRef
from broker.topics import Address
from central.correlation.bonds import Kinds
from central.correlation.groups import grouped
from central.correlation.sightings import Box, Key, Sighting, Spot
from central.letters import Told
from central.store.database import Store
from central.store.fingerprint import ticket_state_hash
from central.store.queries import Wanted, list_tickets
from central.store.seating import Terms
from central.store.taking import take
from tests.arrivals import heard
from tests.labelled import KINDS, LATITUDE, LONGITUDE, Labelled, judged, street
from tests.unit.central.makers import Event, event, letter

STREETS = 70


def test_labelled_streets() -> None:
    """The goals: 99 % of repeats merged, 95 % across sources, 1 % merged that are two."""
    said = [each for number in range(STREETS) for each in street(1, number)]
    assert len(said) > 1500
    figures = judged(said, grouped_in_streets())
    assert figures["repeats"] >= 0.99, figures
    assert figures["across"] >= 0.95, figures
    assert figures["false"] <= 0.01, figures


def grouped_in_streets() -> dict[Key, Key]:
    found: dict[Key, Key] = {}
    for number in range(STREETS):
        joined = grouped([each.sighting for each in street(1, number)], KINDS)
        found |= {key: where.founder for key, where in joined.items()}
    return found


def test_a_signal_that_toggles_every_30_s_for_a_day_is_one_thing() -> None:
    toggles = [
        Sighting(("n", f"s-{n}"), "n lid", "sensor", "manhole_open", 60.0 * n, 60.0 * n, 60.0 * n + 30)
        for n in range(1440)
    ]
    assert {joined.founder for joined in grouped(toggles, Kinds()).values()} == {("n", "s-0")}


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_arrival(seed: int, chance: random.Random) -> None:
    seen = [each.sighting for each in street(seed, 0)]
    wanted = grouped(seen, KINDS)
    chance.shuffle(seen)
    assert grouped(seen, KINDS) == wanted


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 100_000), st.integers(2, 40), st.randoms(use_true_random=False))
def test_what_is_heard_of_in_any_order_and_again_ends_in_the_same_groups(
    seed: int, size: int, chance: random.Random
) -> None:
    """Also ends that are heard of before beginnings, and long after what came next."""
    seen = [each.sighting for each in street(seed, 0)][:size]
    assert heard(seen, KINDS, chance) == heard(seen, KINDS)


def events_of(said: Sequence[Labelled], located: bool) -> Iterator[tuple[Event, Address]]:
    """What the nodes send of a street: openings, updates and clearings. Without places there are boxes."""
    for each in said:
        seen = each.sighting
        address = Address.of(seen.key[0])
        facts = facts_of(seen, located)
        phases = (("opened", 0, seen.at), ("updated", 1, seen.at + 60), ("cleared", 2, seen.until))
        for phase, revision, at in phases:
            if at is not None:
                made = event(phase, revision, subject=seen.key[1], node=address, **facts)
                yield made.model_copy(update={"time": instant(at)}), address


def facts_of(seen: Sighting, located: bool) -> dict[str, Any]:
    assert seen.spot is not None
    place = Point(type="Point", coordinates=(seen.spot.longitude, seen.spot.latitude))
    kind = "camera" if seen.origin == "drone" else seen.origin
    return {
        "kind": seen.kind,
        "source": SourceRef(id=seen.eye, kind=kind),  # type: ignore[arg-type]
        "since": instant(seen.since),
        "last_seen": instant(seen.at),
        "location": Location(geometry=place, accuracy_m=seen.spot.accuracy_m, method="calibrated")
        if located
        else None,
        "box": None if located else box_of(seen.spot),
    }


def box_of(spot: Spot) -> Box:
    """As a camera would see the street from above, 200 m wide."""
    x, y = 500 * (spot.longitude - LONGITUDE - 0.02) + 0.1, 500 * (spot.latitude - LATITUDE) + 0.4
    return x, y, x + 0.03, y + 0.05


def instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(seconds, 3), tz=timezone.utc)


def told(made: Event, address: Address) -> Told:
    return Told(replace(letter(made.encode()), node=address.source), made)


@pytest.mark.parametrize(("seed", "located"), [(seed, seed % 3 != 2) for seed in range(6)])
def test_tickets_do_not_depend_on_order_repetition_or_batches(
    new_store: Callable[[], Store], seed: int, located: bool
) -> None:
    """As the database keeps them: told in order one by one, and shuffled, repeated, in batches."""
    story = list(events_of(street(seed, 1)[:24], located))
    story.sort(key=lambda each: (each[0].time, each[1].node, each[0].subject))
    hashes = []
    for turn in range(3):
        store = new_store()
        chance = random.Random(seed * 100 + turn)  # noqa: S311 - no secret depends on it
        mixed = list(story)
        if turn:
            mixed += chance.choices(story, k=10)
            chance.shuffle(mixed)
        while mixed:
            size = chance.randint(1, 20) if turn else 1
            batch, mixed = mixed[:size], mixed[size:]
            take(store, [told(*each) for each in batch], terms=Terms(KINDS))
        hashes.append(ticket_state_hash(store))
        open_now = list_tickets(store, Wanted(open=True), limit=100).tickets
        assert all(ticket.scene == "present" for ticket in open_now)
    assert len(set(hashes)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_what_founds_ticket_after_ticket_gives_each_another_id(store: Store, seed: int) -> None:
    """One place, found and clear every day, heard of in any order: ends part what openings had joined."""
    days = list(range(9))
    random.Random(seed).shuffle(days)  # noqa: S311 - no secret depends on it
    place = Spot(LONGITUDE, LATITUDE, 1.0)
    for day in days:
        key, at = ("gewu://131002/yard-7", f"day-{day}"), day * 86_400.0
        seen = Sighting(key, f"lid-{day}", "sensor", "bin_full", at, at, until=at + 600, spot=place)
        for each in events_of([Labelled(seen, "lid", day)], located=True):
            take(store, [told(*each)], terms=Terms(KINDS))
    found = list_tickets(store, Wanted(), limit=100).tickets
    assert len([each for each in found if each.state != "merged"]) == len(days)
    assert len({each.id for each in found}) == len(found)
