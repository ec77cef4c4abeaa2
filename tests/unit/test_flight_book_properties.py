"""The book of flights over any drawn flights: nothing is doubled, and no restart changes a decision."""

import json
from collections import defaultdict
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.flight.book import FlightBook
from edge.flight.found import FlightAsk, FlightFinding, Told
from edge.flight.report import report
from tests.flights import DAY, PLANE, Car, Flown, Heard, book, zone

GRID = [(12.0 * x, 12.0 * y) for x in range(-3, 4) for y in range(-3, 4)]
PLACES = st.lists(st.sampled_from(GRID), unique=True, max_size=6)
SHIFTS = st.tuples(st.floats(-6.0, 6.0), st.floats(-6.0, 6.0))
SPEEDS = st.sampled_from([(0.0, 0.0), (6.0, 0.0), (0.0, -9.0)])


@st.composite
def flights(draw: st.DrawFn) -> list[Flown]:
    """Up to three flights over the same ground; things come, go, and drive through."""
    flown = []
    for n in range(draw(st.integers(1, 3))):
        parked = [Car(*at) for at in draw(PLACES)]
        driving = [Car(-60.0, 50.0, draw(SPEEDS))] if draw(st.booleans()) else []
        shift, seed = draw(SHIFTS), draw(st.integers(0, 99))
        over = draw(st.sampled_from([(0.0, 0.0), (60.0, 0.0)]))
        trusted = draw(st.integers(0, 9)) > 0
        flown.append(
            Flown(
                [*parked, *driving],
                DAY + 3600.0 * n,
                6.0,
                shift=shift,
                seed=seed,
                over=over,
                half=70.0,
                trusted=trusted,
            )
        )
    return flown


def asks() -> list[FlightAsk]:
    found = []
    for n, at in enumerate(GRID[::8]):
        latitude, longitude, _ = PLANE.place(*at)
        found.append(FlightAsk("c", f"x{n}", DAY + 9e4, "illegal_parking", (), latitude, longitude, 4.0))
    return found


def again(known: FlightBook) -> FlightBook:
    """A new process that takes up what the one before wrote down."""
    new = book(zone())
    assert new.restore(json.loads(json.dumps(known.dump())), DAY) == []
    return new


def flown(every: list[Flown], restarts: frozenset[int]) -> tuple[list[Any], FlightBook]:
    """All that is told, restarting before those looks."""
    mine, said, n = book(zone()), [], 0
    for ask in asks():
        mine.ask(ask, DAY)
    for k, one in enumerate(every):
        mine.begin(f"f{k}", 0.0, one.begin)
        for look in one.looks():
            n += 1
            if n in restarts:
                mine = again(mine)
            said.append(plain(mine.step(look)))
        ended = mine.end(7.0, one.begin + 7.0)
        assert ended is not None
        said += [plain(ended.told), report(ended.summary, "drone")]
    said.append(plain(mine.overdue(DAY + 1e5)))
    return said, mine


def plain(told: Told) -> Told:
    """Without the time in the source, which another process does not know."""
    return Told(
        tuple(replace(one, shown=None) for one in told.findings),
        tuple(replace(one, shown=None) for one in told.answers),
    )


@settings(max_examples=10, deadline=None)
@given(flights(), st.frozensets(st.integers(1, 36), max_size=3))
def test_no_restart_changes_a_decision(every: list[Flown], restarts: frozenset[int]) -> None:
    assert flown(every, restarts)[0] == flown(every, frozenset())[0]


@settings(max_examples=15, deadline=None)
@given(flights())
def test_every_situation_opens_once_and_ends_at_most_once(every: list[Flown]) -> None:
    said, mine = flown(every, frozenset())
    told = [one for each in said if isinstance(each, Told) for one in each.findings]
    lives: dict[str, list[FlightFinding]] = defaultdict(list)
    for one in told:
        lives[one.situation].append(one)
    for life in lives.values():
        assert life[0].phase == "opened"
        assert all(one.phase == "updated" for one in life[1:-1])
        assert len(life) == 1 or life[-1].phase != "opened"
        assert [one.revision for one in life] == list(range(len(life)))
        assert all(one.since <= one.last_seen <= one.at for one in life)
        assert all(one.reasons for one in life)
    answers = [one.ask.situation for each in said if isinstance(each, Told) for one in each.answers]
    assert sorted(answers) == sorted(ask.situation for ask in asks())
    mine.overdue(DAY + 90 * 86_400.0)
    assert len(mine) == 0


@settings(max_examples=10, deadline=None)
@given(PLACES, SHIFTS, st.integers(0, 99))
def test_each_parked_car_is_one_place_and_what_stays_is_never_cleared(
    places: list[tuple[float, float]], shift: tuple[float, float], seed: int
) -> None:
    mine, heard = book(zone()), Heard([], [])
    cars = [Car(*at) for at in places]
    for n, off in enumerate(((0.0, 0.0), shift)):
        mine.begin(f"f{n}", 0.0, DAY + 3600.0 * n)
        for look in Flown(cars, DAY + 3600.0 * n, 5.0, shift=off, half=70.0, seed=seed + n).looks():
            heard.add(mine.step(look))
        mine.end(6.0, DAY + 3600.0 * n + 6.0)

    assert heard.phases().count("opened") == len(cars)
    assert heard.phases().count("updated") == len(cars)
    assert "cleared" not in heard.phases()
