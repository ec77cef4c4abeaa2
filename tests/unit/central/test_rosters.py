"""Who is on duty: over midnight, on days off, on dates of their own, and where the clock is changed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from central.routing.moments import WEEK, DayWord, Span, weekdays
from central.routing.rosters import OnDuty, Place, Roster, Shift, gaps, on_duty
from central.routing.writing import span
from tests.unit.central.plans import CALENDAR, CHINA, chances, china, few, some_span

THERE = Place(CHINA, CALENDAR)
BERLIN = ZoneInfo("Europe/Berlin")


def shift(hours: str, *accounts: str, days: tuple[DayWord, ...] = ("daily",)) -> Shift:
    return Shift(span(list(days), hours), accounts)


DAY_AND_NIGHT = Roster((shift("07:00-19:00", "day"), shift("19:00-07:00", "night")))
WORKDAYS = Roster(
    (shift("08:00-18:00", "desk", days=("workdays",)), shift("20:00-06:00", "off", days=("daysoff",)))
)


@pytest.mark.parametrize(
    ("roster", "at", "who", "until"),
    [
        (DAY_AND_NIGHT, "2026-03-04 07:00", ("day",), "2026-03-04 19:00"),
        (DAY_AND_NIGHT, "2026-03-04 18:59", ("day",), "2026-03-04 19:00"),
        (DAY_AND_NIGHT, "2026-03-04 19:00", ("night",), "2026-03-05 07:00"),
        (DAY_AND_NIGHT, "2026-03-05 00:00", ("night",), "2026-03-05 07:00"),
        (WORKDAYS, "2026-09-30 12:00", ("desk",), "2026-09-30 18:00"),
        (WORKDAYS, "2026-10-01 12:00", (), "2026-10-01 20:00"),  # a Thursday, and a holiday
        (WORKDAYS, "2026-10-05 05:00", ("off",), "2026-10-05 06:00"),  # of Sunday's shift
        (WORKDAYS, "2026-10-10 12:00", ("desk",), "2026-10-10 18:00"),  # a Saturday that is worked
        (Roster((shift("00:00-24:00", "x"),)), "2026-03-04 12:00", ("x",), None),
        (
            Roster((shift("00:00-24:00", "x"),), {date(2026, 3, 30): ()}),
            "2026-03-04 12:00",
            ("x",),
            "2026-03-30 00:00",
        ),
        (Roster((shift("00:00-24:00", "x"),), {date(2026, 6, 1): ()}), "2026-03-04 12:00", ("x",), None),
    ],
)
def test_who_is_on_duty_and_until_when(
    roster: Roster, at: str, who: tuple[str, ...], until: str | None
) -> None:
    assert on_duty(roster, china(at), THERE) == OnDuty(who, until and china(until))


def test_who_hands_over_to_the_same_stays() -> None:
    roster = Roster((shift("00:00-12:00", "a"), shift("12:00-20:00", "a", "b"), shift("11:00-13:00", "c")))
    assert on_duty(roster, china("2026-03-04 10:00"), THERE) == OnDuty(("a",), china("2026-03-04 11:00"))
    assert on_duty(roster, china("2026-03-04 12:30"), THERE) == OnDuty(
        ("a", "b", "c"), china("2026-03-04 13:00")
    )


def test_an_exception_stands_for_the_shifts_that_begin_on_its_date() -> None:
    """The night before still has its end."""
    roster = Roster(DAY_AND_NIGHT.weekly, {date(2026, 10, 1): (shift("12:00-14:00", "lunch"),)})
    told = [
        (hour, on_duty(roster, china(f"2026-10-01 {hour:02d}:30"), THERE).accounts) for hour in (6, 7, 12, 19)
    ]
    assert told == [(6, ("night",)), (7, ()), (12, ("lunch",)), (19, ())]
    assert on_duty(roster, china("2026-10-02 06:00"), THERE) == OnDuty((), china("2026-10-02 07:00"))
    assert roster.accounts() == ("day", "night", "lunch")


@pytest.mark.parametrize(
    ("hours", "utc_from", "utc_to"),
    [
        ("22:00-06:00", "2026-03-28T21:00", "2026-03-29T04:00"),  # the clock goes forward: seven hours
        ("02:30-04:00", "2026-03-29T01:30", "2026-03-29T02:00"),  # 02:30 is not there: as if at 03:30
        ("22:00-06:00", "2026-10-24T20:00", "2026-10-25T05:00"),  # and back: nine hours
        ("02:00-02:30", "2026-10-25T00:00", "2026-10-25T01:30"),  # comes twice, and is theirs both times
    ],
)
def test_where_the_clock_is_changed(hours: str, utc_from: str, utc_to: str) -> None:
    roster, place = Roster((shift(hours, "x"),)), Place(BERLIN, weekdays(BERLIN))
    begins, ends = (datetime.fromisoformat(f"{text}+00:00").timestamp() for text in (utc_from, utc_to))
    assert on_duty(roster, begins, place) == OnDuty(("x",), ends)
    assert on_duty(roster, begins - 60, place) == OnDuty((), begins)
    assert on_duty(roster, ends, place).accounts == ()


def test_a_shift_that_the_clock_leaves_out_is_nobody_s() -> None:
    """From 02:30 to 03:00, on the day on which 03:00 follows 02:00."""
    roster, place = Roster((shift("02:30-03:00", "x"),)), Place(BERLIN, weekdays(BERLIN))
    before, next_day = (datetime.fromisoformat(f"2026-03-{day}T00:30+00:00").timestamp() for day in (29, 30))
    assert on_duty(roster, before, place) == OnDuty((), next_day)


def test_any_roster_is_as_the_hands_of_the_clock_say() -> None:
    """Minute by minute against a walk over the days; `until` is where the next other minute is."""
    for seed in range(60):
        chance = chances(seed)
        shifts = tuple(Shift(some_span(chance), few(chance, ("a", "b", "c")) or ("a",)) for _ in range(3))
        days = {date(2026, 9, 1) + timedelta(days=chance.randrange(60)) for _ in range(4)}
        roster = Roster(shifts, {day: shifts[: chance.randint(0, 1)] for day in days})
        start = datetime(2026, 9, 2, tzinfo=CHINA) + timedelta(minutes=chance.randrange(50 * 1440))
        now = on_duty(roster, start.timestamp(), THERE)
        assert set(now.accounts) == _by_hand(roster, start), seed
        until = start + timedelta(days=41)
        if now.until is not None:
            until = datetime.fromtimestamp(now.until, CHINA)
            assert _by_hand(roster, until) != set(now.accounts), seed
        for minutes in range(1, min(3000, int((until - start).total_seconds() // 60)), 7):
            assert _by_hand(roster, start + timedelta(minutes=minutes)) == set(now.accounts), seed


def _by_hand(roster: Roster, local: datetime) -> set[str]:
    found: set[str] = set()
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        minute = local.hour * 60 + local.minute + back * 1440
        if (shifts := roster.exceptions.get(day)) is None:
            words = {"daily", WEEK[day.weekday()], "workdays" if CALENDAR.day(day) else "daysoff"}
            shifts = tuple(each for each in roster.weekly if words & set(each.span.days))
        found |= {a for each in shifts if each.span.begins <= minute < each.span.ends for a in each.accounts}
    return found


@pytest.mark.parametrize(
    ("roster", "told"),
    [
        (DAY_AND_NIGHT, []),
        (Roster((shift("08:00-20:00", "x"),)), ["every day 20:00-08:00"]),
        (Roster((shift("00:00-20:00", "x"),)), ["every day 20:00-24:00"]),
        (
            Roster((shift("00:00-24:00", "x", days=("mon", "tue", "wed", "thu", "fri")),)),
            ["Sat from 00:00 for 48 hours"],
        ),
        (
            Roster((shift("00:00-24:00", "x", days=("tue", "wed", "thu", "fri", "sat")),)),
            ["Sun from 00:00 for 48 hours"],
        ),
        (
            Roster((shift("00:00-24:00", "x", days=("workdays",)),)),
            ["Sat from 00:00 for 48 hours", "all week of days off"],
        ),
        (
            Roster((shift("08:00-24:00", "x"), shift("00:00-08:00", "x", days=("workdays",)))),
            ["Sat, Sun 00:00-08:00", "every day 00:00-08:00 of days off"],
        ),
        (
            Roster(DAY_AND_NIGHT.weekly, {date(2026, 10, 1): (shift("12:00-14:00", "x"),)}),
            ["2026-10-01 07:00-12:00", "2026-10-01 14:00-24:00"],
        ),
    ],
)
def test_hours_with_nobody_on_duty_are_told(roster: Roster, told: list[str]) -> None:
    assert gaps(roster) == told


def test_a_span_is_said_as_it_is_written() -> None:
    assert str(Span(("fri", "sat"), 22 * 60, 30 * 60)) == "fri, sat 22:00-06:00"
    assert str(span(["daily"], "00:00-24:00")) == "daily 00:00-24:00"
