"""The book of devices: clocks, silence, restarts, bounds, and what is no longer there."""

import json
from typing import Any

import pytest

from edge.devices.book import DeviceBook
from edge.devices.findings import Found, SituationFound
from edge.devices.keeping import dump, dump_changed, restore, resume
from edge.devices.settings import DevicesSettings
from edge.readings import Reading
from tests.unit.devices import (
    FLAPPING,
    FULL,
    MISSING,
    OPEN,
    RISING,
    T0,
    book,
    one,
    play,
    said,
    settings,
    silences,
    street,
    told,
)

AT_ONCE = {**OPEN, "after": "0s"}


def come(given: DeviceBook, *readings: tuple[Reading, float]) -> list[Found]:
    """Each at its arrival, in seconds from the beginning."""
    found: list[Found] = []
    for reading, arrival_s in readings:
        given.take([reading], T0 + arrival_s)
        found += given.advance(T0 + arrival_s)
    return found


def again(given: DeviceBook, like: DevicesSettings, later_s: float = 0.0) -> tuple[DeviceBook, list[str]]:
    """After a restart that took so long."""
    fresh = book(like, given.now + later_s)
    return fresh, restore(fresh, json.loads(json.dumps(dump(given), allow_nan=False)))


def test_without_a_stamp_the_arrival_counts() -> None:
    given = book(one(OPEN))
    bare = Reading("d", "contact", False)
    assert told(come(given, (bare, 10)) + given.advance(T0 + 400)) == [("manhole_cover", "opened", 310.0)]


def test_a_stamp_from_the_future_is_not_believed() -> None:
    given = book(one(OPEN))
    found = come(given, (said(False, 90_000), 10)) + given.advance(T0 + 400)
    assert told(found) == [("manhole_cover", "opened", 310.0)]


def test_a_stamp_from_years_ago_is_not_believed() -> None:
    given = book(one(OPEN))
    found = come(given, (said(False, 946_684_800 - T0), 10)) + given.advance(T0 + 400)
    assert told(found) == [("manhole_cover", "opened", 310.0)]


def test_seconds_of_a_slow_clock_are_as_long_as_others() -> None:
    """Its clock is ten minutes behind: the cover is not open for ten minutes when that is first heard."""
    given = book(one(OPEN))
    found = come(given, (said(False, -600), 0), (said(True, -310), 290)) + given.advance(T0 + 1000)
    assert told(found) == []
    given = book(one(OPEN))
    found = come(given, (said(False, -600), 0)) + given.advance(T0 + 299)
    assert told(found) == []
    assert told(given.advance(T0 + 400)) == [("manhole_cover", "opened", -300.0)]


def test_a_backlog_after_an_outage_is_told_by_its_own_times() -> None:
    given = book(one(OPEN, silence="1d"))
    readings = [said(False, 100), said(True, 900), said(True, 3000)]
    given.take(readings, T0 + 3600)
    found = given.advance(T0 + 3700)
    assert told(found) == [("manhole_cover", "opened", 400.0), ("manhole_cover", "cleared", 960.0)]


def test_what_is_older_than_what_was_decided_changes_nothing_and_is_counted() -> None:
    given = book(one(AT_ONCE))
    found = come(given, (said(True, 100), 100), (said(True, 105), 105), (said(False, 50), 110))
    found += given.advance(T0 + 500)
    assert (told(found), given.late) == ([], 1)


def test_a_clock_that_was_put_back_is_followed_after_a_while() -> None:
    given = book(one(AT_ONCE))
    back = [(said(True, 100.0 + 40 * n - 3600), 100.0 + 40 * n) for n in range(1, 4)]
    found = come(given, (said(True, 90), 90), (said(True, 100), 100), *back, (said(False, 300 - 3600), 300))
    found += given.advance(T0 + 310)
    assert told(found) == [("manhole_cover", "opened", 300.0)]


@pytest.mark.parametrize("by_s", [-3600.0, -5.0, 3600.0])
@pytest.mark.parametrize("stamped", [True, False])
def test_a_clock_that_is_set_neither_adds_nor_takes_seconds(by_s: float, stamped: bool) -> None:
    """A device without a stamp, and one whose own clock is right while the node's was set."""
    given = book(one(OPEN))
    own_s = (
        0.0 if not stamped else min(0.0, by_s)
    )  # its clock as the node sees it, before the node's is right
    given.take([Reading("d", "contact", False, T0 + 10 + own_s if stamped else None)], T0 + 10)
    assert told(given.advance(T0 + 100)) == []
    given.clock_set(by_s)
    assert told(given.advance(T0 + 306 + by_s)) == []
    ((kind, phase, _),) = told(given.advance(T0 + 320 + by_s))
    assert (kind, phase) == ("manhole_cover", "opened")


def test_bad_readings_decide_nothing_but_are_signs_of_life() -> None:
    given = book(one(AT_ONCE, silence="10m"))
    readings = [said(False, 500, quality="bad"), said(True, 1000)]
    found = play(given, readings, 1200)
    assert (told(found), silences(found)) == ([], [])


def test_uncertain_readings_decide_and_say_so() -> None:
    (found, *_) = play(book(one(AT_ONCE)), [said(False, 10, quality="uncertain")], 20)
    assert isinstance(found, SituationFound)
    assert found.readings[0].quality == "uncertain"


def test_silence_clears_nothing_and_its_seconds_do_not_count() -> None:
    given = book(one(OPEN, silence="4m"))
    found = play(given, [said(False, 0)], 10_000)
    assert told(found) == []
    found = play(given, [said(False, 10_000)], 20_000)
    assert told(found) == [("manhole_cover", "opened", 10_060.0)]
    assert told(play(given, [], 100_000)) == []
    assert given.why("d", "state-manhole_cover").code == "open"


def test_why_nothing_is_told() -> None:
    given = book(one(OPEN))
    assert given.why("d", "state-manhole_cover").code == "fine"
    play(given, [said(False, 0), said(False, 100)], 110)
    why = given.why("d", "state-manhole_cover")
    assert (why.code, why.values) == ("too_short", {"counted_s": 100.0, "after_s": 300.0})
    play(given, [said(False, 400), said(True, 410), said(True, 440)], 450)
    assert given.why("d", "state-manhole_cover").code == "settling"
    with pytest.raises(KeyError, match="has no rule 'nothing'"):
        given.why("d", "nothing")


def test_a_long_one_is_told_again_at_twice_and_four_times() -> None:
    readings = [said(False, 600.0 * n) for n in range(12)]
    found = play(book(one({**OPEN, "after": "20m"})), readings, 7000)
    assert told(found) == [
        ("manhole_cover", "opened", 1200.0),
        ("manhole_cover", "updated", 2400.0),
        ("manhole_cover", "updated", 4800.0),
    ]


def test_channels_are_told_apart() -> None:
    given = settings(
        {
            "id": "a",
            "match": {"names": ["box"], "channel": "1"},
            "rules": [{**OPEN, "quantity": "input", "value": True, "after": "0s"}],
        },
        {
            "id": "b",
            "match": {"names": ["box"], "channel": "2"},
            "rules": [{**OPEN, "quantity": "input", "value": True, "after": "0s"}],
        },
        {
            "id": "c",
            "match": {"names": ["box"]},
            "rules": [{**OPEN, "quantity": "input", "value": True, "channel": "3", "after": "0s"}],
        },
    )
    for channel, device in (("1", "a"), ("2", "b"), ("3", "c")):
        found = play(book(given), [said(True, 1, "input", "box", channel=channel)], 10)
        assert [each.device.id for each in found if isinstance(each, SituationFound)] == [device]
    assert told(play(book(given), [said(True, 1, "input", "box")], 10)) == []


def test_readings_of_strangers_are_counted_and_nothing_is_kept_of_them() -> None:
    given = book(one(OPEN))
    play(given, [said(False, n, device=f"strange-{n}") for n in range(100)], 200)
    assert given.unknown == 100
    assert "strange" not in json.dumps(dump(given))


def test_after_a_restart_it_is_the_same_situation_and_the_time_between_does_not_count() -> None:
    given = book(one(OPEN))
    first = [each for each in play(given, [said(False, 0)], 400) if isinstance(each, SituationFound)]
    later, faults = again(given, one(OPEN), later_s=1000)
    last = [each for each in play(later, [said(True, 1500)], 2000) if isinstance(each, SituationFound)]
    assert faults == []
    assert [each.phase for each in (*first, *last)] == ["opened", "cleared"]
    assert len({each.situation for each in (*first, *last)}) == 1
    candidate = book(one(OPEN))
    play(candidate, [said(False, 0)], 200)
    later, _ = again(candidate, one(OPEN), later_s=1000)
    assert told(later.advance(T0 + 1299)) == []
    assert told(later.advance(T0 + 1310)) == [("manhole_cover", "opened", 1300.0)]


def test_a_node_that_was_away_has_not_heard_silence() -> None:
    given = book(one(MISSING, silence="10m"))
    play(given, [said(1.0, 0, "temperature")], 300)
    later, _ = again(given, one(MISSING, silence="10m"), later_s=5000)
    assert silences(later.advance(T0 + 5599)) == []
    assert silences(later.advance(T0 + 5610)) == [("d", "raised", 5600.0)]


@pytest.mark.parametrize(
    "left",
    [
        settings({"id": "other"}),
        one(),
        one({**OPEN, "incident": "another"}),
        one({**FULL, "id": "state-manhole_cover"}),
    ],
)
def test_what_is_no_longer_configured_ends_with_a_word(left: DevicesSettings) -> None:
    given = book(one(OPEN))
    play(given, [said(False, 0)], 400)
    later, faults = again(given, left, later_s=60)
    assert faults == []
    (ended,) = [each for each in later.advance(later.now) if isinstance(each, SituationFound)]
    assert (ended.phase, ended.device.id, ended.revision) == ("cleared", "d", 1)
    assert [reason.code for reason in ended.reasons] == ["not_configured", "lasted"]
    assert "d" in later.changed
    _, faults = again(later, left)
    assert faults == []
    assert "d" not in dump(later)["devices"] or dump(later)["devices"]["d"]["entries"] == {}


def test_a_rule_with_other_limits_keeps_its_situation() -> None:
    given = book(one(OPEN))
    play(given, [said(False, 0)], 400)
    later, _ = again(given, one({**OPEN, "after": "1h"}))
    assert told(play(later, [said(True, 500)], 700)) == [("manhole_cover", "cleared", 560.0)]


DAMAGE: list[Any] = [
    None,
    {},
    {"version": 2, "now": T0, "devices": {}, "held": []},
    {"version": 1, "now": "x", "devices": {}, "held": []},
    {"version": 1, "now": T0, "devices": 7, "held": []},
]


@pytest.mark.parametrize("data", DAMAGE)
def test_what_is_no_dump_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="state"):
        restore(book(one(OPEN)), data)


def test_damage_to_one_device_costs_that_device_only() -> None:
    given = book(street())
    play(given, [said(False, 0, device="cover"), said(90.0, 0, "fill", "lamp")], 400)
    whole = json.loads(json.dumps(dump(given)))
    for way, value in (("heard", "x"), ("entries", {"state-manhole_cover": {"state": "odd"}}), ("wires", 3)):
        data = json.loads(json.dumps(whole))
        data["devices"]["cover"][way] = value
        later = book(street(), given.now)
        (fault,) = restore(later, data)
        assert fault.startswith("device cover starts afresh")
        assert told(play(later, [said(10.0, 500, "fill", "lamp")], 700)) == [("bin_full", "cleared", 560.0)]


def test_single_devices_that_were_kept_later_win() -> None:
    given = book(one(OPEN))
    play(given, [said(False, 0)], 100)
    old, whole = dump_changed(given, "d"), dump(given)
    play(given, [], 400)
    new = dump_changed(given, "d")
    for single, phases in ((new, []), (old, [("manhole_cover", "opened", 300.0)])):
        later = book(one(OPEN), given.now)
        assert resume(later, json.loads(json.dumps(whole)), {"d": json.loads(json.dumps(single))}) == []
        assert told(later.advance(given.now + 300))[:1] == [(k, p, at + 300) for k, p, at in phases]
    assert dump_changed(given, "gone") is None


def test_everything_that_is_kept_has_a_way_out() -> None:
    given = book(street())
    readings = [said(n % 2 == 0, n * 10.0, device="cover") for n in range(200)]
    readings += [said(n % 2 == 0, 2000 + n * 10.0, "switch", "lamp") for n in range(50)]
    readings += [said(60.0 * (n % 2), 3000 + n * 10.0, "power", "meter") for n in range(50)]
    readings += [said(0.1 * n, 4000 + n * 10.0, "water_level", "meter") for n in range(20)]
    readings += [said(True, 4500 + 300 * n, device="cover") for n in range(30)]
    readings += [said(True, 4501 + 300 * n, "switch", "lamp") for n in range(30)]
    readings += [said(0.5, 4502 + 300 * n, "water_level", "meter") for n in range(30)]
    play(given, sorted(readings, key=lambda each: each.at or 0.0), 20_000)
    assert [state.entries for state in given.states.values() if state.entries] == [
        each for each in [state.entries for state in given.states.values()] if _only_silence(each)
    ]
    assert given.waiting == []
    assert len(given._timers) < 1100  # the swept ones aside
    assert given._dirty == {}


def _only_silence(entries: dict[int, Any]) -> bool:
    return bool(entries) and set(entries) == {2}


def test_timers_that_are_put_off_are_swept() -> None:
    given = book(one(OPEN, FLAPPING, RISING))
    most = 0
    for n in range(20_000):
        given.take([said(n % 2 == 0, n * 1.0)], T0 + n)
        given.advance(T0 + n)
        most = max(most, len(given._timers))
    assert most <= 1025
