"""When the dwell rule speaks, what it says, and why it keeps silent."""

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from edge.ledger import Ledger
from edge.observation import Box, Observation
from edge.places import Finding, Place
from edge.rule import Zone
from edge.rules import dwell
from edge.schedule import ScheduleSettings, hours_of
from tests.replays.looks import CAR, look, shifted, times

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
