"""Working time: against a slow count, over holidays, clock changes, year ends and midnights."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broker.workdays import OWN, Day, Workdays
from central.clock.settings import ClockSettings
from central.clock.worktime import NeverDue, WorkCalendar
from tests.calendars import cases

HOUR, DAY = 3600.0, 86_400.0


def calendar(**given: Any) -> WorkCalendar:
    return ClockSettings.model_validate(given).working_calendar()


def at(text: str, zone: str = "Asia/Shanghai", fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def due(start: str, amount: float, **given: Any) -> str:
    here = calendar(**given)
    found = here.due(at(start, here.zone.key), amount * HOUR)
    return f"{here.local(found):%Y-%m-%d %H:%M}"


def test_it_is_what_a_slow_count_comes_to() -> None:
    tried = cases(240, seed=5)
    assert [case for case in tried if case.differs] == []
    assert sum(len(case.truth) > 1 for case in tried) > 150


@pytest.mark.parametrize(
    ("start", "hours", "ends"),
    [
        ("2026-11-20 09:00", 3, "2026-11-20 12:00"),  # the end of a span is not put off to the next
        ("2026-11-20 10:00", 4, "2026-11-20 15:00"),
        ("2026-11-20 12:30", 1, "2026-11-20 14:00"),
        ("2026-11-20 17:00", 8, "2026-11-23 17:00"),  # over a weekend
        ("2025-01-25 10:00", 4, "2025-01-26 14:00"),  # a Sunday that is worked for the Spring Festival
        ("2025-01-27 17:00", 2, "2025-02-05 10:00"),  # over the Spring Festival
        ("2025-09-27 10:00", 1, "2025-09-28 10:00"),  # a Sunday worked for the National Day
        ("2025-09-30 16:00", 4, "2025-10-09 11:00"),  # eight days of National Day and Mid-autumn
        ("2025-10-10 17:00", 2, "2025-10-11 10:00"),  # and a Saturday worked for them
        ("2026-01-01 09:00", 1, "2026-01-04 10:00"),  # the Sunday after New Year
        ("2026-02-14 17:00", 2, "2026-02-24 10:00"),  # nine days from a worked Saturday on
        ("2026-09-30 17:30", 1, "2026-10-08 09:30"),
        ("2026-10-09 17:30", 1, "2026-10-10 09:30"),
        ("2025-12-31 17:00", 2, "2026-01-04 10:00"),  # over the year's end
    ],
)  # fmt: skip
def test_holidays_and_the_days_worked_for_them(start: str, hours: float, ends: str) -> None:
    assert due(start, hours) == ends


def test_a_place_s_own_days_win_over_the_table() -> None:
    own = {"holidays": ["2026-11-23"], "workdays": ["2026-11-22", "2026-10-01"]}
    assert due("2026-11-20 17:00", 2, **own) == "2026-11-22 10:00"
    assert due("2026-11-22 17:00", 2, **own) == "2026-11-24 10:00"
    assert due("2026-09-30 17:00", 2, **own) == "2026-10-01 10:00"
    assert due("2026-09-30 17:00", 2, calendar="none") == "2026-10-01 10:00"
    days = Workdays("china", [date(2026, 11, 23)])
    assert days.day(date(2026, 11, 23)) == Day("holiday", OWN)
    assert Workdays("china", (), [date(2003, 1, 4)]).day(date(2003, 1, 4)) == Day("workday", OWN, known=False)
    assert Workdays("china", [date(2003, 1, 2)]).day(date(2003, 1, 2)) == Day("holiday", OWN, known=False)
    assert days.day(date(2026, 10, 10)).moved
    assert not days.day(date(2026, 10, 9)).moved


def test_hours_at_midnight_and_past_it() -> None:
    assert due("2026-11-19 23:00", 2, hours=["00:00-24:00"]) == "2026-11-20 01:00"
    assert due("2026-11-20 23:00", 2, hours=["00:00-24:00"]) == "2026-11-23 01:00"
    night = ["22:00-06:00"]  # Friday's shift ends on Saturday morning
    assert due("2026-11-20 23:00", 7, hours=night) == "2026-11-21 06:00"
    assert due("2026-11-21 07:00", 1, hours=night) == "2026-11-23 23:00"
    assert due("2026-12-31 23:00", 8, hours=night, calendar="none") == "2027-01-01 23:00"
    assert calendar(hours=night).day_s == 8 * HOUR


@pytest.mark.parametrize(
    ("zone", "hours", "day", "worked"),
    [
        ("Europe/Berlin", "00:00-24:00", "2026-03-29", 23),
        ("Europe/Berlin", "00:00-24:00", "2026-10-25", 25),
        ("Europe/Berlin", "01:30-02:30", "2026-03-29", 0.5),
        ("Europe/Berlin", "02:15-02:45", "2026-03-29", 0),  # hours that do not exist
        ("Europe/Berlin", "02:15-02:45", "2026-10-25", 1),  # and that come twice
        ("Australia/Lord_Howe", "00:00-24:00", "2026-04-05", 24.5),
        ("America/Havana", "00:00-24:00", "2026-03-08", 23),  # at midnight
        ("Pacific/Apia", "00:00-24:00", "2011-12-30", 0),  # a day that was left out
    ],
)
def test_where_the_clock_is_put(zone: str, hours: str, day: str, worked: float) -> None:
    here = calendar(timezone=zone, hours=[hours], calendar="none", workdays=[day])
    noon = at(f"{day} 12:00", zone)
    spans = list(here.spans(noon - 40 * HOUR, noon + 40 * HOUR))
    of_day = [(a, b) for a, b in spans if here.date_of((a + b) / 2) == date.fromisoformat(day)]
    if hours == "00:00-24:00":
        midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
        after = midnight.toordinal() + 1
        until = datetime.fromordinal(after).replace(tzinfo=ZoneInfo(zone)).timestamp()
        assert here.worked(midnight.timestamp(), until) == worked * HOUR
    else:
        assert sum(b - a for a, b in of_day) == worked * HOUR


def test_hours_that_come_twice_are_two_spans_unless_they_touch() -> None:
    here = calendar(timezone="Europe/Berlin", hours=["01:30-02:30"], calendar="none", workdays=["2026-10-25"])
    spans = list(here.spans(at("2026-10-25 00:00", "Europe/Berlin"), at("2026-10-25 12:00", "Europe/Berlin")))
    assert [(ends - begins) / HOUR for begins, ends in spans] == [1.0, 0.5]


def test_spans_that_touch_are_one_and_none_is_empty() -> None:
    whole = calendar(hours=["12:00-24:00", "00:00-12:00"], calendar="none")
    week = list(whole.spans(at("2026-11-16"), at("2026-11-23")))
    assert week == [(at("2026-11-16"), at("2026-11-21"))]
    assert list(whole.spans(at("2026-11-21"), at("2026-11-22"))) == []
    assert list(whole.spans(at("2026-11-14"), at("2026-11-16"))) == []


def test_due_and_worked_undo_each_other_from_anywhere() -> None:
    here = calendar()
    start = at("2025-12-29 08:12")
    for n in range(400):
        seconds = n * 1234.567
        assert here.worked(start, here.due(start, seconds)) == pytest.approx(seconds, abs=0.001)


def test_a_remainder_under_a_millisecond_does_not_put_it_off_to_the_next_day() -> None:
    here = calendar()
    start = at("2026-11-20 09:00")
    assert here.due(start, 8 * HOUR + 1e-7) == at("2026-11-20 18:00")
    assert here.due(at("2026-11-20 20:00"), 1e-7) == at("2026-11-20 20:00")
    assert here.due(start, 8 * HOUR + 0.01) == pytest.approx(at("2026-11-23 09:00") + 0.01, abs=0.001)


def test_what_has_passed_before_it_began_is_nothing() -> None:
    here = calendar()
    assert here.worked(at("2026-11-20 10:00"), at("2026-11-20 09:00")) == 0.0
    assert here.due(at("2026-11-20 20:00"), -5.0) == at("2026-11-20 20:00")
    assert list(here.spans(at("2026-11-20 10:00"), at("2026-11-20 09:00"))) == []


def test_nothing_is_worked_in_years_that_nobody_counts() -> None:
    here = calendar()
    assert here.worked(-1e12, 1e12) == here.worked(at("2000-01-01"), at("2100-01-01"))
    assert here.worked(1e12, 2e12) == here.worked(-2e12, -1e12) == 0.0
    for start in (1e12, at("2099-12-31 17:00")):
        with pytest.raises(NeverDue, match="8 working hours do not come before the end of 2099"):
            here.due(start, 8 * HOUR)
    assert here.due(-1e12, HOUR) == at("2000-01-03 10:00")
    assert here.told(1e12) == "Fri 2100-01-01 00:00"


def test_years_that_the_table_does_not_hold_are_told() -> None:
    here = calendar()
    assert (here.days.knows(2026), here.days.knows(2003)) == (True, False)
    told = here.unknown(at("2002-06-01"), at("2003-06-01"))
    assert told is not None
    assert told.text.startswith("the public holidays of 2002, 2003 are not known here; weekdays and")
    assert here.unknown(at("2025-01-01"), at("2026-06-01")) is None
    assert here.warning(at("2026-06-01")) is None
    assert calendar(calendar="none").warning(at("2003-06-01")) is None
    soon = here.warning(at("2003-11-15"))
    assert soon is not None
    assert soon.values == {"first_year": 2003}
    assert calendar().unknown(at("2090-01-01"), at("2096-01-01")) is not None
    assert due("2003-05-01 09:00", 1) == "2003-05-01 10:00"
    assert here.is_worked(date(2003, 10, 1))
    assert not here.is_worked(date(2025, 10, 1))
