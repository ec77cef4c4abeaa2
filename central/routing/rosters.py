"""Who is on duty: weekly shifts in local time, and days on which others hold. Pure; instants are UTC seconds.

A shift belongs to the day on which it begins and may run past midnight. Where the clock is put forward, an
hour that does not exist is taken by the old offset; where it is put back, the hour that comes twice belongs
to the shift both times. Shifts may overlap: then all their accounts are on duty.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from broker.timetext import DAY_MINUTES
from central.routing.moments import SATURDAY, WEEK, Span, Worked, clock, within_years

DAY_S: Final = 86_400.0
FURTHEST_DAYS: Final = 40
_UTC: Final = ZoneInfo("UTC")
_MONDAY: Final = date(2024, 1, 1)  # a Monday like any other


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of certain days, and the accounts that have them."""

    span: Span
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """Shifts of every week. exceptions: dates, and the shifts that begin on them instead."""

    weekly: tuple[Shift, ...]
    exceptions: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict)

    def beginning_on(self, day: date, *, worked: bool) -> Iterator[Shift]:
        """The shifts that begin on a day."""
        if day in self.exceptions:
            yield from self.exceptions[day]
        else:
            yield from (shift for shift in self.weekly if shift.span.on(day.weekday(), worked=worked))

    def accounts(self) -> tuple[str, ...]:
        """Every account that is ever on duty, once."""
        shifts = [*self.weekly, *(shift for of_day in self.exceptions.values() for shift in of_day)]
        return tuple(dict.fromkeys(account for shift in shifts for account in shift.accounts))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a roster is read: its zone, and which days are worked there."""

    zone: ZoneInfo
    worked: Worked


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Accounts by name; none: nobody. until: when that changes next, None when not within 40 days."""

    accounts: tuple[str, ...]
    until: float | None = None


Turn = tuple[float, float, tuple[str, ...]]
Free = tuple[float, float]  # seconds


def on_duty(roster: Roster, at: float, place: Place) -> OnDuty:
    """Who is on duty at an instant, and until when."""
    at = within_years(at)
    now = _now(roster, at, place)
    for days in (3, FURTHEST_DAYS):  # most rosters change within a day or two
        if (until := _next(roster, at, place, days, set(now))) is not None:
            return OnDuty(now, until)
    return OnDuty(now)


def _now(roster: Roster, at: float, place: Place) -> tuple[str, ...]:
    """In the order of the roster, each once."""
    found = (who for begins, ends, who in _turns(roster, at, place, 0) if begins <= at < ends)
    return tuple(dict.fromkeys(account for accounts in found for account in accounts))


def _next(roster: Roster, at: float, place: Place, days: int, now: set[str]) -> float | None:
    """When others than now are on duty, within so many days."""
    changes = sorted(_changes(_turns(roster, at, place, days)))
    held: Counter[str] = Counter()
    for instant, together in groupby(changes, key=_instant):
        for _, change, accounts in together:
            held.update(dict.fromkeys(accounts, change))
        if at < instant < _midnight(at, place, days + 1) and {who for who in held if held[who]} != now:
            return instant
    return None


def _instant(change: tuple[float, int, tuple[str, ...]]) -> float:
    return change[0]


def _midnight(at: float, place: Place, days: int) -> float:
    """So many days on; what begins then or later was not looked at."""
    day = datetime.fromtimestamp(at, place.zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), place.zone).timestamp()


def _changes(turns: Sequence[Turn]) -> Iterator[tuple[float, int, tuple[str, ...]]]:
    for begins, ends, accounts in turns:
        yield begins, 1, accounts
        yield ends, -1, accounts


def _turns(roster: Roster, at: float, place: Place, days: int) -> list[Turn]:
    """All that may hold an instant or begin within so many days of it."""
    today = datetime.fromtimestamp(at, place.zone).date()
    # A shift may reach into the day after, and an hour that does not exist into the one after that.
    walked = (today + timedelta(days=n) for n in range(-2, days + 1))
    return [turn for day in walked for turn in _of_day(roster, day, place)]


def _of_day(roster: Roster, day: date, place: Place) -> Iterator[Turn]:
    midnight = datetime.combine(day, time(), place.zone)
    for shift in roster.beginning_on(day, worked=place.worked.day(day)):
        first, last = (midnight + timedelta(minutes=m) for m in (shift.span.begins, shift.span.ends))
        begins, ends = first.timestamp(), max(last.timestamp(), last.replace(fold=1).timestamp())
        if ends > begins:  # not so where both lie about an hour that does not exist
            yield begins, ends, shift.accounts


def gaps(roster: Roster) -> list[str]:
    """Times with nobody on duty, in words: of a week, where days off differ, and of the exceptions."""
    usual = _free(Roster(roster.weekly), _MONDAY, 7, _USUAL_WEEK)
    off = _free(Roster(roster.weekly), _MONDAY, 7, _ALL_OFF)
    found = _told(_joined(usual))
    if off != usual:
        found += [f"{text} of days off" for text in _told(_joined(off)) if text not in found]
    for day in sorted(roster.exceptions):
        free = _free(roster, day, 1, _USUAL_WEEK)
        found += [f"{day} {_clock(begins)}-{_clock(ends, end=True)}" for begins, ends in free]
    return found


def _free(roster: Roster, first: date, days: int, worked: Worked) -> list[Free]:
    """What the shifts leave of some days, where no clock is ever changed."""
    begins = datetime.combine(first, time(), _UTC).timestamp()
    limit, reached = begins + days * DAY_S, begins
    free = []
    for start, end, _ in sorted(_turns(roster, begins, Place(_UTC, worked), days - 1)):
        if start > reached:
            free.append((reached, start))
        reached = max(reached, end)
    return [*free, (reached, limit)] if reached < limit else free


def _joined(free: list[Free]) -> list[Free]:
    """Of one week; a gap from its end into its beginning is one, and comes last."""
    week = 7 * DAY_S
    begins = datetime.combine(_MONDAY, time(), _UTC).timestamp()
    if len(free) > 1 and free[0][0] == begins and free[-1][1] == begins + week:
        return [*free[1:-1], (free[-1][0], free[0][1] + week)]
    return free


def _told(free: list[Free]) -> list[str]:
    """Those of the same hours together: Mon, Tue 20:00-08:00."""
    alike: dict[tuple[str, float], list[str]] = {}
    for begins, ends in free:
        day = WEEK[datetime.fromtimestamp(begins, _UTC).weekday()].capitalize()
        alike.setdefault((_clock(begins), ends - begins), []).append(day)
    return [_hours(begins, lasts, days) for (begins, lasts), days in alike.items()]


def _hours(begins: str, lasts_s: float, days: list[str]) -> str:
    if lasts_s == 7 * DAY_S:
        return "all week"
    named = "every day" if len(days) == len(WEEK) else ", ".join(days)
    if lasts_s > DAY_S:
        return f"{named} from {begins} for {lasts_s / 3600:g} hours"
    ends = (int(begins[:2]) * 60 + int(begins[3:]) + round(lasts_s / 60)) % DAY_MINUTES
    return f"{named} {begins}-{clock(ends or DAY_MINUTES)}"


def _clock(at: float, *, end: bool = False) -> str:
    text = f"{datetime.fromtimestamp(at, _UTC):%H:%M}"
    return "24:00" if end and text == "00:00" else text


_USUAL_WEEK: Final = Worked(lambda day: day.weekday() < SATURDAY, lambda _: True)
_ALL_OFF: Final = Worked(lambda _: False, lambda _: False)
