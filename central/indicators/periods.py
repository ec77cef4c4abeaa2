"""Days, weeks and months by a place's own clock. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

PeriodKind = Literal["day", "week", "month"]
PERIOD_KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)
LONGEST_DAYS: Final = 800
EXPECTED: Final = "a day 2026-10-03, a week 2026-W40 or a month 2026-10 is expected"
_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


class NoPeriod(ValueError):
    """What is no period; the words say what is expected."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, the last one included. since, until: its instants, `until` the first that is not in it.

    kind: None for days that are no day, week or month by themselves; name: how people write it.
    """

    kind: PeriodKind | None
    name: str
    first: date
    last: date
    since: datetime
    until: datetime


def between(first: date, last: date, zone: ZoneInfo) -> Period:
    """The days from one to another, both included. Raises NoPeriod."""
    if last < first:
        raise NoPeriod("bad_time", f"ends on {last} before it begins on {first}")
    if first < _FIRST or last > _LAST:
        raise NoPeriod("wrong_time", f"lies outside of the years {_FIRST.year} to {_LAST.year}")
    if (last - first).days >= LONGEST_DAYS:
        raise NoPeriod("period_too_long", f"is longer than {LONGEST_DAYS} days")
    kind, name = _named(first, last)
    return Period(kind, name, first, last, _midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def named(name: str, zone: ZoneInfo) -> Period:
    """The period of a name. Raises NoPeriod."""
    try:
        if match := _WEEK.fullmatch(name):
            first = date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return between(first, first + timedelta(days=6), zone)
        if match := _MONTH.fullmatch(name):
            return _month(date(int(match[1]), int(match[2]), 1), zone)
        if _DAY.fullmatch(name):
            day = date.fromisoformat(name)
            return between(day, day, zone)
    except NoPeriod:
        raise
    except ValueError:
        pass
    raise NoPeriod("no_period", f"is no period: {EXPECTED}")


def around(kind: PeriodKind, day: date, zone: ZoneInfo) -> Period:
    """The period of a kind that a day belongs to."""
    if kind == "day":
        return between(day, day, zone)
    if kind == "month":
        return _month(day.replace(day=1), zone)
    first = day - timedelta(days=day.weekday())
    return between(first, first + timedelta(days=6), zone)


def leading_to(kind: PeriodKind, day: date, count: int, zone: ZoneInfo) -> list[Period]:
    """So many periods of a kind in their order; the last is that of the day. Raises NoPeriod."""
    found = [around(kind, day, zone)]
    while len(found) < count:
        found.append(around(kind, found[-1].first - timedelta(days=1), zone))
    return found[::-1]


def ripe(
    kinds: Sequence[PeriodKind], since: datetime, now: datetime, cut_off_s: float, zone: ZoneInfo
) -> Iterator[Period]:
    """Those whose cut-off has come and lies after `since`, each kind in its order."""
    for kind in kinds:
        period = around(kind, (since - timedelta(seconds=cut_off_s)).astimezone(zone).date(), zone)
        while (cut_off := cut_off_of(period, cut_off_s)) <= now:
            if cut_off > since:
                yield period
            period = around(kind, period.last + timedelta(days=1), zone)


def cut_off_of(period: Period, cut_off_s: float) -> datetime:
    """When it is counted for the last time."""
    return period.until + timedelta(seconds=cut_off_s)


def _month(first: date, zone: ZoneInfo) -> Period:
    return between(first, _last_of_month(first), zone)


def _last_of_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _named(first: date, last: date) -> tuple[PeriodKind | None, str]:
    if first == last:
        return "day", first.isoformat()
    if first.day == 1 and last == _last_of_month(first):
        return "month", f"{first:%Y-%m}"
    if first.weekday() == 0 and (last - first).days == 6:
        year, week, _ = first.isocalendar()
        return "week", f"{year}-W{week:02}"
    return None, f"{first.isoformat()}/{last.isoformat()}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(timezone.utc)
