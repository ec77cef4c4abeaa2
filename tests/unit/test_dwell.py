"""When the dwell rule speaks, what it says, and why it keeps silent."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from pydantic import ValidationError

from edge.ledger import Ledger
from edge.observation import Box, Observation
from edge.places import Finding, Place
from edge.rule import Zone
from edge.rules import dwell
from edge.schedule import ScheduleSettings, hours_of
from edge.situations import situation_id
from tests.replays.looks import CAR, UTC_MINUS_T, car, look, shifted, times

KERB = Zone("kerb", "the kerb", [(0.3, 0.4), (0.6, 0.4), (0.6, 0.7), (0.3, 0.7)], "1")
PLACE = Place("p-1", "vehicle", "car", 0.8, CAR, "confirmed", 0.0, 0.0, 0.0, 1.0, ())


def rule_of(**changes: object) -> dwell.Dwell:
    given = {"kind": "dwell", "incident": "illegal_parking", "dwell": "5s", **changes}
    return dwell.Dwell(dwell.Settings.model_validate(given), "cam", KERB)


def at(t: float, **changes: object) -> Place:
    """A car that stands in the zone since 0 and is seen at t."""
    return replace(PLACE, **{"last_seen": t, "observed_s": t, **changes})  # type: ignore[arg-type]


def run(ledger: Ledger, rule: dwell.Dwell, looks: Iterable[Observation]) -> list[Finding]:
    found = []
    for seen in looks:
        cleared = [place for place in ledger.step(seen) if place.state == "cleared"]
        found += rule.step(seen, [*ledger.places, *cleared])
    return found


def told(rule: dwell.Dwell, places: Iterable[Place]) -> list[tuple[str, float]]:
    return [(f.phase, p.last_seen) for p in places for f in rule.step(look(p.last_seen), [p])]


def test_it_opens_once_the_dwell_has_passed_and_says_why() -> None:
    rule = rule_of()
    assert rule.step(look(4.5), [at(4.5)]) == []

    (finding,) = rule.step(look(5.0), [at(5.0, coverage=0.96)])

    assert (finding.phase, finding.revision, finding.share) == ("opened", 0, 1.0)
    assert [reason.text for reason in finding.reasons] == [
        "100% of its footprint is in zone the kerb, 50% needed",
        "has stood for 5.0 s; 5 s are allowed",
        "really observed 96% of that time",
    ]


def test_what_was_hardly_seen_is_not_said_to_have_stood() -> None:
    rule = rule_of(coverage=0.25)

    assert rule.step(look(392.0), [at(392.0, coverage=0.02)]) == []
    ladder = [reason.code for reason in rule.why(at(392.0, coverage=0.02), 392.0)]
    assert ladder == ["in_zone", "dwelt", "hardly_observed"]
    text = "really observed 2% of that time, 25% needed"
    assert rule.why(at(392.0, coverage=0.02), 392.0)[-1].text == text
    assert [f.phase for f in rule.step(look(500.0), [at(500.0, coverage=0.25)])] == ["opened"]


def test_it_is_told_again_at_doubling_times_only() -> None:
    phases = told(rule_of(), [at(t) for t in times(0, 100)])

    assert phases == [
        ("opened", 5.0),
        ("updated", 10.0),
        ("updated", 20.0),
        ("updated", 40.0),
        ("updated", 80.0),
    ]


def test_after_a_long_silence_it_is_told_once() -> None:
    assert told(rule_of(), [at(5.0), at(1000.0), at(1000.5)]) == [("opened", 5.0), ("updated", 1000.0)]


def test_another_label_is_told() -> None:
    rule = rule_of()
    rule.step(look(5.0), [at(5.0)])

    (finding,) = rule.step(look(6.0), [at(6.0, label="truck")])

    assert finding.phase == "updated"
    assert finding.reasons[0].text == "taken for a truck now, for a car before"
    assert rule.step(look(6.5), [at(6.5, label="truck")]) == []


def test_a_cleared_place_clears_the_situation_once() -> None:
    rule = rule_of()
    (opened,) = rule.step(look(5.0), [at(5.0)])
    gone = at(30.0, state="cleared", reasons=(opened.reasons[0],))

    (cleared,) = rule.step(look(70.0), [gone])

    assert (cleared.phase, cleared.situation, cleared.revision) == ("cleared", opened.situation, 1)
    assert cleared.reasons[-1].text == "stood for 30.0 s in all"
    assert rule.step(look(71.0), []) == []
    assert rule.dump()["open"] == {}


def test_a_place_cleared_before_it_was_told_says_nothing() -> None:
    assert rule_of().step(look(70.0), [at(3.0, state="cleared")]) == []


@pytest.mark.parametrize(("dx", "opens"), [(0.0, True), (0.14, True), (0.16, False), (0.3, False)])
def test_the_share_of_the_footprint_decides(dx: float, opens: bool) -> None:
    place = at(6.0, box=shifted(CAR, dx))

    assert bool(rule_of().step(look(6.0), [place])) is opens


def test_a_shaking_box_at_the_border_does_not_flicker() -> None:
    shaking: list[Box] = [shifted(CAR, 0.15 + (0.01 if i % 2 else -0.01)) for i in range(60)]

    phases = told(rule_of(), [at(6.0 + i, box=box) for i, box in enumerate(shaking)])

    assert [phase for phase, _ in phases if phase != "updated"] == ["opened"]


def test_a_thing_that_leaves_the_zone_is_cleared() -> None:
    rule = rule_of()
    rule.step(look(5.0), [at(5.0)])

    (finding,) = rule.step(look(8.0), [at(8.0, box=shifted(CAR, 0.3))])

    assert finding.phase == "cleared"
    assert finding.reasons[0].code == "outside_zone"
    assert rule.step(look(8.5), [at(8.5, box=shifted(CAR, 0.3))]) == []


def test_a_thing_that_left_the_zone_and_creeps_back_is_another_situation() -> None:
    """A cleared situation stays cleared at the centre: under the old name nobody would hear of it."""
    rule, outside = rule_of(queue="ignore"), shifted(CAR, 0.3)
    (first,) = rule.step(look(5.0), [at(5.0)])
    rule.step(look(8.0), [at(8.0, box=outside)])
    again = rule_of(queue="ignore")
    again.restore(json.loads(json.dumps(rule.dump())))

    found = [again.step(look(t), [at(t, box=box)]) for t, box in ((9.0, CAR), (10.0, outside), (11.0, CAR))]

    names = [finding.situation for (finding,) in found]
    assert [finding.phase for (finding,) in found] == ["opened", "cleared", "opened"]
    assert [finding.revision for (finding,) in found] == [0, 1, 0]
    assert names[0] == names[1]
    assert len({first.situation, names[0], names[2]}) == 3
    again.step(look(12.0), [])
    assert again.dump()["open"] == again.dump()["left"] == again.dump()["from"] == {}


def test_a_dump_of_before_things_could_come_back_is_read() -> None:
    rule = rule_of()
    (opened,) = rule.step(look(5.0), [at(5.0)])
    old = {key: value for key, value in rule.dump().items() if key in ("version", "open")}
    again = rule_of()
    again.restore(old)

    (cleared,) = again.step(look(8.0), [at(8.0, box=shifted(CAR, 0.3))])

    assert cleared.situation == opened.situation


def test_two_rules_of_one_incident_in_one_zone_are_two_situations() -> None:
    names = {
        rule_of(**changes).step(look(9.0), [at(9.0)])[0].situation
        for changes in ({}, {"id": "short"}, {"id": "long", "dwell": "9s"})
    }

    assert len(names) == 3


def test_it_opens_only_at_a_look_that_sees_the_thing() -> None:
    rule = rule_of()

    assert rule.step(look(60.0), [at(4.0)]) == []
    assert rule.step(look(60.0), [at(4.0, state="occluded")]) == []
    assert [f.phase for f in rule.step(look(61.0), [at(61.0)])] == ["opened"]


def test_it_says_nothing_while_the_view_is_not_trusted() -> None:
    rule = rule_of()

    assert rule.step(look(6.0, trusted=False), [at(6.0)]) == []


def test_only_its_groups() -> None:
    bicycle = at(9.0, group="two_wheeler", label="bicycle")

    assert rule_of().step(look(9.0), [bicycle]) == []
    assert len(rule_of(groups=["vehicle", "two_wheeler"]).step(look(9.0), [bicycle])) == 1


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        (at(9.0, group="two_wheeler"), ["other_group"]),
        (at(8.0), ["not_seen_now"]),
        (at(9.0, state="occluded"), ["not_seen_now"]),
        (at(9.0, box=shifted(CAR, 0.3)), ["outside_zone"]),
        (at(9.0, since=6.0), ["in_zone", "not_long_enough", "observed"]),
        (at(9.0), ["in_zone", "dwelt", "observed"]),
    ],
)
def test_why_and_why_not(place: Place, codes: list[str]) -> None:
    assert [reason.code for reason in rule_of().why(place, 9.0)] == codes


DAYTIME = {"spans": [{"hours": "07:00-21:00"}], "timezone": "UTC"}
MIDNIGHT = 1_780_012_800.0  # 2026-05-29 00:00 UTC
SEVEN, NINE_PM = 7 * 3600.0, 21 * 3600.0


def by_day(**changes: object) -> dwell.Dwell:
    given = {"kind": "dwell", "incident": "illegal_parking", "dwell": "5m", **changes}
    hours = hours_of(ScheduleSettings.model_validate(DAYTIME))
    return dwell.Dwell(dwell.Settings.model_validate(given), "cam", replace(KERB, hours=hours))


def on_the_day(t: float) -> Observation:
    """A look so many seconds after midnight."""
    return look(t, utc=MIDNIGHT + t)


def test_what_has_stood_since_the_night_is_told_when_it_has_stood_within_the_hours() -> None:
    rule, night = by_day(), 3 * 3600.0
    for t in (night + 60.0, SEVEN - 1.0, SEVEN, SEVEN + 299.0):
        assert rule.step(on_the_day(t), [at(t, since=night)]) == []

    (finding,) = rule.step(on_the_day(SEVEN + 300.0), [at(SEVEN + 300.0, since=night)])

    text = "has stood for 300.0 s within the zone's hours (14700.0 s in all); 300 s are allowed"
    assert finding.reasons[1].text == text
    assert finding.place.since == night


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
