"""Each kind of rule on a stream of its own: when it opens, when it clears, and why, with figures."""

import json
from datetime import datetime
from typing import Any

import pytest

from edge.devices.findings import Found, SituationFound
from edge.devices.keeping import dump, restore
from edge.readings import QUANTITIES, Reading, in_words
from edge.sun import elevation
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
    told,
)

BARRIER = {
    "kind": "state",
    "incident": "barrier_held_open",
    "quantity": "barrier",
    "value": ["held_open", "open"],
    "passing": ["opening", "closing"],
    "after": "2m",
    "clear_after": "0s",
}


def reasons(found: list[Found], phase: str = "opened") -> list[str]:
    """What the first finding of a phase says, code and text."""
    first = next(each for each in found if isinstance(each, SituationFound) and each.phase == phase)
    return [f"{reason.code}: {reason.text}" for reason in first.reasons]


def test_a_cover_open_for_five_minutes_opens_then_although_nothing_more_is_said() -> None:
    found = play(book(one(OPEN)), [said(False, 10), said(True, 500)], 1000)
    assert told(found) == [("manhole_cover", "opened", 310.0), ("manhole_cover", "cleared", 560.0)]
    assert reasons(found) == [
        "state_is: contact is open",
        "lasted: wrong for 300 s, 300 s of them known; it is told after 300 s",
    ]
    last = found[-1]
    assert isinstance(last, SituationFound)
    assert (last.since, last.last, last.observed_s) == (said(True, 10).at, said(True, 500).at, 490.0)


def test_a_cover_that_is_closed_in_time_is_nothing() -> None:
    assert told(play(book(one(OPEN)), [said(False, 10), said(True, 309)], 1000)) == []


def test_words_on_the_way_decide_nothing() -> None:
    words = [
        ("opening", 0),
        ("open", 5),
        ("closing", 100),
        ("held_open", 101),
        ("closing", 200),
        ("closed", 204),
    ]
    found = play(book(one(BARRIER)), [said(word, s, "barrier") for word, s in words], 1000)
    assert told(found) == [("barrier_held_open", "opened", 125.0), ("barrier_held_open", "cleared", 204.0)]


def test_reasons_say_what_people_say() -> None:
    found = play(book(one(BARRIER)), [said("held_open", 0, "barrier"), said("closed", 200, "barrier")], 500)
    assert reasons(found)[0] == "state_is: barrier is held open"
    assert reasons(found, "cleared")[0] == "state_over: barrier is closed"
    standing = {**OPEN, "incident": "gate_blocked", "quantity": "vehicle_standing", "value": True}
    found = play(book(one(standing)), [said(True, 0, "vehicle_standing")], 400)
    assert reasons(found)[0] == "state_is: a vehicle stands there"


@pytest.mark.parametrize("quantity", [name for name, each in QUANTITIES.items() if each.of == "flag"])
def test_every_flag_has_words_for_both(quantity: str) -> None:
    yes, no = in_words(quantity, True), in_words(quantity, False)
    assert yes != no
    assert not {"true", "false", "", "_"} & {yes, no, *yes, *no, *yes.split(), *no.split()}


STANDING = {
    "kind": "repeated",
    "incident": "gate_blocked",
    "quantity": "occupied",
    "value": True,
    "within": "10s",
    "after": "1m",
    "clear_after": "20s",
}


@pytest.mark.parametrize("behind_s", [0.0, 600.0])
def test_what_is_said_again_and_again_is_over_when_it_is_not(behind_s: float) -> None:
    given = book(one(STANDING))
    found: list[Found] = []
    for n in range(100):
        given.take([said(True, n - behind_s, "occupied")], T0 + n)
        found += given.advance(T0 + n)
    found += given.advance(T0 + 300)
    (opened, cleared) = told(found)
    assert (opened[:2], cleared[:2]) == (("gate_blocked", "opened"), ("gate_blocked", "cleared"))
    assert opened[2] == pytest.approx(60.0, abs=given.late_s)
    assert cleared[2] == pytest.approx(99.0 + 10.0 + 20.0, abs=given.late_s)
    assert reasons(found)[0] == "said_again: it is occupied: it is said again and again, at least every 10 s"
    assert reasons(found, "cleared")[0] == "not_said_again: it was not said again for 10 s"


def test_a_word_that_is_another_ends_what_is_said_again_and_again_at_once() -> None:
    found = play(
        book(one({**STANDING, "after": "0s"})), [said(True, 0, "occupied"), said(False, 5, "occupied")], 60
    )
    assert told(found) == [("gate_blocked", "opened", 0.0), ("gate_blocked", "cleared", 25.0)]
    assert reasons(found, "cleared")[0] == "state_over: it is free"


def test_one_message_of_a_passing_vehicle_is_nothing() -> None:
    assert told(play(book(one(STANDING)), [said(True, 0, "occupied")], 600)) == []


def test_what_was_said_before_a_restart_lapses_after_it() -> None:
    like = one({**STANDING, "after": "0s"})
    given = book(like)
    play(given, [said(True, 0, "occupied")], 5)
    fresh = book(like, given.now + 100)
    assert restore(fresh, json.loads(json.dumps(dump(given)))) == []
    assert [each[:2] for each in told(fresh.advance(T0 + 200))] == [("gate_blocked", "cleared")]


def test_a_bin_between_its_two_limits_stays_what_it_was() -> None:
    values = [(70.0, 0), (85.0, 100), (70.0, 300), (79.0, 900), (60.0, 1000), (85.0, 1030), (59.0, 1040)]
    found = play(book(one(FULL)), [said(value, s, "fill") for value, s in values], 2000)
    assert told(found) == [("bin_full", "opened", 700.0), ("bin_full", "cleared", 1100.0)]
    assert reasons(found)[0] == "beyond_limit: fill is 70 %, above 80 %"
    assert reasons(found, "cleared")[0] == "within_limit: fill is 59 %, at or below 60 %"


def test_below_is_the_same_turned_round() -> None:
    cold = {"kind": "threshold", "incident": "frost", "quantity": "temperature", "below": 0, "clear": 2}
    values = [(0.0, 0), (-0.1, 10), (1.9, 20), (2.0, 30)]
    found = play(book(one(cold)), [said(value, s, "temperature") for value, s in values], 2000)
    assert told(found) == [("frost", "opened", 10.0), ("frost", "cleared", 90.0)]
    assert reasons(found)[0] == "beyond_limit: temperature is -0.1 °C, below 0 °C"


def test_water_that_rises_fast_opens_and_slow_water_does_not() -> None:
    slow = [said(0.1 + 0.03 * n, 120.0 * n, "water_level") for n in range(20)]
    assert told(play(book(one(RISING)), slow, 3000)) == []
    fast = [said(round(0.1 + 0.05 * n, 2), 60.0 * n, "water_level") for n in range(6)]
    flat = [said(0.35, 360.0 + 60.0 * n, "water_level") for n in range(30)]
    found = play(book(one(RISING)), fast + flat, 3000)
    assert [each[:2] for each in told(found)] == [("road_water", "opened"), ("road_water", "cleared")]
    assert told(found)[0][2] == 240.0
    assert reasons(found)[0] == "too_fast: water level rose by 0.2 m in 240 s; the limit is 0.2 m in 600 s"


def test_falling_is_told_apart_from_rising() -> None:
    falls = {"kind": "rate", "incident": "leak", "quantity": "pressure", "falls": 5, "within": "10m"}
    up = [said(1000.0 + 10 * n, 60.0 * n, "pressure") for n in range(5)]
    assert told(play(book(one(falls)), up, 1000)) == []
    down = [said(1000.0 - 3 * n, 60.0 * n, "pressure") for n in range(3)]
    assert told(play(book(one(falls)), down, 1000))[0] == ("leak", "opened", 120.0)


def test_a_rate_keeps_little_however_much_comes() -> None:
    given = book(one(RISING))
    play(given, [said(0.1, n * 0.5, "water_level") for n in range(5000)], 3000)
    assert len(given.states["d"].memory[0]) <= 34


def test_five_changes_in_five_minutes_are_one_situation_and_calm_ends_it() -> None:
    changes = [said(n % 2 == 0, 40.0 * n) for n in range(12)]
    calm = [said(False, 440.0 + 100 * n) for n in range(1, 8)]
    found = play(book(one(FLAPPING)), changes + calm, 2000)
    assert told(found) == [("device_unsteady", "opened", 200.0), ("device_unsteady", "cleared", 800.0)]
    assert reasons(found)[0].startswith("unsteady: contact changed 5 times in 160 s; 5 in 300 s are too many")


def test_a_silent_device_is_told_as_health_and_as_a_situation_and_only_a_reading_ends_both() -> None:
    given = book(one(MISSING, silence="10m"))
    found = play(given, [said(20.0, 60, "temperature"), said(21.0, 9000, "temperature")], 10_000)
    assert silences(found) == [
        ("d", "raised", 660.0),
        ("d", "cleared", 9000.0),
        ("d", "raised", 9600.0),
    ]
    kinds = [each for each in told(found) if each[1] != "updated"]
    assert kinds == [("device_silent", "opened", 1860.0), ("device_silent", "cleared", 9060.0)]


def test_a_low_battery_is_a_situation_of_its_own_kind_without_a_rule() -> None:
    values = [(40.0, 0), (14.0, 10), (20.0, 20), (26.0, 30)]
    found = play(book(one()), [said(value, s, "battery") for value, s in values], 500)
    assert told(found) == [("device_battery", "opened", 10.0), ("device_battery", "cleared", 90.0)]
    assert told(play(book(one(battery=0)), [said(1.0, 0, "battery")], 500)) == []


def dark(**more: Any) -> Any:
    """A lamp that is off, and a meter elsewhere that says there is power."""
    rule = {
        "kind": "combination",
        "incident": "street_lamp",
        "conditions": [
            {"quantity": "switch", "value": False},
            {"device": "meter", "quantity": "power", "above": 50},
        ],
        **more,
    }
    return settings({"id": "lamp", "rules": [rule]}, {"id": "meter"})


def test_a_lamp_that_is_off_while_there_is_power() -> None:
    readings = [
        said(False, 0, "switch", "lamp"),
        said(60.0, 10, "power", "meter"),
        said(True, 500, "switch", "lamp"),
    ]
    found = play(book(dark(after="1m")), readings, 1000)
    assert told(found) == [("street_lamp", "opened", 70.0), ("street_lamp", "cleared", 560.0)]
    assert reasons(found)[0] == "conditions_hold: together: switch is off; meter: power is 60 W"
    first = found[0]
    assert isinstance(first, SituationFound)
    assert [(each.device, each.quantity, each.value) for each in first.readings] == [
        ("lamp", "switch", False),
        ("meter", "power", 60.0),
    ]


def test_what_changes_at_one_instant_is_judged_as_one() -> None:
    both = [
        Reading("lamp", "switch", True, said(True, 0).at),
        Reading("meter", "power", 60.0, said(True, 0).at),
        Reading("lamp", "switch", False, said(True, 50).at),
        Reading("meter", "power", 0.0, said(True, 50).at),
    ]
    assert told(play(book(dark()), both, 1000)) == []


def test_what_runs_out_between_two_readings_of_one_round_is_told_in_its_own_time() -> None:
    readings = [
        said(False, 0, "switch", "lamp"),
        said(60.0, 10, "power", "meter"),
        said(61.0, 400, "power", "meter"),
    ]
    given = book(dark(after="1m"))
    for reading in readings:
        given.take([reading], reading.at or 0.0)
    assert told(given.advance(T0 + 500)) == [("street_lamp", "opened", 70.0)]


def test_within_counts_what_has_just_ended() -> None:
    apart = [
        said(False, 0, "switch", "lamp"),
        said(True, 5, "switch", "lamp"),
        said(60.0, 20, "power", "meter"),
    ]
    assert told(play(book(dark()), apart, 1000)) == []
    found = play(book(dark(within="1m")), apart, 1000)
    assert told(found) == [("street_lamp", "opened", 20.0), ("street_lamp", "cleared", 125.0)]


def test_any_and_so_many_of_several() -> None:
    lamp_off = [said(False, 0, "switch", "lamp")]
    assert [each[2] for each in told(play(book(dark(need="any")), lamp_off, 500))] == [0.0]
    assert told(play(book(dark(need=2)), lamp_off, 500)) == []


def test_the_word_of_a_device_that_fell_silent_decides_nothing() -> None:
    readings = [said(60.0, 0, "power", "meter"), said(False, 100_000, "switch", "lamp")]
    assert told(play(book(dark()), readings, 101_000)) == []


LAMP = {
    "kind": "combination",
    "incident": "street_lamp",
    "conditions": [{"quantity": "switch", "value": True}, {"sun": {"above": 6}}],
}
PLACE = {"lon": 116.4, "lat": 39.9}


def test_a_lamp_that_is_still_on_when_the_sun_is_up() -> None:
    # T0 is 22:13 in Beijing on 21 September; the sun is 6 degrees up there at 06:37 on the 22nd.
    on = [said(True, 600.0 * n, "switch") for n in range(60)]
    found = play(book(one(LAMP, position=PLACE)), on, 36_000)
    (kind, phase, at), *_ = told(found)
    assert (kind, phase) == ("street_lamp", "opened")
    assert abs(at - (8 * 3600 + 24 * 60 - 200)) < 300
    assert at % 60 == 40  # T0 lies 20 seconds after a full minute
    assert "the sun stands at 6." in reasons(found)[0]


def test_hours_in_place_of_the_sun() -> None:
    schedule = {"timezone": "Asia/Shanghai", "calendar": "none", "spans": [{"hours": "08:00-16:00"}]}
    rule = {**LAMP, "conditions": [{"quantity": "switch", "value": True}, {"schedule": schedule}]}
    on = [said(True, 600.0 * n, "switch") for n in range(70)]
    (_, phase, at), *_ = told(play(book(one(rule)), on, 42_000))
    assert (phase, at) == ("opened", 9 * 3600 + 46 * 60 + 40)  # 08:00 in Beijing, from 22:13:20


@pytest.mark.parametrize(
    ("when", "lon", "lat", "degrees"),
    [
        (
            "2026-06-21T04:15:40+00:00",
            116.4,
            39.9,
            73.54,
        ),  # 90 - latitude + 23.44, at the noon of the solstice
        ("2026-12-21T20:30:00+00:00", 0.0, -90.0, 23.44),  # at the pole it stands as high as it declines
        ("2026-06-20T20:46:00+00:00", 116.4, 39.9, -0.83),  # the almanac's sunrise of Beijing, 04:46
        ("2026-09-23T00:05:00+00:00", 0.0, 0.0, -86.87),  # 12.5 minutes after midnight by the sun
    ],
)
def test_the_sun_stands_where_almanacs_say(when: str, lon: float, lat: float, degrees: float) -> None:
    assert elevation(datetime.fromisoformat(when).timestamp(), lon, lat) == pytest.approx(degrees, abs=0.12)
