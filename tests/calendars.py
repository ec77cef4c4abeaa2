"""Working time as one would count it by hand, minute by minute, and places to count it at by chance."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]

from broker.workdays import Workdays
from central.clock.worktime import Hours, WorkCalendar

HELD = {day.year for day in chinese_calendar.constants.holidays}  # the years of the table
DAYS = 40  # that are counted of each place
# Year ends, the holidays of 2025 and 2026 with the days worked for them, changes of the clock in each zone, a
# day that does not exist (Apia), and years that the table of holidays does not hold.
BEGINNINGS = (
    "2024-12-20", "2025-01-20", "2025-04-20", "2025-09-20", "2025-12-20", "2026-01-30", "2026-04-25",
    "2026-09-10", "2026-12-20", "2027-12-20", "2026-03-01", "2026-03-20", "2026-10-15", "2026-09-20",
    "2011-12-20", "2003-12-20",
)  # fmt: skip
ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "America/Havana", "Australia/Lord_Howe",
    "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "UTC",
)  # fmt: skip
SHIFTS: tuple[tuple[Hours, ...], ...] = (
    (Hours(540, 720), Hours(780, 1080)),
    (Hours(0, 1440),),
    (Hours(510, 1050),),
    (Hours(0, 90), Hours(1320, 1440)),
    (Hours(1320, 1800),),
    (Hours(130, 140), Hours(150, 200)),
    (Hours(60, 180),),
)


@dataclass(frozen=True)
class Place:
    """A zone, hours, and days of its own, for some weeks. What `minutes` says is the truth."""

    zone: str
    hours: tuple[Hours, ...]
    china: bool
    holidays: frozenset[date]
    workdays: frozenset[date]
    first: date

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar on trial."""
        days = Workdays("china" if self.china else "none", self.holidays, self.workdays)
        return WorkCalendar(self.zone, self.hours, days)

    @cached_property
    def begin(self) -> float:
        """Where counting begins: a whole minute."""
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=ZoneInfo("UTC")).timestamp()

    @cached_property
    def minutes(self) -> bytes:
        """Of each minute whether it is worked."""
        zone, free = ZoneInfo(self.zone), {}
        found = bytearray()
        for n in range(DAYS * 1440):
            local = datetime.fromtimestamp(self.begin + 60 * n, zone)
            today = local.date()
            for day in (today, today - timedelta(days=1)):
                if day not in free:
                    free[day] = not self.works(day)
            at = local.hour * 60 + local.minute
            found.append(
                any(
                    (begins <= at < ends and not free[today])
                    or (begins <= at + 1440 < ends and not free[today - timedelta(days=1)])
                    for begins, ends in self.hours
                )
            )
        return bytes(found)

    def works(self, day: date) -> bool:
        """Whether a day is worked, straight from the table."""
        if day in self.holidays or day in self.workdays:
            return day in self.workdays
        if self.china and min(HELD) <= day.year <= max(HELD):
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5

    def worked(self, start: float, end: float) -> float:
        """Minute by minute."""
        first, last = int((start - self.begin) // 60), int((end - self.begin) // 60)
        if first == last:
            return (end - start) * self.minutes[first]
        whole = 60.0 * sum(self.minutes[first + 1 : last])
        head = (self.begin + 60 * (first + 1) - start) * self.minutes[first]
        tail = (end - self.begin - 60 * last) * self.minutes[last] if last < len(self.minutes) else 0.0
        return whole + head + tail

    def due(self, start: float, seconds: float) -> float | None:
        """Minute by minute; None where it is not within the weeks that are counted."""
        if seconds == 0:
            return start
        left, at = seconds, start
        while (n := int((at - self.begin) // 60)) < len(self.minutes):
            until = self.begin + 60 * (n + 1)
            if self.minutes[n]:
                if until - at >= left - 0.0005:
                    return min(at + left, until)
                left -= until - at
            at = until
        return None


def place(chance: random.Random) -> Place:
    """One of the places."""
    first = date.fromisoformat(chance.choice(BEGINNINGS))
    days = [first + timedelta(days=n) for n in range(DAYS)]
    own = chance.sample(days, 4) if chance.random() < 0.5 else []
    return Place(
        chance.choice(ZONES), chance.choice(SHIFTS), chance.random() < 0.7,
        frozenset(own[:2]), frozenset(own[2:]), first,
    )  # fmt: skip


class Case(NamedTuple):
    """What was asked of a place, what it came to, and what it should."""

    place: Place
    start: float
    seconds: float
    found: tuple[float, ...]
    truth: tuple[float, ...]

    @property
    def differs(self) -> bool:
        """By more than a millisecond."""
        return any(abs(one - other) > 0.001 for one, other in zip(self.found, self.truth, strict=True))


def cases(number: int, seed: int, each: int = 40) -> Sequence[Case]:
    """So many cases, `each` of a place."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    found: list[Case] = []
    while len(found) < number:
        here = place(chance)
        calendar = here.calendar
        asked = (_asked(chance, here) for _ in range(min(each, number - len(found))))
        found += [_case(here, calendar, start, seconds) for start, seconds in asked]
    return found


def _asked(chance: random.Random, here: Place) -> tuple[float, float]:
    grain = chance.choice((3600, 60, 0.001))
    start = here.begin + round(chance.uniform(0, DAYS * 86400 - 1) / grain) * grain
    start = min(start, here.begin + DAYS * 86400 - 60)
    worth = chance.choice((0.0, chance.randint(1, 40) * 3600.0, chance.randint(1, 600) * 60.0))
    return start, chance.choice((worth, round(chance.uniform(0, 100_000), 3)))


def _case(here: Place, calendar: WorkCalendar, start: float, seconds: float) -> Case:
    end = min(start + seconds, here.begin + DAYS * 86400)
    found, truth = [calendar.worked(start, end)], [here.worked(start, end)]
    if (due := here.due(start, seconds)) is not None:
        ours = calendar.due(start, seconds)
        found += [ours, calendar.worked(start, ours)]
        truth += [due, seconds]
    return Case(here, start, seconds, tuple(found), tuple(truth))
