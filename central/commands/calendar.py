"""`gewu-central calendar`: a year's working days, holidays and moved days."""

import argparse
import json
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import groupby

from broker.workdays import OWN, Day
from central.clock.worktime import FIRST_YEAR, LAST_YEAR, WorkCalendar
from central.settings import CentralSettings

HELP = "a year's working days, holidays, and days that are worked for others"
Dated = tuple[date, Day]


def arguments(command: argparse.ArgumentParser) -> None:
    """Which year."""
    command.add_argument("year", nargs="?", type=_year, metavar="YEAR", help="this one if left out")
    command.add_argument("--json", action="store_true", help="one JSON object a day")


def _year(text: str) -> int:
    if not text.isdecimal() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"a year from {FIRST_YEAR} to {LAST_YEAR} is expected")
    return int(text)


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print it."""
    calendar = settings.clock.working_calendar()
    year = asked.year or calendar.date_of(datetime.now(timezone.utc).timestamp()).year
    days = list(_days(calendar, year))
    if asked.json:
        for day, found in days:
            told = {"day": day.isoformat(), "kind": found.kind, "name": found.name, "known": found.known}
            print(json.dumps(told, ensure_ascii=False))
    else:
        print("\n".join(_lines(settings, calendar, year, days)))
    return 0


def _days(calendar: WorkCalendar, year: int) -> Iterator[Dated]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day, calendar.days.day(day)
        day += timedelta(days=1)


def _lines(
    settings: CentralSettings, calendar: WorkCalendar, year: int, days: Sequence[Dated]
) -> Iterator[str]:
    worked = [day for day, found in days if found.kind == "workday"]
    hours = ", ".join(settings.clock.hours)
    yield f"{year}: {len(worked)} working days of {calendar.day_s / 3600:g} h ({hours}, {calendar.zone})"
    if not calendar.days.knows(year):
        yield "  the public holidays of this year are not known; weekdays and the place's own days count"
    for month in range(1, 13):
        within = sum(day.month == month for day in worked)
        yield f"  {year}-{month:02}  {within:>2} of {monthrange(year, month)[1]} days are worked"
    yield from _runs("holidays", [each for each in days if each[1].kind == "holiday"])
    yield from _runs("worked for others", [each for each in days if each[1].moved and each[1].name != OWN])
    yield from _runs("worked here alone", [each for each in days if each[1].moved and each[1].name == OWN])


def _runs(title: str, days: Sequence[Dated]) -> Iterator[str]:
    """Days that follow each other under one name are one line."""
    if days:
        yield f"{title}:"
    numbered = ((day.toordinal() - n, found.name, day) for n, (day, found) in enumerate(days))
    for (_, name), run in groupby(numbered, key=lambda each: each[:2]):
        dates = [each[2] for each in run]
        until = f" to {dates[-1]:%a %Y-%m-%d}" if len(dates) > 1 else ""
        yield f"  {dates[0]:%a %Y-%m-%d}{until}  {name}"
