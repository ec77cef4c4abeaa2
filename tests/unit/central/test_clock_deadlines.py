"""One stage on the clock: when it is due, what is left, pauses, rework, more time, other calendars."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from central.clock.deadlines import (
    CannotExtend,
    Course,
    begun,
    deadline,
    extended,
    left,
    relimited,
    resumed,
    reworked,
    stopped,
)
from central.clock.escalation import Escalation, EscalationStep
from central.clock.limits import read_limit
from central.clock.settings import ClockSettings
from central.clock.shipped import ESCALATION
from central.clock.worktime import WorkCalendar

HOUR = 3600.0
SHANGHAI = timezone(timedelta(hours=8))


def calendar(**given: Any) -> WorkCalendar:
    return ClockSettings.model_validate(given).working_calendar()


PLACE = calendar()


def at(text: str) -> float:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).timestamp()


def handling(limit: str = "4 working hours", since: str = "11-20 10:00") -> Course:
    return begun("handle", read_limit(limit), at(since))


def due(course: Course, here: WorkCalendar = PLACE) -> str | None:
    found = deadline(course, here, ESCALATION).due
    return None if found is None else f"{here.local(found):%m-%d %H:%M}"


def alarms(course: Course, escalation: Escalation = ESCALATION) -> list[tuple[str, str]]:
    found = deadline(course, PLACE, escalation).alarms
    return [(alarm.kind.removeprefix("handle_"), f"{PLACE.local(alarm.at):%m-%d %H:%M}") for alarm in found]


def test_it_is_due_when_its_limit_has_passed_and_says_why() -> None:
    found = deadline(handling(), PLACE, ESCALATION)
    assert found.due == at("11-20 15:00")
    assert found.reason.code == "due"
    assert found.reason.text == (
        "due Fri 2026-11-20 15:00: 4 working hours to handle, running since Fri 2026-11-20 10:00"
    )
    assert alarms(handling()) == [
        ("urge", "11-20 14:12"),
        ("street", "11-20 15:00"),
        ("district", "11-20 17:00"),
    ]


def test_alarms_go_over_nights_and_weekends() -> None:
    assert alarms(handling("1 working day", "11-20 10:00")) == [
        ("urge", "11-20 17:24"),
        ("street", "11-23 10:00"),
        ("district", "11-23 15:00"),
    ]
    assert alarms(handling("1 hour", "11-21 23:30")) == [
        ("urge", "11-22 00:18"),
        ("street", "11-22 00:30"),
        ("district", "11-22 01:00"),
    ]


@pytest.mark.parametrize(
    ("now", "seconds", "in_time", "text"),
    [
        ("11-20 10:00", 4 * HOUR, True, "4 working hours left of 4 working hours"),
        ("11-20 12:30", 2 * HOUR, True, "2 working hours left of 4 working hours"),
        ("11-20 14:30", HOUR / 2, True, "30 working minutes left of 4 working hours"),
        ("11-20 15:00", 0.0, True, "0 working minutes left of 4 working hours"),
        ("11-20 15:01", -60.0, False, "late by 1 working minute"),
        ("11-21 12:00", -3 * HOUR, False, "late by 3 working hours"),
        (
            "11-19 12:00",
            4 * HOUR,
            True,
            "4 working hours left of 4 working hours",
        ),  # a clock that was put back
    ],
)
def test_what_is_left_and_whether_it_is_in_time(now: str, seconds: float, in_time: bool, text: str) -> None:
    found = left(handling(), at(now), PLACE)
    assert (found.seconds, found.in_time, found.reason.text) == (seconds, in_time, text)
    assert found.reason.code == ("in_time" if in_time else "late")
    assert found.share == pytest.approx(1 - seconds / (4 * HOUR))


def test_without_a_limit_nothing_is_due() -> None:
    course = begun("close", None, at("11-20 10:00"))
    found = deadline(course, PLACE, ESCALATION)
    assert (found.due, found.alarms, found.reason.code) == (None, (), "no_limit")
    told = left(course, at("11-25 10:00"), PLACE)
    assert (told.seconds, told.share, told.in_time, told.reason.code) == (None, None, None, "no_limit")
    on, reason = reworked(course, at("11-25 10:00"), PLACE, 0.5)
    assert (on.since, reason.text) == (at("11-25 10:00"), "rework goes on without a limit")


def test_a_pause_does_not_count() -> None:
    stands = stopped(handling(), at("11-20 11:00"), PLACE)
    found = deadline(stands, PLACE, ESCALATION)
    assert (found.due, found.alarms) == (None, ())
    assert found.reason.text == "the clock stands; 1 working hour of 4 working hours are used"
    assert left(stands, at("12-20 11:00"), PLACE).reason.text == (
        "3 working hours left of 4 working hours; the clock stands"
    )
    on = resumed(stands, at("11-24 16:00"))
    assert due(on) == "11-25 10:00"
    assert "used 1 working hour" in deadline(on, PLACE, ESCALATION).reason.text


def test_stopping_and_going_on_twice_changes_nothing() -> None:
    stands = stopped(handling(), at("11-20 11:00"), PLACE)
    assert stopped(stands, at("11-23 11:00"), PLACE) == stands
    on = resumed(stands, at("11-24 16:00"))
    assert resumed(on, at("11-25 16:00")) == on
    back = stopped(handling(), at("11-19 11:00"), PLACE)
    assert (back.worked_s, back.passed_s, back.late) == (0.0, 0.0, False)


def test_many_short_pauses_lose_nothing() -> None:
    course, now = handling("4 working days", "11-20 09:00"), at("11-20 09:00")
    for _ in range(300):
        now += 61.001
        course = resumed(stopped(course, now, PLACE), now)
    whole = left(handling("4 working days", "11-20 09:00"), now, PLACE).seconds
    assert left(course, now, PLACE).seconds == pytest.approx(whole, abs=0.001)
    assert due(course) == "11-25 18:00"


def test_plain_time_counts_nights_and_pauses_alike() -> None:
    course = handling("2 days", "11-20 10:00")
    assert due(course) == "11-22 10:00"
    on = resumed(stopped(course, at("11-21 10:00"), PLACE), at("11-25 10:00"))
    assert due(on) == "11-26 10:00"
    assert deadline(on, PLACE, ESCALATION).note is None


def test_rework_goes_on_where_it_stopped() -> None:
    fed_back = stopped(handling(), at("11-20 11:00"), PLACE)
    on, reason = reworked(fed_back, at("11-23 09:00"), PLACE, 0.5)
    assert due(on) == "11-23 12:00"
    assert reason.text == "rework goes on with 3 working hours left of 4 working hours"
    assert alarms(on)[0] == ("urge", "11-23 11:12")


def test_rework_leaves_at_least_a_share_and_late_stays_late() -> None:
    fed_back = stopped(handling(), at("11-20 14:30"), PLACE)
    on, reason = reworked(fed_back, at("11-23 09:00"), PLACE, 0.5)
    assert due(on) == "11-23 11:00"
    assert reason.text == (
        "rework goes on with 2 working hours left of 4 working hours; 1.5 working hours were given back, "
        "so that 50% is left"
    )
    assert reason.values == {"left_s": 2 * HOUR, "given_s": 1.5 * HOUR}
    assert not on.late
    late = stopped(handling(), at("11-20 16:00"), PLACE)
    assert late.late
    on, _ = reworked(late, at("11-23 09:00"), PLACE, 0.5)
    assert due(on) == "11-23 11:00"
    told = left(on, at("11-23 10:00"), PLACE)
    assert (told.in_time, told.reason.text) == (
        False,
        "1 working hour left of 7 working hours; it was late before",
    )
    none, _ = reworked(fed_back, at("11-23 09:00"), PLACE, 0.0)
    assert due(none) == "11-23 09:30"


def test_what_fired_before_rework_does_not_fire_at_once_again() -> None:
    fed_back = stopped(handling(), at("11-20 14:45"), PLACE)  # it was urged at 14:12
    on, _ = reworked(fed_back, at("11-23 09:00"), PLACE, 0.0)
    assert alarms(on) == [("street", "11-23 09:15"), ("district", "11-23 11:15")]


def test_what_fires_at_the_very_end_of_a_round_belongs_to_it() -> None:
    fed_back = stopped(handling("5 working hours", "11-20 13:00"), at("11-20 17:00"), PLACE)  # 80 % are used
    on, _ = reworked(fed_back, at("11-23 09:00"), PLACE, 0.0)
    assert [kind for kind, _ in alarms(on)] == ["street", "district"]


def test_what_was_reached_before_a_pause_is_due_when_it_goes_on() -> None:
    for limit in ("1 hour", "1 working hour"):
        stands = stopped(handling(limit), at("11-20 10:50"), PLACE)
        assert alarms(resumed(stands, at("11-20 14:00"))) == [
            ("urge", "11-20 14:00"),
            ("street", "11-20 14:10"),
            ("district", "11-20 14:40"),
        ]


def test_more_time_puts_off_what_is_to_come() -> None:
    longer, reason = extended(handling(), read_limit("1 working day"), at("11-20 14:30"), PLACE)
    assert due(longer) == "11-23 15:00"
    assert reason.text == "extended by 1 working day; the limit is now 12 working hours"
    assert "extended by 8 working hours" in deadline(longer, PLACE, ESCALATION).reason.text
    assert left(longer, at("11-23 14:00"), PLACE).in_time
    assert alarms(longer)[0] == ("urge", "11-23 11:36")
    _, reason = extended(longer, read_limit("1 working hour"), at("11-20 14:30"), PLACE)
    assert reason.values == {"extended_s": 9 * HOUR}
    late, _ = extended(handling(), read_limit("1 working day"), at("11-20 15:30"), PLACE)
    assert left(late, at("11-20 15:31"), PLACE).in_time is False


def test_more_time_is_of_the_limit_s_sort() -> None:
    with pytest.raises(
        CannotExtend, match="7 days cannot be added to 4 working hours; working time is expec"
    ):
        extended(handling(), read_limit("7 days"), at("11-20 14:30"), PLACE)
    with pytest.raises(CannotExtend, match="1 working day cannot be added to 1 hour; plain time is expected"):
        extended(handling("1 hour"), read_limit("1 working day"), at("11-20 14:30"), PLACE)
    with pytest.raises(CannotExtend, match="the stage close has no limit that could be extended"):
        extended(begun("close", None, 0.0), read_limit("7 days"), at("11-20 14:30"), PLACE)


def test_a_changed_calendar_moves_what_is_to_come_and_leaves_what_was_counted() -> None:
    storm = calendar(holidays=["2026-11-20", "2026-11-23"])
    running = handling("1 working day", "11-20 10:00")
    assert (due(running), due(running, storm)) == ("11-23 10:00", "11-24 18:00")
    stands = stopped(running, at("11-20 15:00"), PLACE)
    on = resumed(stands, at("11-23 09:00"))
    assert (due(on), due(on, storm)) == ("11-23 14:00", "11-24 14:00")
    shorter = calendar(hours=["09:00-13:00"])  # a working day of half the hours
    assert due(on, shorter) == "11-23 09:00"


def test_another_limit_counts_from_the_beginning() -> None:
    graver = relimited(handling("4 working days"), read_limit("4 working hours"), at("11-20 14:30"), PLACE)
    assert due(graver) == "11-20 15:00"
    assert alarms(graver)[0] == ("urge", "11-20 14:12")  # at once, for that has passed
    longer, _ = extended(handling(), read_limit("1 working day"), at("11-20 11:00"), PLACE)
    assert due(relimited(longer, read_limit("8 working hours"), at("11-20 12:00"), PLACE)) == "11-24 10:00"
    plain = relimited(longer, read_limit("1 day"), at("11-20 12:00"), PLACE)
    assert (due(plain), plain.extended_s, plain.armed_s) == ("11-21 10:00", 0.0, 2 * HOUR)
    stands = stopped(handling(), at("11-20 11:00"), PLACE)
    on = resumed(relimited(stands, read_limit("2 hours"), at("11-20 12:00"), PLACE), at("11-21 20:00"))
    assert due(on) == "11-21 21:00"  # the hour before the pause counts in plain time as well
    assert due(relimited(on, None, at("11-21 20:30"), PLACE)) is None


def test_what_never_comes_is_told_and_does_not_fail() -> None:
    course = begun("handle", read_limit("4 working hours"), 1e12)
    found = deadline(course, PLACE, ESCALATION)
    assert (found.due, found.alarms, found.reason.code) == (None, (), "never_due")
    late_2099 = datetime(2099, 12, 31, 13, 30, tzinfo=SHANGHAI).timestamp()
    found = deadline(begun("handle", read_limit("4 working hours"), late_2099), PLACE, ESCALATION)
    assert [alarm.kind for alarm in found.alarms] == ["handle_urge", "handle_street"]


def test_holidays_that_are_not_known_are_told_beside() -> None:
    note = deadline(begun("handle", read_limit("4 working days"), 1.0e9), PLACE, ESCALATION).note
    assert note is not None
    assert (note.code, note.values) == ("calendar_unknown", {"first_year": 2001})
    assert deadline(handling(), PLACE, ESCALATION).note is None
    assert deadline(begun("handle", read_limit("4 days"), 1.0e9), PLACE, ESCALATION).note is None


def test_the_order_of_alarms_is_that_of_shares() -> None:
    steps = Escalation([EscalationStep(3.0, to="district"), EscalationStep(0.25, urge=True)])
    assert [kind for kind, _ in alarms(handling(), steps)] == ["urge", "district"]
