"""What the book of flights decides, over drawn flights."""

import json
from dataclasses import replace

import pytest
import shapely

from broker.events import Reason
from edge.flight import asks, atlas
from edge.flight.found import FlightAsk, FlightSummary
from edge.flight.report import geojson, report
from edge.schedule import ScheduleSettings
from tests.flights import DAY, PLANE, Car, Flown, Heard, book, fly, zone

CARS = [Car(-30, 0), Car(-20, 24), Car(0, 0), Car(27, 5), Car(40, -32)]
LATER = DAY + 3600.0


def codes(heard: Heard) -> set[str]:
    return {reason.code for one in heard.findings for reason in one.reasons}


def summary(given: object) -> FlightSummary:
    assert isinstance(given, FlightSummary)
    return given


def test_parked_cars_become_one_situation_each_with_their_reasons() -> None:
    heard, _ = fly(book(), "one", Flown(CARS))

    assert heard.phases() == ["opened"] * 5
    assert len({one.situation for one in heard.findings}) == 5
    assert codes(heard) == {"stood", "zone_inside"}
    assert all(one.at == DAY + 4.0 and one.shown and one.shown.t == 4.0 for one in heard.findings)
    assert heard.findings[0].kind == "illegal_parking"
    assert heard.findings[0].rule.kind == "standing"


@pytest.mark.parametrize("speed", [0.5, 1.0, 4.0, 12.0])
@pytest.mark.parametrize("every", [0.2, 0.5, 1.0])
def test_what_moves_never_opens(speed: float, every: float) -> None:
    cars = [Car(-40, 0, (speed, 0.0)), Car(30, 30, (0.0, -speed))]
    heard, ended = fly(book(), "one", Flown(cars, every=every, seconds=10.0, jitter=0.2))

    assert heard.findings == []
    assert {n.reasons[0].code for n in summary(ended).nothing} <= {"moved", "too_short"}


def test_a_second_flight_finds_the_same_situations_though_it_is_off_by_ten_metres() -> None:
    given = book()
    first, _ = fly(given, "one", Flown(CARS))
    again, ended = fly(given, "two", Flown(CARS, LATER, shift=(8.0, 6.0), sd=4.0, seed=2))

    assert again.phases() == ["updated"] * 5
    assert {one.situation for one in again.findings} == {one.situation for one in first.findings}
    assert all(one.revision == 1 and one.flights == 2 for one in again.findings)
    assert all(one.reasons[0].code == "seen_again" for one in again.findings)
    shift = summary(ended).shift
    assert shift is not None
    assert shift == pytest.approx((8.0, 6.0), abs=0.3)


def test_the_one_that_left_is_cleared_and_its_neighbours_stay() -> None:
    given = book()
    first, _ = fly(given, "one", Flown(CARS))
    left = next(
        one.situation
        for one in first.findings
        if one.spot.longitude == max(f.spot.longitude for f in first.findings)
    )
    again, _ = fly(given, "two", Flown(CARS[:4], LATER, shift=(8.0, 6.0), sd=4.0, seed=2))

    cleared = [one for one in again.findings if one.phase == "cleared"]
    assert [one.situation for one in cleared] == [left]
    assert {reason.code for reason in cleared[0].reasons} == {"empty", "flight_shift"}
    assert cleared[0].last_seen < LATER
    assert again.phases().count("updated") == 4


def test_a_row_of_cars_that_fits_in_two_ways_clears_nothing() -> None:
    row = [Car(5.0 * n, 0.0) for n in range(6)]
    given = book()
    fly(given, "one", Flown(row))
    again, ended = fly(given, "two", Flown(row[:5], LATER, shift=(2.0, 0.0), sd=3.0, seed=2))

    assert "cleared" not in again.phases()
    assert "opened" not in again.phases()
    assert summary(ended).shift is None


def test_an_empty_place_is_cleared_once_and_a_new_car_is_another_situation() -> None:
    given = book()
    first, _ = fly(given, "one", Flown([Car(0, 0)]))
    empty, _ = fly(given, "two", Flown([], LATER))
    third, _ = fly(given, "three", Flown([Car(0, 0)], LATER + 3600.0))

    assert empty.phases() == ["cleared"]
    assert empty.findings[0].situation == first.findings[0].situation
    assert third.phases() == ["opened"]
    assert third.findings[0].situation != first.findings[0].situation


HALF = Flown([], LATER, over=(155.0, 0.0))  # the place at 0, 0 lies 5 m inside the picture's edge
BARE = Flown([], LATER)
WALL = shapely.box(-3.0, -3.0, 3.0, 3.0)


@pytest.mark.parametrize(
    "flown",
    [
        replace(BARE, over=(152.0, 0.0)),
        replace(BARE, over=(400.0, 0.0)),
        replace(BARE, hidden=WALL),
        replace(BARE, trusted=False),
        replace(BARE, refused=Reason(code="telemetry_gap", text="no telemetry")),
        replace(BARE, seconds=3.0),
        replace(BARE, seconds=6.0, every=6.0),
        replace(BARE, begin=DAY - 3600.0),
    ],
    ids=["half", "elsewhere", "hidden", "untrusted", "refused", "short", "two looks", "earlier"],
)
def test_what_was_not_seen_empty_is_never_cleared(flown: Flown) -> None:
    given = book()
    fly(given, "one", Flown([Car(0, 0)]))
    again, _ = fly(given, "two", flown)

    assert again.findings == []


@pytest.mark.parametrize("east", [93.0, 100.0, 106.0])
def test_at_the_edge_of_a_zone_nothing_opens_and_the_report_says_so(east: float) -> None:
    heard, ended = fly(book(), "one", Flown([Car(east, 0.0)]))

    assert heard.findings == []
    assert [n.reasons[0].code for n in summary(ended).nothing] == ["zone_uncertain"]


def test_why_things_became_nothing() -> None:
    cars = [Car(120.0, 0.0), Car(0.0, 0.0, group="two_wheeler")]
    heard, ended = fly(book(), "one", Flown(cars))
    assert heard.findings == []
    assert {n.reasons[0].code for n in summary(ended).nothing} == {"no_zone", "other_group"}

    _, ended = fly(book(), "one", Flown([Car(0.0, 0.0)], seconds=3.0))
    assert [n.reasons[0].code for n in summary(ended).nothing] == ["too_short"]

    night = ScheduleSettings.model_validate({"timezone": "UTC", "spans": [{"hours": "01:00-02:00"}]})
    heard, ended = fly(book(zone(schedule=night)), "one", Flown([Car(0.0, 0.0)]))
    assert heard.findings == []
    assert [n.reasons[0].code for n in summary(ended).nothing] == ["outside_hours"]


def test_a_dwell_over_two_flights() -> None:
    given = book(zone(dwell="30m"))
    first, ended = fly(given, "one", Flown([Car(0, 0)]))
    again, _ = fly(given, "two", Flown([Car(0, 0)], LATER, shift=(2.0, 1.0)))

    assert first.findings == []
    assert [n.reasons[0].code for n in summary(ended).nothing] == ["not_long_enough"]
    assert again.phases() == ["opened"]
    assert again.findings[0].reasons[0].code == "lasted"
    assert again.findings[0].since == DAY


def test_one_that_drives_off_while_it_is_watched_is_cleared() -> None:
    given, heard = book(), Heard([], [])
    given.begin("one", 0.0, DAY)
    for look in Flown([Car(0, 0)], seconds=5.0).looks():
        heard.add(given.step(look))
    for look in Flown([Car(0, 0, (6.0, 0.0))], DAY + 5.5, seconds=12.0).looks():
        heard.add(given.step(replace(look, t=look.t + 5.5)))

    assert heard.phases() == ["opened", "cleared"]


def test_looks_that_come_twice_or_late_change_nothing() -> None:
    once, twice = Heard([], []), Heard([], [])
    one, other = book(), book()
    one.begin("a", 0.0, DAY)
    other.begin("a", 0.0, DAY)
    looks = list(Flown(CARS).looks())
    for n, look in enumerate(looks):
        once.add(one.step(look))
        for each in (look, look, looks[n // 2]):
            twice.add(other.step(each))
    assert twice == once
    ended = other.end(9.0, DAY + 9.0)
    assert ended is not None
    assert ended.summary.repeated == 2 * len(looks)


def test_a_flight_is_taken_once() -> None:
    given = book()
    fly(given, "one", Flown(CARS))
    begun = given.begin("one", 0.0, DAY)

    assert begun.refused is not None
    assert begun.refused.code == "flown_before"
    assert given.flight is None


def test_a_flight_without_an_end_is_ended_by_the_next() -> None:
    given = book()
    given.begin("one", 0.0, DAY)
    for look in Flown(CARS, seconds=3.0).looks():
        given.step(look)
    begun = given.begin("two", 0.0, LATER)

    assert begun.cut is not None
    assert begun.cut.summary.cut is not None
    assert begun.cut.summary.cut.code == "cut_short"
    assert begun.cut.summary.end == DAY + 3.0
    assert given.flight == "two"


def test_a_place_that_nobody_looks_at_is_given_up_and_says_so() -> None:
    given = book(forget="1d")
    first, _ = fly(given, "one", Flown([Car(0, 0)]))

    assert given.overdue(DAY + 80_000.0).findings == ()
    (gone,) = given.overdue(DAY + 90_000.0).findings
    assert (gone.phase, gone.reasons[0].code, gone.flight) == ("cleared", "given_up", None)
    assert gone.situation == first.findings[0].situation
    assert len(given) == 0


def test_places_are_bounded_and_the_oldest_is_given_up_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "MOST_PLACES", 3)
    given = book()
    heard, ended = fly(given, "one", Flown(CARS))
    assert heard.phases() == ["opened"] * 3
    assert [n.reasons[-1].code for n in summary(ended).nothing] == ["too_many_places"] * 2

    later, _ = fly(given, "two", Flown([Car(300.0, 0.0)], LATER, over=(300.0, 0.0)))
    assert later.phases() == []
    assert len(given) == 3
    given = book(zone(half=1000.0))
    fly(given, "one", Flown(CARS))
    later, _ = fly(given, "two", Flown([Car(300.0, 0.0)], LATER, over=(300.0, 0.0)))
    assert later.phases() == ["cleared", "opened"]
    assert later.findings[0].reasons[0].code == "given_up_for_another"
    assert len(given) == 3


def test_a_rule_that_is_gone_ends_its_situations_after_a_restart() -> None:
    given = book()
    fly(given, "one", Flown([Car(0, 0)]))
    for zones, code in (((zone(name="other"),), "rule_gone"), ((zone(east=500.0),), "zone_outside")):
        other = book(*zones)
        assert other.restore(json.loads(json.dumps(given.dump())), LATER) == []
        assert [one.reasons[0].code for one in other.overdue(LATER).findings] == [code]
        assert other.overdue(LATER).findings == ()


def test_the_report_has_it_all_and_is_json() -> None:
    given = book()
    fly(given, "one", Flown(CARS))
    bad = Flown([], LATER + 20.0, seconds=1.0, refused=Reason(code="no_gimbal", text="no gimbal angles"))
    flown = Flown(CARS[:4], LATER, shift=(3.0, 0.0), seed=2, speed=(4.0, 0.0))
    given.ask(ask("x-1", kind="illegal_parking", at=(60.0, 60.0)), LATER)
    given.begin("two", 0.0, LATER)
    for look in flown.looks():
        given.step(look)
    for look in bad.looks():
        given.step(replace(look, t=look.t + 20.0))
    ended = given.end(30.0, LATER + 30.0)
    assert ended is not None

    told = json.loads(json.dumps(report(ended.summary, "drone", {"left_out": 3})))
    assert (len(told["seen_again"]), len(told["cleared"]), len(told["found"])) == (4, 1, 0)
    assert [row["outcome"] for row in told["answered"]] == ["clear"]
    assert told["pictures"] == {"all": 20, "placed": 17, "repeated": 0}
    assert told["not_placed"] == [{"code": "no_gimbal", "pictures": 3, "text": "no gimbal angles"}]
    assert told["coverage"]["zones"] == {"lane": 1.0}
    assert told["path"]["type"] == "LineString"
    assert len(told["path"]["coordinates"]) == 2  # straight on
    assert told["telemetry"] == {"left_out": 3}
    drawn = geojson(told)
    assert {each["properties"]["what"] for each in drawn["features"]} == {
        "path",
        "coverage",
        "seen_again",
        "cleared",
    }
    assert all(shapely.from_geojson(json.dumps(each["geometry"])).is_valid for each in drawn["features"])


def ask(
    situation: str, *, kind: str = "", at: tuple[float, float] | None = None, until: float = LATER + 7200.0
) -> FlightAsk:
    if at is None:
        return FlightAsk("c-1", situation, until, kind)
    latitude, longitude, _ = PLANE.place(*at)
    return FlightAsk("c-1", situation, until, kind, (), latitude, longitude, 5.0)


def answers(given: Heard) -> dict[str, tuple[str, str]]:
    return {one.ask.situation: (one.outcome, one.reasons[0].code) for one in given.answers}


def test_what_was_asked_is_answered_by_a_flight() -> None:
    given = book()
    first, _ = fly(given, "one", Flown(CARS[:1]))
    own = first.findings[0].situation
    places = {"empty": (60.0, 60.0), "car": (40.0, -32.0), "far": (900.0, 0.0), "edge": (149.0, 0.0)}
    for name, at in places.items():
        assert given.ask(ask(name, kind="illegal_parking", at=at), LATER).answers == ()
    assert given.ask(ask(own), LATER).answers == ()
    heard, _ = fly(given, "two", Flown([CARS[0], CARS[4]], LATER))

    assert answers(heard) == {
        "empty": ("clear", "seen_empty"),
        "car": ("occupied", "stands_there"),
        own: ("occupied", "stands_there"),
        "edge": ("not_seen", "half_in_view"),
    }
    occupied = [one for one in heard.answers if one.outcome == "occupied"]
    assert all(one.seen == LATER + 1.0 and one.shown and one.shown.box for one in occupied)
    assert all(one.flight == "two" for one in heard.answers)
    late = given.overdue(LATER + 7200.0)
    assert [(one.ask.situation, one.outcome, one.reasons[0].code) for one in late.answers] == [
        ("far", "not_in_view", "never_in_view")
    ]
    assert len(given) == 2  # the places


def test_an_own_situation_that_is_gone_is_answered_and_cleared_by_the_same_flight() -> None:
    given = book()
    first, _ = fly(given, "one", Flown(CARS[:1]))
    given.ask(ask(first.findings[0].situation), LATER)
    heard, _ = fly(given, "two", Flown([], LATER))

    assert heard.phases() == ["cleared"]
    assert [one.outcome for one in heard.answers] == ["clear"]


@pytest.mark.parametrize(
    ("flown", "code"),
    [
        (Flown([], LATER, seconds=2.0), "not_long_enough"),
        (Flown([], LATER, hidden=shapely.box(55.0, 55.0, 65.0, 65.0)), "occluded"),
        (Flown([Car(60.0, 60.0)], LATER, seconds=0.5), "undecided"),
    ],
)
def test_in_view_but_not_well_enough(flown: Flown, code: str) -> None:
    given = book()
    given.ask(ask("x", kind="illegal_parking", at=(60.0, 60.0)), LATER)
    heard, _ = fly(given, "one", flown)

    assert answers(heard) == {"x": ("not_seen", code)}
    assert heard.answers[0].reasons[-1].code == "tried"


def test_what_no_flight_can_answer_is_said_at_once() -> None:
    given = book()
    asked = [
        given.ask(ask("x", kind="exposed_garbage", at=(0, 0)), LATER),
        given.ask(ask("y", kind="illegal_parking"), LATER),
        given.ask(ask("z", kind="illegal_parking", at=(0, 0), until=LATER - 1.0), LATER),
    ]
    assert [(one.outcome, one.reasons[0].code) for told in asked for one in told.answers] == [
        ("not_in_view", "kind_not_seen"),
        ("not_in_view", "unknown_situation"),
        ("not_in_view", "never_in_view"),
    ]
    assert len(given) == 0


def test_asks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asks, "MOST_ASKS", 2)
    given = book()
    told = [given.ask(ask(f"s{n}", kind="illegal_parking", at=(0, 0)), LATER) for n in (0, 0, 1, 2)]

    assert [[one.reasons[0].code for one in each.answers] for each in told] == [[], [], [], ["too_many"]]


def test_what_is_no_dump_is_refused_and_a_bad_place_is_left_out() -> None:
    given = book()
    fly(given, "one", Flown(CARS[:2]))
    data = json.loads(json.dumps(given.dump()))
    del data["places"][0]["spot"]
    other = book()

    assert len(other.restore(data, LATER)) == 1
    assert len(other) == 1
    for wrong in ({}, {**data, "version": 99}, {**data, "ended": 3}):
        with pytest.raises(ValueError, match="book of flights"):
            book().restore(wrong, LATER)
