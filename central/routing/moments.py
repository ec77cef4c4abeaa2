"""Hours on certain days, in the local time of the place. Pure.

A span belongs to the day on which it begins and may run past midnight. What a week holds is known to the
minute, so that of two spans it can be said for certain whether one lies within the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import product
from typing import Final, Literal
from zoneinfo import ZoneInfo

from broker.timetext import DAY_MINUTES

DayWord = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "workdays", "daysoff", "daily"]
WEEK: Final[tuple[DayWord, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Minutes = int  # a set of the minutes of all sorts of weeks, one bit each
# Years that dates can be computed in, with room for a time zone at either end.
_FIRST: Final = -2_145_916_800.0  # 1902
_LAST: Final = 253_086_768_000.0  # 9990
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Worked:
    """What is worked at a place: `day` says it of a day, `time` of an instant (seconds since 1970)."""

    day: Callable[[date], bool]
    time: Callable[[float], bool]

    def taken_for(self, *, day: bool | None = None, time: bool | None = None) -> "Worked":
        """As if every day or time were that; no time of a day off is working time unless it is said."""
        if day is False and time is None:
            time = False
        days = self.day if day is None else lambda _: day
        return Worked(days, self.time if time is None else lambda _: time)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as the place has it. worked, worked_before: its day, and the day before, are working days.

    working: it is working time.
    """

    local: datetime
    worked: bool
    worked_before: bool
    working: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Hours on certain days. begins, ends: minutes from midnight; the end may lie on the next day."""

    days: tuple[DayWord, ...] = ("daily",)
    begins: int = 0
    ends: int = DAY_MINUTES

    def on(self, weekday: int, *, worked: bool) -> bool:
        """Whether it begins on such a day; Monday is 0."""
        words = {"daily", WEEK[weekday], "workdays" if worked else "daysoff"}
        return not words.isdisjoint(self.days)

    def holds(self, moment: Moment) -> bool:
        """Whether the moment lies in it."""
        minute, weekday = moment.local.hour * 60 + moment.local.minute, moment.local.weekday()
        if self.begins <= minute < self.ends and self.on(weekday, worked=moment.worked):
            return True
        yesterday = (weekday - 1) % 7
        return minute + DAY_MINUTES < self.ends and self.on(yesterday, worked=moment.worked_before)

    def __str__(self) -> str:
        return f"{', '.join(self.days)} {clock(self.begins)}-{clock(self.ends)}"


@dataclass(frozen=True, slots=True)
class When:
    """In any of the spans; of none, always. working: in working time alone, or out of it alone."""

    spans: tuple[Span, ...] = ()
    working: bool | None = None

    def holds(self, moment: Moment) -> bool:
        """Whether the moment is one of these."""
        if self.working is not None and self.working != moment.working:
            return False
        return not self.spans or any(span.holds(moment) for span in self.spans)


ALWAYS: Final = When()


def clock(minutes: int) -> str:
    """23:05; the midnight at the end of a day is 24:00."""
    if minutes > DAY_MINUTES:
        minutes -= DAY_MINUTES
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def within_years(at: float) -> float:
    """The instant, or the nearest of which the date can be computed."""
    return max(_FIRST, min(_LAST, at))


def moment_at(at: float, zone: ZoneInfo, worked: Worked) -> Moment:
    """An instant, in seconds since 1970, as a place has it."""
    known = within_years(at)
    local = datetime.fromtimestamp(known, zone)
    today = local.date()
    return Moment(local, worked.day(today), worked.day(today - timedelta(days=1)), worked.time(known))


def weekdays(zone: ZoneInfo, begins: int = 9 * 60, ends: int = 17 * 60) -> Worked:
    """Monday to Friday from 09:00 to 17:00: what counts where no calendar is given."""

    def time(at: float) -> bool:
        local = datetime.fromtimestamp(within_years(at), zone)
        return _weekday(local) and begins <= local.hour * 60 + local.minute < ends

    return Worked(_weekday, time)


def _weekday(day: date) -> bool:
    return day.weekday() < SATURDAY


@lru_cache(maxsize=512)
def minutes_of(when: When) -> Minutes:
    """All minutes that it holds, of weeks whose days are worked or free in any order."""
    found = 0
    for place, (weekday, worked, before, working) in enumerate(_sorts_of_day()):
        if when.working is None or when.working == working:
            found |= _minutes(when.spans, weekday, worked, before) << (place * DAY_MINUTES)
    return found


def _sorts_of_day() -> Iterator[tuple[int, bool, bool, bool]]:
    yield from product(range(7), (False, True), (False, True), (False, True))


def _minutes(spans: tuple[Span, ...], weekday: int, worked: bool, before: bool) -> int:
    if not spans:
        return _run(0, DAY_MINUTES)
    found = 0
    for span in spans:
        if span.on(weekday, worked=worked):
            found |= _run(span.begins, min(span.ends, DAY_MINUTES))
        if span.ends > DAY_MINUTES and span.on((weekday - 1) % 7, worked=before):
            found |= _run(0, span.ends - DAY_MINUTES)
    return found


def _run(begins: int, ends: int) -> int:
    return ((1 << (ends - begins)) - 1) << begins
