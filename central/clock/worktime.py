"""Working time. Pure: instants are seconds since 1970 (UTC); the place's zone says which hours they are.

Theory of operation. An instant is worked when the local clock then stands within the hours of a worked day;
hours past midnight belong to the day on which they begin. So where the clock is put forward, hours that do
not exist are not worked, and where it is put back, hours that come twice count twice. Of each year the spans
worked are listed once, with the seconds worked before each; an instant is then found by halving, and `due`
and `worked` are each other's inverse to the millisecond.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from broker.events import Reason
from broker.workdays import Workdays

Span = tuple[float, float]  # UTC seconds, without the last
MINUTE_S: Final = 60.0
DAY_S: Final = 86_400.0
# Nothing outside these years is worked, so that a time that is centuries off costs a bounded walk.
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099
_EPOCH: Final = date(1970, 1, 1)
# Instants are kept to the millisecond. A remainder below that never puts the end of a day off to the next.
_GRAIN_S: Final = 0.0005
_WARNED_DAYS: Final = 60


class Hours(NamedTuple):
    """From when to when on a worked day, in minutes from its midnight; past 1440 it ends on the next day."""

    begins: int
    ends: int


class NeverDue(ValueError):
    """So much working time does not come before the last year that is counted."""


@dataclass(frozen=True, slots=True)
class _Year:
    """What is worked in one year. before: the seconds before each span, and all of them last."""

    begins: list[float]
    ends: list[float]
    before: list[float]

    def counted(self, at: float) -> float:
        """Seconds worked before an instant."""
        n = bisect_right(self.begins, at) - 1
        return 0.0 if n < 0 else self.before[n] + min(at, self.ends[n]) - self.begins[n]

    def reached(self, seconds: float) -> float | None:
        """The first instant before which so many are worked; None where the year has fewer. seconds > 0."""
        n = max(0, bisect_left(self.before, seconds - _GRAIN_S) - 1)
        if n == len(self.begins):
            return None
        return min(self.begins[n] + seconds - self.before[n], self.ends[n])


class WorkCalendar:
    """The working time of one place. hours: in any order; none overlaps another."""

    def __init__(self, zone: str, hours: Sequence[Hours], days: Workdays) -> None:
        self.zone = ZoneInfo(zone)
        self._hours = tuple(hours)
        self.days = days
        self.day_s = sum(ends - begins for begins, ends in hours) * MINUTE_S
        self._starts = [
            datetime(year, 1, 1, tzinfo=self.zone).timestamp() for year in range(FIRST_YEAR, LAST_YEAR + 2)
        ]
        self._years: dict[int, _Year] = {}  # at most one for each year counted

    def due(self, start: float, seconds: float) -> float:
        """The first instant at which so many working seconds have passed since `start`. Raises NeverDue."""
        if seconds <= _GRAIN_S:
            return start
        n = self._index(start)
        left = seconds + self._year(n).counted(start)
        while n < len(self._starts) - 1:
            table = self._year(n)
            if (at := table.reached(left)) is not None:
                return at
            left -= table.before[-1]
            n += 1
        raise NeverDue(f"{seconds / 3600:g} working hours do not come before the end of {LAST_YEAR}")

    def worked(self, start: float, end: float) -> float:
        """Working seconds between two instants; 0 when the end is not after the start."""
        if not end > start:
            return 0.0
        first, last = self._index(start), self._index(end)
        whole = sum(self._year(n).before[-1] for n in range(first, last))
        return whole + self._year(last).counted(end) - self._year(first).counted(start)

    def spans(self, start: float, end: float) -> Iterator[Span]:
        """The working spans between two instants, in order."""
        for n in range(self._index(start), self._index(end) + 1):
            table = self._year(n)
            for k in range(bisect_right(table.ends, start), bisect_left(table.begins, end)):
                yield max(start, table.begins[k]), min(end, table.ends[k])

    def is_worked(self, day: date) -> bool:
        """Whether a day is a working day."""
        return self.days.day(day).kind == "workday"

    def date_of(self, at: float) -> date:
        """The day of an instant."""
        return self.local(at).date()

    def local(self, at: float) -> datetime:
        """An instant by the place's clock, the next that can be written where it lies beyond those."""
        within = min(max(at, self._starts[0]), self._starts[-1])
        return datetime.fromtimestamp(within, self.zone)

    def told(self, at: float) -> str:
        """An instant as people there write it."""
        return f"{self.local(at):%a %Y-%m-%d %H:%M}"

    def unknown(self, since: float, until: float) -> Reason | None:
        """That the holidays of a year in between are not known; to be told beside what was counted."""
        years = range(self.local(since).year, self.local(until).year + 1)
        lost = [year for year in years if not self.days.knows(year)]
        if not lost:
            return None
        told = ", ".join(map(str, lost[:3])) + (" and later" if len(lost) > 3 else "")
        text = f"the public holidays of {told} are not known here; weekdays and the place's own days count"
        return Reason(code="calendar_unknown", text=text, values={"first_year": lost[0]})

    def warning(self, now: float) -> Reason | None:
        """What to log at the start: holidays that are not known of now and of the weeks that come."""
        return self.unknown(now, now + _WARNED_DAYS * DAY_S)

    def _index(self, at: float) -> int:
        return min(max(bisect_right(self._starts, at) - 1, 0), len(self._starts) - 2)

    def _year(self, n: int) -> _Year:
        if n not in self._years:
            self._years[n] = _listed(self._spans_of(n))
        return self._years[n]

    def _spans_of(self, n: int) -> list[Span]:
        """What is worked between two New Years."""
        first, last = self._starts[n], self._starts[n + 1]
        stretches = list(_stretches(self.zone, first - 2 * DAY_S, last + 2 * DAY_S))
        year = FIRST_YEAR + n
        day, found = date(year - 1, 12, 29), []
        while day <= date(year + 1, 1, 2):
            if self.is_worked(day):
                found += [span for each in self._hours for span in _on(day, each, stretches)]
            day += timedelta(days=1)
        clipped = ((max(first, begins), min(last, ends)) for begins, ends in found)
        return _joined(span for span in clipped if span[0] < span[1])


class _Stretch(NamedTuple):
    """Between two changes of the clock. offset: what is added to UTC."""

    begins: float
    ends: float
    offset: float


def _stretches(zone: ZoneInfo, begin: float, end: float) -> Iterator[_Stretch]:
    """The stretches of one offset each that make up a time; a stretch of less than a day may be missed."""
    since, offset, at = begin, _offset(zone, begin), begin
    while at < end:
        ahead = min(at + DAY_S, end)
        if (other := _offset(zone, ahead)) != offset:
            change = _change(zone, at, ahead)
            yield _Stretch(since, change, offset)
            since, offset = change, other
        at = ahead
    yield _Stretch(since, end, offset)


def _change(zone: ZoneInfo, low: float, high: float) -> float:
    """The first whole second with another offset than `low` has."""
    below, above, offset = int(low), int(high), _offset(zone, low)
    while above - below > 1:
        middle = (below + above) // 2
        if _offset(zone, middle) == offset:
            below = middle
        else:
            above = middle
    return float(above)


def _offset(zone: ZoneInfo, at: float) -> float:
    offset = datetime.fromtimestamp(at, timezone.utc).astimezone(zone).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0


def _on(day: date, hours: Hours, stretches: Iterable[_Stretch]) -> Iterator[Span]:
    """When the local clock stands within these hours of a day; what ends before it begins is nothing."""
    midnight = (day - _EPOCH).days * DAY_S
    for since, until, offset in stretches:
        begins = midnight + hours.begins * MINUTE_S - offset
        ends = midnight + hours.ends * MINUTE_S - offset
        yield max(since, begins), min(until, ends)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """In order; what touches is one. No two overlap, for hours do not."""
    joined: list[Span] = []
    for begins, ends in sorted(spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], ends)
        else:
            joined.append((begins, ends))
    return joined


def _listed(spans: Sequence[Span]) -> _Year:
    before = [0.0]
    for begins, ends in spans:
        before.append(before[-1] + ends - begins)
    return _Year([span[0] for span in spans], [span[1] for span in spans], before)
