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

from central.routing.moments import WEEK, Span, Worked, within_years

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


@dataclass(frozen=True, slots=True)
class Gap:
    """A time with nobody on duty, in words (Mon 20:00-Tue 08:00)."""

    text: str
    hours: float


Turn = tuple[float, float, tuple[str, ...]]


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


def gaps(roster: Roster) -> list[Gap]:
    """Times with nobody on duty: of a week, of days off in it, and of the dates with shifts of their own."""
    usual = _free(roster, _MONDAY, 7, _normal_week)
    found = [Gap(_week(begins, ends), hours) for begins, ends, hours in _joined(usual)]
    off = [each for each in _free(roster, _MONDAY, 7, _all_off) if each not in usual]
    found += [Gap(f"{_week(b, e)} where all are days off", h) for b, e, h in _joined(off)]
    for day in sorted(roster.exceptions):
        for begins, ends, hours in _free(roster, day, 1, _normal_week):
            found.append(Gap(f"{day} {_clock(begins)}-{_clock(ends, end=True)}", hours))
    return found


Free = tuple[float, float, float]  # from, to (seconds), hours


def _free(roster: Roster, first: date, days: int, worked: Worked) -> list[Free]:
    """What the shifts leave of some days, where no clock is ever changed."""
    begins = datetime.combine(first, time(), _UTC).timestamp()
    limit, free, reached = begins + days * DAY_S, [], begins
    weekly = Roster(roster.weekly) if days > 1 else roster
    for start, end, _ in sorted(_turns(weekly, begins, Place(_UTC, worked), days - 1)):
        if start > reached:
            free.append((reached, min(start, limit), (min(start, limit) - reached) / 3600))
        reached = max(reached, end)
    if reached < limit:
        free.append((reached, limit, (limit - reached) / 3600))
    return free


def _joined(free: list[Free]) -> list[Free]:
    """A gap from Sunday to Monday is one; so is a week without anybody."""
    week = 7 * DAY_S
    begins = datetime.combine(_MONDAY, time(), _UTC).timestamp()
    if len(free) > 1 and free[0][0] == begins and free[-1][1] == begins + week:
        return [*free[1:-1], (free[-1][0], free[0][1] + week, free[-1][2] + free[0][2])]
    return free


def _week(begins: float, ends: float) -> str:
    return "the whole week" if ends - begins == 7 * DAY_S else f"{_weekly(begins)}-{_weekly(ends)}"


def _weekly(at: float) -> str:
    local = datetime.fromtimestamp(at, _UTC)
    return f"{WEEK[local.weekday()].capitalize()} {local:%H:%M}"


def _clock(at: float, *, end: bool = False) -> str:
    text = f"{datetime.fromtimestamp(at, _UTC):%H:%M}"
    return "24:00" if end and text == "00:00" else text


_normal_week = Worked(lambda day: day.weekday() < 5, lambda _: True)
_all_off = Worked(lambda _: False, lambda _: False)
