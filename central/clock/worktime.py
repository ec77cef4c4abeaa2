"""Working time. Pure: instants are seconds since 1970 (UTC); the place's zone says which hours they are.

A day is worked or free (China's holidays with the days worked for them, and the place's own), and a worked
day has hours. `due` and `worked` are each other's inverse: worked(start, due(start, s)) is s, and due is the
first instant of which that is so.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]

Unit = Literal["working_hours", "working_days", "hours", "days"]
Span = tuple[float, float]
HOUR_S: Final = 3600.0
DAY_S: Final = 86_400.0
_SATURDAY: Final = 5
_FURTHEST_DAYS: Final = 3660


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take."""

    amount: float
    unit: Unit = "working_hours"


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when on a worked day; midnight at the end is the end of the day."""

    begins: time
    ends: time


class NeverDue(ValueError):
    """No working time comes in ten years."""


class WorkCalendar:
    """The working time of one place.

    hours: of a worked day, in order. holidays, workdays: the place's own days, which win over the table.
    china: whether the table of China's public holidays counts; a year it does not hold goes by weekdays.
    """

    def __init__(
        self,
        zone: str,
        hours: Sequence[Hours],
        *,
        china: bool = True,
        holidays: Collection[date] = (),
        workdays: Collection[date] = (),
    ) -> None:
        self._zone = ZoneInfo(zone)
        self._hours = tuple(hours)
        self._china = china
        self._holidays = frozenset(holidays)
        self._workdays = frozenset(workdays)
        self.spans = lru_cache(maxsize=1000)(self._spans)
        self.day_s = sum(_seconds(each.ends, end=True) - _seconds(each.begins) for each in self._hours)

    def is_worked(self, day: date) -> bool:
        """Whether a day is a working day."""
        if day in self._holidays:
            return False
        if day in self._workdays:
            return True
        if self._china:
            try:
                return bool(chinese_calendar.is_workday(day))
            except NotImplementedError:  # a year that the table does not hold
                pass
        return day.weekday() < _SATURDAY

    def knows(self, day: date) -> bool:
        """Whether the table holds the day's year, or no table is asked."""
        if not self._china:
            return True
        try:
            chinese_calendar.is_workday(day)
        except NotImplementedError:
            return False
        return True

    def seconds_of(self, limit: Limit) -> tuple[float, bool]:
        """How many seconds a limit is, and whether working ones. A working day is as long as its hours."""
        lengths = {"working_hours": HOUR_S, "working_days": self.day_s, "hours": HOUR_S, "days": DAY_S}
        return limit.amount * lengths[limit.unit], limit.unit.startswith("working")

    def due_by(self, start: float, limit: Limit) -> float:
        """When a limit that begins to run at `start` ends. Raises NeverDue."""
        seconds, working = self.seconds_of(limit)
        return self.due(start, seconds) if working else start + seconds

    def due(self, start: float, seconds: float) -> float:
        """The first instant at which so many working seconds have passed since `start`. Raises NeverDue."""
        left = seconds
        if left <= 0:
            return start
        for begins, ends in self._from(start):
            lasts = ends - max(begins, start)
            if lasts >= left:
                return max(begins, start) + left
            left -= lasts
        raise NeverDue(f"no {seconds / HOUR_S:g} working hours come within ten years")

    def worked(self, start: float, end: float) -> float:
        """Working seconds between two instants; 0 when the end is not after the start."""
        total = 0.0
        for begins, ends in self._from(start):
            if begins >= end:
                break
            total += max(0.0, min(ends, end) - max(begins, start))
        return total

    def _from(self, start: float) -> Iterator[Span]:
        """The working spans that end after `start`, in order."""
        day = datetime.fromtimestamp(start, self._zone).date()
        for ahead in range(_FURTHEST_DAYS):
            for span in self.spans(day + timedelta(days=ahead)):
                if span[1] > start:
                    yield span

    def _spans(self, day: date) -> tuple[Span, ...]:
        """When it is worked on a day."""
        if not self.is_worked(day):
            return ()
        return tuple(
            (self._instant(day, each.begins), self._instant(day, each.ends, end=True)) for each in self._hours
        )

    def _instant(self, day: date, at: time, *, end: bool = False) -> float:
        if end and at == time():
            day += timedelta(days=1)
        return datetime.combine(day, at, self._zone).timestamp()


def _seconds(at: time, *, end: bool = False) -> float:
    if end and at == time():
        return DAY_S
    return at.hour * HOUR_S + at.minute * 60 + at.second
