"""When a zone's rules apply: spans, midnight, clock changes, the Chinese calendar and a site's own days."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from broker.settings import SettingsError, loads
from broker.workdays import Workdays
from edge.hours import ALWAYS
from edge.schedule import LONGEST_DAYS, Schedule, ScheduleSettings, hours_of
from edge.settings import ZoneSettings

DAY = 86400.0
WORKING: dict[str, Any] = {"spans": [{"days": ["workdays"], "hours": "07:00-21:00"}]}


def schedule(**given: Any) -> Schedule:
    return Schedule(ScheduleSettings.model_validate({**WORKING, **given}))


def spans(*hours: str, days: str = "daily", **given: Any) -> Schedule:
    return schedule(spans=[{"days": [days], "hours": text} for text in hours], **given)


def at(text: str, zone: str = "Asia/Shanghai", fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def test_without_a_schedule_it_is_always() -> None:
    assert hours_of(None) is ALWAYS
    assert (ALWAYS.seconds(5.0, 7.0), ALWAYS.seconds(7.0, 5.0)) == (2.0, 0.0)
    assert ALWAYS.closed(0.0) is ALWAYS.note(0.0) is None


def test_only_seconds_within_the_hours_count() -> None:
    hours = spans("07:00-21:00")

    assert hours.seconds(at("2026-11-20 03:00"), at("2026-11-20 07:05")) == 300.0
    assert hours.seconds(at("2026-11-20 20:00"), at("2026-11-21 08:00")) == 7200.0
    assert hours.seconds(at("2026-11-20 22:00"), at("2026-11-20 23:00")) == 0.0
    assert hours.seconds(at("2026-11-21 08:00"), at("2026-11-20 08:00")) == 0.0


@pytest.mark.parametrize(
    ("time", "open_"),
    [("06:59:59", False), ("07:00", True), ("20:59:59", True), ("21:00", False)],
)
def test_the_hours_hold_from_their_first_second_to_before_their_last(time: str, open_: bool) -> None:
    assert (spans("07:00-21:00").closed(at(f"2026-11-20 {time}")) is None) is open_


def test_a_span_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    hours = spans("22:00-06:00", days="fri")

    assert hours.closed(at("2026-11-21 05:59")) is None  # a Saturday
    assert hours.closed(at("2026-11-20 05:59")) is not None
    assert hours.seconds(at("2026-11-20 00:00"), at("2026-11-22 00:00")) == 8 * 3600.0


def test_spans_that_overlap_count_once() -> None:
    hours = spans("07:00-12:00", "10:00-14:00", "22:00-08:00")

    assert hours.seconds(at("2026-11-20 00:00"), at("2026-11-21 00:00")) == (8 + 6 + 2) * 3600.0


def test_why_it_is_closed_and_when_it_opens_again() -> None:
    why = schedule().closed(at("2026-10-07 23:10"))

    assert why is not None
    assert (why.code, why.text) == (
        "outside_hours",
        "outside the zone's hours: Wed 07 Oct 23:10 is on a holiday (National Day); "
        "they begin on Thu 08 Oct 07:00",
    )
    never = spans("07:00-21:00", days="holidays", calendar="none").closed(at("2026-11-20 12:00"))
    assert never is not None
    assert never.text.endswith("they do not begin within 40 days")


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-10-01", "holiday"),
        ("2026-10-03", "holiday"),  # a Saturday within the National Day's week
        ("2026-10-10", "workday"),  # a Saturday that is worked for it
        ("2026-10-17", "weekend"),
        ("2026-10-19", "workday"),
    ],
)
def test_the_chinese_calendar_knows_shifted_days(day: str, kind: str) -> None:
    assert Workdays("china").day(date.fromisoformat(day)).kind == kind


def test_a_site_has_days_of_its_own() -> None:
    calendar = Workdays("china", [date(2026, 11, 20)], [date(2026, 10, 1)])

    assert calendar.day(date(2026, 11, 20)).kind == "holiday"
    assert calendar.day(date(2026, 10, 1)).kind == "workday"
    assert Workdays("none").day(date(2026, 10, 1)).kind == "workday"


@pytest.mark.parametrize("year", [1999, 2199])
def test_a_year_that_is_not_published_counts_by_plain_weekdays_and_says_so(year: int) -> None:
    hours = schedule()
    day = date(year, 10, 1)

    assert Workdays("china").day(day).kind == "workday"
    note = hours.note(at(f"{year}-10-01 12:00"))
    assert note is not None
    assert note.text == f"the public holidays of {year} are not known here; plain weekdays count"
    assert hours.closed(at(f"{year}-10-01 12:00")) is None
    assert spans("07:00-21:00", days="thu").note(at(f"{year}-10-01 12:00")) is None
    assert hours.note(at("2026-10-01 12:00")) is None


def test_a_day_is_as_long_as_the_clock_makes_it() -> None:
    whole = spans("00:00-24:00", timezone="Europe/Berlin")
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)):
        begin = at(f"{day} 00:00", "Europe/Berlin")
        end = datetime.fromisoformat(day) + timedelta(days=1)
        assert whole.seconds(begin, at(end.isoformat(), "Europe/Berlin")) == hours * 3600.0


@pytest.mark.parametrize(
    ("hours", "day", "counted"),
    [
        ("01:00-03:30", "2026-03-29", 1.5),  # 02:00 to 03:00 does not exist
        ("02:30-03:00", "2026-03-29", 0.0),
        ("01:30-02:15", "2026-03-29", 0.75),
        ("22:00-06:00", "2026-10-24", 9.0),
        ("01:00-02:30", "2026-10-25", 2.5),  # 02:00 to 03:00 comes twice
    ],
)
def test_the_night_in_which_the_clock_changes(hours: str, day: str, counted: float) -> None:
    word = date.fromisoformat(day).strftime("%a").lower()
    berlin = spans(hours, days=word, timezone="Europe/Berlin")
    noon = at(f"{day} 12:00", "Europe/Berlin")

    assert berlin.seconds(noon - DAY, noon + 2 * DAY) == pytest.approx(counted * 3600.0)


TIMES = st.floats(0.0, 4e9)
LENGTHS = st.floats(0.0, 30 * DAY)
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"])
CLOCK = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02}:{t[1]:02}")
HOURS = st.tuples(CLOCK, CLOCK).filter(lambda p: p[0] != p[1]).map("-".join)
DAYS = st.lists(
    st.sampled_from(["mon", "tue", "sat", "workdays", "weekends", "holidays", "daily"]), min_size=1
)
SPANS = st.lists(st.fixed_dictionaries({"days": DAYS, "hours": HOURS}), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(SPANS, ZONES, TIMES, LENGTHS, LENGTHS)
def test_spans_of_time_add_up(
    given_spans: list[Any], zone: str, since: float, one: float, two: float
) -> None:
    hours = schedule(spans=given_spans, timezone=zone)
    middle, until = since + one, since + one + two

    whole = hours.seconds(since, until)

    assert whole == pytest.approx(hours.seconds(since, middle) + hours.seconds(middle, until), abs=1e-3)
    assert 0.0 <= whole <= until - since + 1e-3


@settings(max_examples=60, deadline=None)
@given(SPANS, ZONES, TIMES)
def test_open_and_counting_are_the_same(given_spans: list[Any], zone: str, utc: float) -> None:
    hours = schedule(spans=given_spans, timezone=zone)
    second = float(int(utc))

    assert (hours.seconds(second, second + 1.0) > 0.5) is (hours.closed(second) is None)


@settings(max_examples=30, deadline=None)
@given(st.floats(-1e18, 1e18), st.floats(-1e18, 1e18))
def test_no_time_is_too_far_away(since: float, until: float) -> None:
    hours = schedule()

    assert 0.0 <= hours.seconds(since, until) <= LONGEST_DAYS * DAY
    hours.closed(until)
    hours.note(until)


def test_a_whole_day_every_day_is_always_but_for_very_long_stands() -> None:
    hours = spans("00:00-24:00")

    assert hours.seconds(0.0, 10 * DAY + 0.5) == pytest.approx(10 * DAY + 0.5)
    assert hours.seconds(0.0, 1000 * DAY) == pytest.approx(LONGEST_DAYS * DAY)
    assert len(hours._days) <= 2 * LONGEST_DAYS


def test_what_days_come_to_is_not_remembered_for_ever() -> None:
    hours = schedule()
    for day in range(3000):
        hours.closed(day * DAY)

    assert len(hours._days) <= 2 * LONGEST_DAYS


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ("spans: []", "spans: List should have at least 1 item"),
        ("spans: [{hours: 21:00}]", "spans[0].hours: is no span of hours"),
        ('spans: [{hours: "7:00-21:00"}]', '"07:00-21:00" is, or past midnight "22:00-06:00"'),
        ('spans: [{hours: "07:00-25:00"}]', "is no span of hours"),
        ('spans: [{hours: "07:00-07:00"}]', 'begins when it ends; the whole day is "00:00-24:00"'),
        ("spans: [{days: [monday]}]", "Input should be 'mon', 'tue'"),
        ("spans: [{}]\ntimezone: Asia/Beijing", "timezone: is no time zone; a name of the IANA table is"),
        ("spans: [{}]\ntimezone: ../etc/passwd", "is no time zone"),
        ("spans: [{}]\ntimezone: Asia", "is no time zone"),
        ("spans: [{}]\nholidays: [20261001]", "holidays[0]: is no day; a date is, such as 2026-10-01"),
        ("spans: [{}]\nholidays: [2026-13-01]", "cannot be read"),
        (
            "spans: [{}]\nholidays: [2026-10-01]\nworkdays: [2026-10-01]",
            "2026-10-01 is among the holidays and among the workdays; it can only be one",
        ),
        ("spans: [{}]\ncalendar: japan", "Input should be 'china' or 'none'"),
    ],
)
def test_wrong_schedules_are_faults(given_: str, words: str) -> None:
    with pytest.raises(SettingsError) as error:
        loads(given_, ScheduleSettings, name="zone.yaml")
    assert words in str(error.value)


def test_a_zone_changes_its_version_with_its_schedule() -> None:
    rules = [{"kind": "dwell", "incident": "illegal_parking"}]
    plain = {"id": "kerb", "polygon": [(0, 0), (1, 0), (1, 1)], "rules": rules}
    zones = [
        ZoneSettings.model_validate(given_)
        for given_ in (plain, {**plain, "schedule": WORKING}, {**plain, "schedule": {"spans": [{}]}})
    ]

    assert len({zone.version for zone in zones}) == 3
    assert zones[0].hours is ALWAYS
    assert zones[1].hours.closed(at("2026-11-20 23:00")) is not None


def test_a_schedule_that_names_an_unknown_key_is_a_fault() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        ScheduleSettings.model_validate({**WORKING, "tz": "UTC"})
