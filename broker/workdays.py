"""Which days are worked: China's public holidays with their shifted working days, and the place's own days.

The State Council publishes a year's days in the autumn before; the table is that of the package
chinesecalendar. A year it does not hold counts by plain weekdays, and whoever asks is told so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal

import chinese_calendar  # type: ignore[import-untyped]

DayKind = Literal["workday", "weekend", "holiday"]
CalendarName = Literal["china", "none"]
OWN: Final = "by the place's own list"
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Day:
    """What a day is. name: of its holiday, or what it is worked for. known: the table has its year."""

    kind: DayKind
    name: str = ""
    known: bool = True

    @property
    def moved(self) -> bool:
        """Whether it is worked for another day: a Saturday or Sunday that is no rest."""
        return self.kind == "workday" and self.name != ""


class Workdays:
    """The days of one place. holidays, workdays: its own, which win over the table. own: their name."""

    def __init__(
        self,
        calendar: CalendarName = "china",
        holidays: Collection[date] = (),
        workdays: Collection[date] = (),
        *,
        own: str = OWN,
    ) -> None:
        self._table = calendar == "china"
        self._holidays = frozenset(holidays)
        self._workdays = frozenset(workdays)
        self._own = own

    def day(self, day: date) -> Day:
        """What this day is. Every day is exactly one of workday, weekend and holiday."""
        found = _chinese(day) if self._table else _plain(day)
        if day in self._holidays:
            return Day("holiday", self._own, found.known)
        if day in self._workdays:
            return Day("workday", self._own, found.known)
        return found

    def is_own(self, day: date) -> bool:
        """Whether the place says itself what this day is."""
        return day in self._holidays or day in self._workdays

    def knows(self, year: int) -> bool:
        """Whether the table holds a year's holidays; always where no table is asked."""
        return self.day(date(year, 1, 1)).known


def _plain(day: date, *, known: bool = True) -> Day:
    return Day("weekend" if day.weekday() >= _SATURDAY else "workday", known=known)


@lru_cache(maxsize=8192)  # a ticket's limits ask about the same few weeks again and again
def _chinese(day: date) -> Day:
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # what the package raises for a year that it does not hold
        return _plain(day, known=False)
    if not free:
        return Day("workday", f"worked for {name}" if name else "")
    return Day("holiday", str(name)) if name else Day("weekend")
