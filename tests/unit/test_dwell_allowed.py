"""What a dwell allows, and what ends it."""

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from pydantic import ValidationError

from edge.ledger import Ledger
from edge.rules import dwell
from edge.schedule import ScheduleSettings, hours_of
from edge.situations import situation_id
from tests.replays.looks import CAR, UTC_MINUS_T, car, look, shifted, times
from tests.unit.test_dwell import KERB, NINE_PM, PLACE, SEVEN, at, by_day, on_the_day, rule_of, run, told


def test_outside_the_hours_the_ladder_says_when_they_begin() -> None:
    rule = by_day()
    rule.step(on_the_day(SEVEN - 60.0), [at(SEVEN - 60.0)])

    last = rule.why(at(SEVEN - 60.0), SEVEN - 60.0)[-1]

    assert last.code == "outside_hours"
    assert last.text.endswith("they begin on Fri 29 May 07:00")


def test_what_is_open_ends_with_the_hours_and_is_another_situation_the_next_day() -> None:
    rule, evening = by_day(), NINE_PM - 400.0
    (opened,) = rule.step(on_the_day(NINE_PM - 100.0), [at(NINE_PM - 100.0, since=evening)])
    (over,) = rule.step(on_the_day(NINE_PM), [at(NINE_PM, since=evening)])
    again = by_day()
    again.restore(json.loads(json.dumps(rule.dump())))
    stepped_back = again.step(on_the_day(NINE_PM - 5.0), [at(NINE_PM - 5.0, since=evening)])
    seven = 86400.0 + SEVEN
    early = [again.step(on_the_day(t), [at(t, since=evening)]) for t in (seven, seven + 299.0)]
    (next_day,) = again.step(on_the_day(seven + 300.0), [at(seven + 300.0, since=evening)])

    assert (over.phase, over.situation, over.revision) == ("cleared", opened.situation, 1)
    assert over.reasons[0].code == "hours_over"
    assert stepped_back == []
    assert early == [[], []]
    assert (next_day.phase, next_day.revision) == ("opened", 0)
    assert next_day.situation != opened.situation
    again.step(on_the_day(seven + 400.0), [])
    assert again.dump()["from"] == {}


def test_holidays_that_are_not_known_are_told_with_the_finding() -> None:
    hours = hours_of(ScheduleSettings.model_validate({"spans": [{"days": ["workdays"]}]}))
    zone = replace(KERB, hours=hours)
    settings = dwell.Settings.model_validate({"kind": "dwell", "incident": "illegal_parking", "dwell": "5s"})
    noon = datetime(2199, 10, 1, 4, tzinfo=timezone.utc).timestamp()

    (finding,) = dwell.Dwell(settings, "cam", zone).step(look(5.0, utc=noon), [at(5.0)])

    assert finding.reasons[-1].code == "calendar_unknown"


@pytest.mark.parametrize(
    ("allow", "label", "opens"),
    [
        ({"truck": "10s"}, "truck", 10.0),
        ({"truck": "10s"}, "car", 5.0),
        ({"truck": "3s"}, "truck", 3.0),
        ({"vehicle": "8s", "truck": "10s"}, "car", 8.0),
        ({"vehicle": "8s", "truck": "10s"}, "truck", 10.0),
    ],
)
def test_some_may_stand_longer_or_shorter(allow: dict[str, str], label: str, opens: float) -> None:
    told_ = told(rule_of(allow=allow), [at(t, label=label) for t in times(1, 12)])

    assert told_[0] == ("opened", opens)


def test_the_reason_names_whom_the_time_is_for() -> None:
    rule = rule_of(allow={"truck": "10m"})
    truck = at(300.0, label="truck")

    assert rule.why(truck, 300.0)[1].text == "has stood for 300.0 s; 600 s are allowed for a truck"


@pytest.mark.parametrize(
    ("settings", "pace"),
    [
        ({"dwell": "1s"}, 0.2),
        ({"dwell": "8s"}, 1.0),
        ({"dwell": "5m"}, 10.0),
        ({"dwell": "5m", "allow": {"bus": "16s"}}, 2.0),
    ],
)
def test_it_wants_more_looks_where_less_is_allowed(settings: dict[str, object], pace: float) -> None:
    given = {"kind": "dwell", "incident": "illegal_parking", **settings}

    assert dwell.Settings.model_validate(given).pace_s == pytest.approx(pace)


def test_what_may_be_waiting_is_held_and_says_so() -> None:
    rule = rule_of()
    pair = [at(5.0), at(5.0, id="p-2", box=shifted(CAR, 0.11))]

    assert rule.step(look(5.0), pair) == []
    held = rule.why(pair[0], 5.0)[-1]
    assert held.code == "in_queue"
    text = "held: another beside it stands too, the last to stop 5 s ago; after 300 s it is no queue"
    assert held.text == text
    late = [replace(place, last_seen=301.0, observed_s=301.0) for place in pair]
    rule.step(look(301.0), late)
    assert len(rule.dump()["open"]) == 2


def test_every_place_has_its_own_situation_and_every_episode() -> None:
    names = {
        situation_id(place, zone, incident)
        for place in (PLACE, replace(PLACE, id="p-2"), replace(PLACE, episode=1))
        for zone in ("kerb", "gate")
        for incident in ("illegal_parking", "fire_lane_occupied")
    }

    assert len(names) == 12


def test_a_restart_gives_no_second_opened_and_the_same_id() -> None:
    ledger, rule = Ledger("cam"), rule_of()
    (opened,) = run(ledger, rule, [look(t, car()) for t in times(0, 8)])
    saved = json.loads(json.dumps([ledger.dump(), rule.dump()]))

    ledger = Ledger.restore("cam", saved[0], t=100.0, utc=UTC_MINUS_T + 8.0)
    rule = rule_of()
    rule.restore(saved[1])
    after = run(ledger, rule, [look(t, car(), utc=t + UTC_MINUS_T - 92.0) for t in times(100, 104)])

    assert [(f.phase, f.situation, f.revision) for f in after] == [("updated", opened.situation, 1)]


def test_a_situation_whose_place_is_lost_ends_with_a_word() -> None:
    """The ledger's dump was damaged: the centre must not keep the situation open for ever."""
    rule = rule_of()
    (opened,) = rule.step(look(5.0), [at(5.0)])
    again = rule_of()
    again.restore(json.loads(json.dumps(rule.dump())))

    (ended,) = again.step(look(1000.0, utc=UTC_MINUS_T + 60.0), [])

    assert (ended.phase, ended.situation, ended.revision) == ("cleared", opened.situation, 1)
    assert ended.reasons[0].code == "place_lost"
    assert (ended.place.since, ended.place.last_seen) == (940.0, 945.0)
    assert (ended.place.box, ended.place.label) == (CAR, "car")
    assert again.dump()["open"] == {}
    assert again._shares == {}


def test_a_vehicle_that_comes_back_is_another_situation() -> None:
    ledger, rule = Ledger("cam"), rule_of()
    stays = [look(t, car()) for t in times(0, 10)]
    away = [look(t) for t in times(10, 60)]
    back = [look(t, car()) for t in times(60, 66)]

    found = run(ledger, rule, [*stays, *away, *back])

    assert [f.phase for f in found] == ["opened", "cleared", "opened"]
    assert found[0].situation == found[1].situation != found[2].situation
    assert found[2].place.since == 60.0


def test_nothing_is_kept_of_places_that_are_gone() -> None:
    rule = rule_of(queue="ignore")
    for i in range(50):
        rule.step(look(6.0 + i), [at(6.0 + i, id=f"p-{i}")])
    assert len(rule.dump()["open"]) == 1
    rule.step(look(98.0), [at(98.0, id="p-outside", box=shifted(CAR, 0.3))])
    assert list(rule._shares) == ["p-outside"]
    rule.step(look(99.0), [])

    assert rule.dump()["open"] == {}
    assert rule._shares == {}


@pytest.mark.parametrize(
    "data", [{}, {"version": 2, "open": {}}, {"version": 1, "open": {"p": {"x": 1}}}, []]
)
def test_a_wrong_dump_is_refused_with_words(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="this is no dump of a dwell rule"):
        rule_of().restore(data)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dwell": 5}, "5 is no duration"),
        ({"dwell": "0s"}, "greater than or equal to 1"),
        ({"share": 0}, "greater than 0"),
        ({"share": 1.2}, "less than or equal to 1"),
        ({"groups": []}, "at least 1 item"),
        ({"zone": "kerb"}, "Extra inputs are not permitted"),
        ({"allow": {"bicycle": "5m"}}, "allow: 'bicycle' is nothing this rule is about"),
        ({"allow": {"kiosk": "5m"}}, "known are vehicle, bus, car"),
        ({"allow": {"thing": "5m"}}, "'thing' is nothing this rule is about"),
        ({"allow": {"Truck": "5m"}}, "String should match pattern"),
        ({"allow": {"person": "5m"}}, "names a person"),
        ({"allow": {"truck": 5}}, "5 is no duration"),
        ({"queue": "wait"}, "Input should be 'hold' or 'ignore'"),
        ({"queue_hold": "2h"}, "less than or equal to 3600"),
    ],
)
def test_wrong_settings_are_faults(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        rule_of(**changes)
