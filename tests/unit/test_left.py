"""When the rule for left things speaks, what it says, and why it keeps silent."""

import json
from dataclasses import replace

import pytest
from pydantic import ValidationError

from broker.events import Reason
from edge.observation import Observation, StaticRegion
from edge.places import Finding, Place
from edge.rule import Zone
from edge.rules import left
from tests.replays.looks import UTC_MINUS_T, look, times

CORNERS = [(0.3, 0.4), (0.7, 0.4), (0.7, 0.8), (0.3, 0.8)]
PAVEMENT = Zone("pavement", "the pavement", CORNERS, "1")
HEAP = StaticRegion(
    "r-0123456789", (0.4, 0.5, 0.5, 0.6), 0.008, 0.0, 0.0, 0.92, 0.8, verdict="left", state="settled"
)
CAR = Place("p-1", "vehicle", "car", 0.8, (0.4, 0.45, 0.6, 0.62), "confirmed", 0.0, 0.0, 0.0, 1.0, ())


class Night:
    """Hours in which nothing counts."""

    def seconds(self, since: float, until: float) -> float:
        return 0.0

    def closed(self, utc: float) -> Reason | None:
        return Reason(code="closed", text="the market is open until 20:00")


def rule_of(zone: Zone = PAVEMENT, **changes: object) -> left.Left:
    given = {"kind": "left", "incident": "exposed_garbage", "dwell": "60s", **changes}
    return left.Left(left.Settings.model_validate(given), zone)


def at(t: float, **changes: object) -> StaticRegion:
    """A heap that lies in the zone since 0 and has been seen all the time until t."""
    return replace(HEAP, **{"seen_s": t, **changes})  # type: ignore[arg-type]


def seen(t: float, *regions: StaticRegion, trusted: bool = True, utc: float | None = None) -> Observation:
    return replace(look(t, trusted=trusted, utc=utc), regions=regions)


def steps(rule: left.Left, *looks: Observation) -> list[Finding]:
    return [finding for one in looks for finding in rule.step(one, [])]


def test_it_opens_once_the_dwell_has_passed_and_says_why() -> None:
    rule = rule_of()
    assert rule.step(seen(59.0, at(59.0)), []) == []

    (finding,) = rule.step(seen(61.0, at(58.0)), [])

    assert (finding.phase, finding.revision, finding.share) == ("opened", 0, 1.0)
    assert [reason.text for reason in finding.reasons] == [
        "the picture says: left, settled",
        "it covers 0.80% of the picture; 0.10% to 30% count",
        "100% of its box is in zone the pavement, 50% needed",
        "has lain there for 61.0 s; 60 s are allowed",
        "really seen 95% of that time, 20% needed",
    ]
    place = finding.place
    assert (place.group, place.label, place.score, place.box) == ("pile", "left_thing", 0.92, HEAP.box)
    assert (place.since, place.last_seen, place.observed_s, place.state) == (0.0, 61.0, 58.0, "confirmed")


@pytest.mark.parametrize(
    ("region", "places", "code"),
    [
        (at(90.0, verdict="young"), [], "is_young"),
        (at(90.0, verdict="alive"), [], "is_alive"),
        (at(90.0, verdict="explained"), [], "is_explained"),
        (at(90.0, verdict="removed", state="absorbed"), [], "is_removed"),
        (at(90.0, state="covered"), [], "is_left"),
        (at(90.0, area=0.0005), [], "wrong_size"),
        (at(90.0, area=0.4), [], "wrong_size"),
        (at(90.0, box=(0.24, 0.5, 0.34, 0.6)), [], "outside_zone"),
        (at(90.0), [CAR], "explained"),
        (at(90.0), [replace(CAR, state="candidate")], "explained"),
        (at(90.0, since=45.0), [], "not_long_enough"),
        (at(10.0), [], "hardly_seen"),
        (at(90.0), [replace(CAR, state="cleared")], "seen"),
        (at(90.0), [replace(CAR, group="thing")], "seen"),
        (at(90.0), [replace(CAR, box=(0.46, 0.45, 0.6, 0.62))], "seen"),
    ],
)
def test_the_ladder_ends_where_it_fails(region: StaticRegion, places: list[Place], code: str) -> None:
    rule, now = rule_of(), seen(90.0, region)

    ladder = [reason.code for reason in rule.why(region, now, places)]

    assert ladder[-1] == code
    assert bool(rule.step(now, places)) is (code == "seen")


def test_nothing_opens_outside_the_hours_and_what_is_open_stays() -> None:
    by_day, by_night = rule_of(), rule_of(replace(PAVEMENT, hours=Night()))
    (opened,) = by_day.step(seen(61.0, at(61.0)), [])
    by_night.restore(by_day.dump())

    assert rule_of(replace(PAVEMENT, hours=Night())).step(seen(90.0, at(90.0)), []) == []
    assert by_night.step(seen(90.0, at(90.0)), []) == []
    (cleared,) = by_night.step(seen(95.0, at(90.0, state="gone")), [])
    assert (cleared.phase, cleared.situation) == ("cleared", opened.situation)


def test_with_labels_only_what_the_classifier_names_surely() -> None:
    rule = rule_of(labels=["heap"], sure=0.6)
    regions = [at(61.0), at(61.0, label="bench", score=0.9), at(61.0, label="heap", score=0.5)]

    assert steps(rule, *(seen(61.0, region) for region in regions)) == []
    assert (
        rule.why(regions[1], seen(61.0), ())[-1].text == "the classifier calls it bench at 90%; wanted: heap"
    )
    (finding,) = rule.step(seen(62.0, at(62.0, label="heap", score=0.7)), [])
    assert (finding.place.label, finding.place.score) == ("heap", 0.7)


def test_it_is_told_again_when_it_has_grown_and_at_doubling_times() -> None:
    looks = [seen(t, at(t, area=0.008 if t < 90 else 0.013)) for t in times(60, 500, 10)]

    found = steps(rule_of(), *looks)

    told = [(f.phase, f.place.last_seen, f.reasons[0].code) for f in found]
    assert told == [
        ("opened", 60.0, "unexplained"),
        ("updated", 90.0, "grown"),
        ("updated", 120.0, "still_there"),
        ("updated", 240.0, "still_there"),
        ("updated", 480.0, "still_there"),
    ]
    assert [f.revision for f in found] == [0, 1, 2, 3, 4]


def test_while_it_is_covered_nothing_is_said() -> None:
    rule = rule_of()
    steps(rule, seen(61.0, at(61.0)))

    assert steps(rule, *(seen(t, at(61.0, state="covered")) for t in (100.0, 300.0, 900.0))) == []


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ({"state": "gone"}, "ground_clean"),
        ({"state": "absorbed", "verdict": "shadow"}, "no_thing"),
        ({"verdict": "explained"}, "explained"),
    ],
)
def test_it_ends_with_its_reason(end: dict[str, object], code: str) -> None:
    rule = rule_of()
    (opened,) = steps(rule, seen(61.0, at(61.0)))

    (cleared,) = steps(rule, seen(95.0, at(90.0, **end)))

    assert (cleared.phase, cleared.situation, cleared.revision) == ("cleared", opened.situation, 1)
    assert [reason.code for reason in cleared.reasons] == [code, "lain"]
    assert cleared.place.state == "cleared"
    assert steps(rule, seen(99.0)) == []
    assert rule.dump() == rule_of().dump()


def test_two_piles_that_grow_together_are_the_older_ticket() -> None:
    rule = rule_of()
    young = at(61.0, id="r-young", since=1.0, box=(0.52, 0.5, 0.6, 0.6))
    older, younger = steps(rule, seen(62.0, at(62.0), young))

    pile = at(70.0, area=0.02, merged=("r-young",))
    found = steps(rule, seen(70.0, pile))

    assert [(f.phase, f.situation) for f in found] == [
        ("cleared", younger.situation),
        ("updated", older.situation),
    ]
    assert found[0].reasons[0].code == "merged"


def test_the_ticket_of_a_merged_region_goes_on_under_the_one_that_is_left() -> None:
    rule = rule_of()
    (opened,) = steps(rule, seen(61.0, at(61.0)))

    found = steps(rule, seen(62.0, at(20.0, id="r-other", area=0.02, merged=(HEAP.id,))))

    assert [(f.phase, f.situation) for f in found] == [("updated", opened.situation)]
    assert list(rule.dump()["open"]) == ["r-other"]


def test_a_region_no_longer_given_is_lost_after_a_while() -> None:
    rule = rule_of()
    (opened,) = steps(rule, seen(61.0, at(61.0)))

    assert steps(rule, *(seen(t) for t in (62.0, 75.0, 90.0))) == []
    (lost,) = steps(rule, seen(91.5))

    assert (lost.phase, lost.situation, lost.reasons[0].code) == ("cleared", opened.situation, "region_lost")
    assert rule.dump() == rule_of().dump()


def test_a_view_without_trust_neither_opens_nor_ends_anything() -> None:
    rule = rule_of()
    assert steps(rule, seen(61.0, at(61.0), trusted=False)) == []
    steps(rule, seen(62.0, at(62.0)))

    assert steps(rule, seen(70.0, at(70.0, state="gone"), trusted=False), seen(80.0, trusted=False)) == []


def test_what_a_car_explained_for_a_while_is_another_situation_afterwards() -> None:
    """A cleared situation stays cleared at the centre: under the old name nobody would hear of it."""
    rule = rule_of()
    found = steps(
        rule,
        seen(61.0, at(61.0)),
        seen(70.0, at(70.0, verdict="explained")),
        seen(80.0, at(80.0)),
        seen(90.0, at(90.0, state="gone")),
        seen(91.0),
    )

    assert [f.phase for f in found] == ["opened", "cleared", "opened", "cleared"]
    assert found[0].situation != found[2].situation
    assert rule.dump() == rule_of().dump()


def test_a_restart_gives_no_second_opened_and_the_same_times() -> None:
    rule = rule_of()
    (opened,) = steps(rule, seen(61.0, at(61.0)))
    again = rule_of()
    again.restore(json.loads(json.dumps(rule.dump())))

    after = seen(1005.0, at(66.0, since=939.0), utc=UTC_MINUS_T + 66.0)
    assert again.step(after, []) == []
    gone = at(70.0, since=939.0, state="gone")
    (cleared,) = again.step(seen(1010.0, gone, utc=UTC_MINUS_T + 71.0), [])

    assert (cleared.situation, cleared.revision) == (opened.situation, 1)
    assert (cleared.place.since, cleared.place.last_seen) == (939.0, 1005.0)


@pytest.mark.parametrize("dump", [{}, {"version": 2}, {"version": 1, "open": {"r": {}}, "ended": {}}])
def test_what_is_no_dump_is_refused(dump: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no dump of a left rule"):
        rule_of().restore(dump)


def test_two_rules_in_one_zone_are_two_situations() -> None:
    names = {
        steps(rule_of(**changes), seen(99.0, at(99.0)))[0].situation
        for changes in ({}, {"id": "strict"}, {"incident": "disorderly_piling"})
    }

    assert len(names) == 3


@pytest.mark.parametrize(("dwell", "pace"), [("20s", 2.5), ("40s", 5.0), ("10m", 10.0)])
def test_the_longer_the_dwell_the_rarer_the_looks(dwell: str, pace: float) -> None:
    given = {"kind": "left", "incident": "exposed_garbage", "dwell": dwell}

    assert left.Settings.model_validate(given).pace_s == pace


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dwell": "19s"}, "greater than or equal to 20"),
        ({"share": 0}, "greater than 0"),
        ({"most": 1.5}, "less than or equal to 1"),
        ({"size": 3}, "not permitted"),
    ],
)
def test_a_wrong_setting_is_a_fault(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        rule_of(**wrong)


@pytest.mark.parametrize("step", [3600.0, -7200.0, -86400.0 * 400])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_clock_that_is_set_makes_nothing_lie_longer_or_shorter(step: float, restarted: bool) -> None:
    rule = rule_of()
    steps(rule, seen(61.0, at(61.0)), seen(62.0, at(62.0)))
    if restarted:
        dump = json.loads(json.dumps(rule.dump(deep=True)))
        rule = rule_of()
        rule.restore(dump)
    set_to = UTC_MINUS_T + step
    told = steps(
        rule,
        seen(70.0, at(70.0), utc=70.0 + set_to),
        seen(80.0, at(80.0, state="gone"), utc=80.0 + set_to),
    )
    (cleared,) = [finding for finding in told if finding.phase == "cleared"]
    assert cleared.reasons[-1].text == "lay for 70 s in all"
    assert (cleared.place.since, cleared.place.last_seen) == (0.0, 70.0)
    assert cleared.place.coverage == 1.0


def test_a_clock_that_went_back_over_a_restart_lets_no_time_pass() -> None:
    rule, again = rule_of(), rule_of()
    steps(rule, seen(61.0, at(61.0)), seen(62.0, at(62.0)))
    again.restore(json.loads(json.dumps(rule.dump())))
    set_to = UTC_MINUS_T - 86400.0
    steps(again, seen(5.0, at(62.0, since=-57.0), utc=62.0 + set_to))
    (cleared,) = steps(again, seen(15.0, at(72.0, since=-57.0, state="gone"), utc=72.0 + set_to))
    assert cleared.reasons[-1].text == "lay for 62 s in all"
    assert (cleared.place.since, cleared.place.last_seen) == (-57.0, 5.0)
