"""What must hold for any stream of readings: their order, their repetition and restarts change nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.devices.book import DeviceBook
from edge.devices.findings import Found, SituationFound
from edge.devices.keeping import dump, restore
from edge.readings import Reading
from tests.unit import devices
from tests.unit.devices import T0, in_short, one, play, said, street, told

LATE_S = 2.0
END_S = 30_000.0
VALUES = {
    "contact": st.booleans(),
    "switch": st.booleans(),
    "power": st.sampled_from([0.0, 60.0]),
    "water_level": st.sampled_from([0.1, 0.15, 0.2, 0.4]),
    "fill": st.sampled_from([50.0, 70.0, 90.0]),
    "battery": st.sampled_from([5.0, 20.0, 90.0]),
}


@dataclass(frozen=True)
class Come:
    """A reading and when it arrives."""

    reading: Reading
    arrival: float


@st.composite
def streams(draw: st.DrawFn) -> list[Reading]:
    """Readings of three devices, each later than the one before; sometimes nothing for long."""
    readings, t = [], T0
    for _ in range(draw(st.integers(5, 60))):
        t += draw(st.sampled_from([1.0, 3.0, 30.0, 61.0, 100.0, 400.0, 2000.0]))
        quantity = draw(st.sampled_from(list(VALUES)))
        device = draw(st.sampled_from(["cover", "lamp", "meter"]))
        quality = "bad" if draw(st.integers(0, 9)) == 0 else "good"
        readings.append(Reading(device, quantity, draw(VALUES[quantity]), t, quality))  # type: ignore[arg-type]
    return readings


@st.composite
def disorder(draw: st.DrawFn) -> tuple[list[Reading], list[Come]]:
    """A stream, and the same with delays within the bound, and repetitions at any time after."""
    readings = draw(streams())
    come = [Come(r, (r.at or 0.0) + draw(st.sampled_from([0.0, 0.5, 1.9]))) for r in readings]
    for first in draw(st.lists(st.sampled_from(come), max_size=10)):
        come.append(Come(first.reading, first.arrival + draw(st.sampled_from([0.0, 0.5, 1.0, 300.0]))))
    return readings, sorted(come, key=lambda each: each.arrival)


def run(come: Sequence[Come], pauses: frozenset[int] = frozenset()) -> list[Found]:
    """All of it through one book; at `pauses` it goes through a restart."""
    book, found = devices.book(street()), []
    for n, each in enumerate(come):
        book.take([each.reading], each.arrival)
        if n % 3:
            found += book.advance(each.arrival)
        if n in pauses:
            found += book.advance(each.arrival)
            book = again(book)
    return found + book.advance(T0 + END_S)


def again(book: DeviceBook) -> DeviceBook:
    """The book after a restart of the node in no time."""
    fresh = devices.book(street(), book.now)
    assert restore(fresh, json.loads(json.dumps(dump(book), allow_nan=False))) == []
    return fresh


@given(disorder())
@settings(max_examples=40, deadline=None)
def test_order_and_repetition_change_nothing(given: tuple[list[Reading], list[Come]]) -> None:
    readings, come = given
    assert in_short(run(come)) == in_short(run([Come(r, r.at or 0.0) for r in readings]))


@given(streams(), st.frozensets(st.integers(0, 59), min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_a_restart_at_any_reading_changes_nothing(readings: list[Reading], pauses: frozenset[int]) -> None:
    come = [Come(r, r.at or 0.0) for r in readings]
    assert in_short(run(come, pauses)) == in_short(run(come))


@given(disorder())
@settings(max_examples=40, deadline=None)
def test_every_situation_is_in_order(given: tuple[list[Reading], list[Come]]) -> None:
    phases: dict[str, list[SituationFound]] = {}
    for each in run(given[1]):
        if isinstance(each, SituationFound):
            phases.setdefault(each.situation, []).append(each)
            assert T0 <= each.since <= each.last <= each.at
            assert 0.0 <= each.observed_s <= each.last - each.since + 1e-6
            assert len(each.reasons) == 2
    for each_phases in phases.values():
        names = [each.phase for each in each_phases]
        assert names[0] == "opened"
        assert names.count("opened") == 1
        assert names.count("cleared") <= 1
        assert "cleared" not in names[:-1]
        assert [each.revision for each in each_phases] == list(range(len(each_phases)))
        assert len({each.since for each in each_phases}) == 1
        times = [each.at for each in each_phases]
        assert times == sorted(times)


@given(st.sampled_from([1.0, 7.0, 30.0, 59.0]))
@settings(max_examples=4, deadline=None)
def test_a_sensor_that_toggles_all_day_is_one_situation(every_s: float) -> None:
    rule = {"kind": "state", "incident": "manhole_cover", "quantity": "contact", "value": False}
    count = int(86_400 / every_s) if every_s >= 7 else 3600
    readings = [said(n % 2 == 0, n * every_s) for n in range(count)]
    found = play(devices.book(one(rule)), readings, 100_000)
    opened = [each for each in told(found) if each[1] == "opened"]
    assert opened == [("manhole_cover", "opened", every_s)]


def test_one_that_toggles_more_slowly_than_it_settles_is_a_few_and_not_hundreds() -> None:
    rule = {"kind": "state", "incident": "manhole_cover", "quantity": "contact", "value": False}
    readings = [said(n % 2 == 0, n * 90.0) for n in range(960)]
    found = told(play(devices.book(one(rule)), readings, 100_000))
    assert [each[1] for each in found if each[1] != "updated"] == ["opened", "cleared", "opened"]


def test_flapping_all_day_is_one_situation_of_its_own_kind() -> None:
    readings = [said(n % 2 == 0, n * 30.0) for n in range(2880)]
    found = told(play(devices.book(one(devices.OPEN, devices.FLAPPING)), readings, 86_400))
    assert {each[0] for each in found} == {"device_unsteady"}
    assert [each[1] for each in found].count("opened") == 1
