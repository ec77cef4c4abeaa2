"""When a zone's rules apply, in local time: spans of hours on certain days. Pure.

A span belongs to the day on which it begins and may run past midnight. Where the clock is put forward, an
hour that does not exist is taken by the old offset, so 02:30 means half an hour after the change; where it
is put back, the hour that comes twice counts twice. Leap seconds do not exist in the seconds of an
observation.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from typing_extensions import Self

from broker.events import Reason
from broker.settings import Settings
from broker.timetext import Date, hours_text, minutes_in, zone_name
from broker.workdays import CalendarName, Day, Workdays
from edge.hours import ALWAYS, Hours

Days = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "workdays", "weekends", "holidays", "daily"]
Interval = tuple[float, float]  # UTC seconds, without the last

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BY_CALENDAR: Final = {"workdays": "workday", "weekends": "weekend", "holidays": "holiday"}
# No dwell is so long; a clock that was years off must not cost a walk over all their days.
LONGEST_DAYS: Final = 400
_CACHED_DAYS: Final = 2 * LONGEST_DAYS
_SEARCHED_DAYS: Final = 40
# Years that dates can be computed in, with room for a time zone and a walk over days at either end.
_FIRST: Final = datetime(1902, 1, 1, tzinfo=timezone.utc).timestamp()
_LAST: Final = datetime(9990, 1, 1, tzinfo=timezone.utc).timestamp()


class SpanSettings(Settings):
    """Hours on certain days. `mon` to `sun` are the days of the week, whatever the calendar says of them."""

    days: Annotated[list[Days], Field(min_length=1)] = ["daily"]
    hours: Annotated[str, BeforeValidator(hours_text)] = "00:00-24:00"

    @property
    def minutes(self) -> tuple[int, int]:
        """Begin and end in minutes from the midnight before; the end may lie on the next day."""
        return minutes_in(self.hours)

    def on(self, day: date, kind: Day) -> bool:
        """Whether it begins on this day."""
        words = {"daily", _WEEKDAYS[day.weekday()]}
        return any(word in words or _BY_CALENDAR.get(word) == kind.kind for word in self.days)


class ScheduleSettings(Settings):
    """When a zone's rules apply: in any of the spans.

    `calendar`: whose public holidays and shifted working days count; `none` for plain weekdays. `holidays`,
    `workdays`: days that differ at this place.
    """

    timezone: Annotated[str, AfterValidator(zone_name)] = "Asia/Shanghai"
    calendar: CalendarName = "china"
    spans: Annotated[list[SpanSettings], Field(min_length=1, max_length=64)]
    holidays: Annotated[list[Date], Field(max_length=1000)] = []
    workdays: Annotated[list[Date], Field(max_length=1000)] = []

    @model_validator(mode="after")
    def _no_day_is_both(self) -> Self:
        both = sorted(set(self.holidays) & set(self.workdays))
        if both:
            raise ValueError(f"{both[0]} is among the holidays and among the workdays; it can only be one")
        return self

    @property
    def by_calendar(self) -> bool:
        """Whether it matters which days are worked."""
        return any(word in _BY_CALENDAR for span in self.spans for word in span.days)


class Schedule:
    """The hours of one zone by its settings. What a day comes to is remembered, within bounds."""

    def __init__(self, settings: ScheduleSettings) -> None:
        self._settings = settings
        self._zone = ZoneInfo(settings.timezone)
        self._calendar = Workdays(
            settings.calendar, settings.holidays, settings.workdays, own="by the schedule's own list"
        )
        self._days: dict[date, tuple[Interval, ...]] = {}

    def seconds(self, since: float, until: float) -> float:
        """Seconds of that span within the hours; of its last 400 days, where it is longer."""
        since, until = _known(since), _known(until)
        reached = max(since, until - LONGEST_DAYS * 86400.0)
        total = 0.0
        for begin, end in self._between(reached, until):
            total += max(0.0, min(end, until) - max(begin, reached))
            reached = max(reached, min(end, until))
        return total

    def closed(self, utc: float) -> Reason | None:
        """Why the rules do not apply at this time, with the day it is and when they apply again."""
        utc = _known(utc)
        if any(begin <= utc < end for begin, end in self._between(utc, utc)):
            return None
        local = datetime.fromtimestamp(utc, self._zone)
        day = self._calendar.day(local.date())
        begins = self._next(utc)
        then = f"they do not begin within {_SEARCHED_DAYS} days"
        if begins is not None:
            then = f"they begin on {datetime.fromtimestamp(begins, self._zone):%a %d %b %H:%M}"
        text = f"outside the zone's hours: {local:%a %d %b %H:%M} is on a {_called(day)}; {then}"
        return Reason(code="outside_hours", text=text, values=None if begins is None else {"opens": begins})

    def unchanged(self, utc: float) -> float:
        """Up to the next beginning or end of a span, or for a day."""
        utc = _known(utc)
        edges = [edge for span in self._between(utc, utc + 86400.0) for edge in span if edge > utc]
        return min([*edges, utc + 86400.0])

    def note(self, utc: float) -> Reason | None:
        """That the calendar of this year is not known, where that matters."""
        day = datetime.fromtimestamp(_known(utc), self._zone).date()
        calendar = self._calendar
        if not self._settings.by_calendar or calendar.is_own(day) or calendar.day(day).known:
            return None
        text = f"the public holidays of {day.year} are not known here; plain weekdays count"
        return Reason(code="calendar_unknown", text=text)

    def _next(self, utc: float) -> float | None:
        """When they begin again; None where they do not for long."""
        spans = self._between(utc, utc + _SEARCHED_DAYS * 86400.0)
        return next((begin for begin, _ in spans if begin > utc), None)

    def _between(self, since: float, until: float) -> list[Interval]:
        """The intervals of all days that may reach into that span, by their beginning."""
        first = datetime.fromtimestamp(since, self._zone).date()
        last = datetime.fromtimestamp(until, self._zone).date()
        days = (last - first).days
        # A span may reach into the day after, and an hour that does not exist into the one after that.
        walked = (first + timedelta(days=n) for n in range(-2, days + 1))
        return sorted(interval for day in walked for interval in self._day(day))

    def _day(self, day: date) -> tuple[Interval, ...]:
        if day not in self._days:
            if len(self._days) >= _CACHED_DAYS:
                self._days.clear()
            self._days[day] = tuple(self._intervals(day))
        return self._days[day]

    def _intervals(self, day: date) -> Iterator[Interval]:
        kind = self._calendar.day(day)
        midnight = datetime.combine(day, time(), self._zone)
        for span in self._settings.spans:
            if span.on(day, kind):
                first, last = (midnight + timedelta(minutes=minutes) for minutes in span.minutes)
                begin = first.timestamp()
                end = max(last.timestamp(), last.replace(fold=1).timestamp())
                if end > begin:  # not so where both lie about an hour that does not exist
                    yield begin, end


def hours_of(schedule: ScheduleSettings | None) -> Hours:
    """The hours of a zone with this schedule; always, without one."""
    return ALWAYS if schedule is None else Schedule(schedule)


def _known(utc: float) -> float:
    return min(max(utc, _FIRST), _LAST)


def _called(day: Day) -> str:
    return f"{day.kind} ({day.name})" if day.name else day.kind
