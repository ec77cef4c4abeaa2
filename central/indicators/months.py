"""Sums of whole months, kept as tickets change, so that a report need not count their tickets. Pure.

Theory of operation. Tallies add up, so the sums of a month follow from what each ticket that changes added
before and adds now. A report of a month, or of more days with whole months in them, takes the sums of these
and counts the rest. Of the month that runs, the sums have too much: what is due in it, but not yet.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from central.indicators.cases import Case
from central.indicators.counting import Span
from central.indicators.formulas import BASES, BYS, INSTANT, TALLIES, Base, By, Tally, key_of
from central.indicators.periods import Period, around

Place = tuple[str, By, str]  # a month by its name, a grouping, and the key of a group
_TALLIES: Mapping[Base, Mapping[str, Tally]] = MappingProxyType(
    {base: {name: each for name, each in TALLIES.items() if each.base == base} for base in BASES}
)
# The groupings by area, the widest first, and how many digits their codes have.
AREAS: Mapping[By, int] = MappingProxyType({"district": 6, "street": 9, "community": 12, "cell": 15})


def month_of(at: datetime, zone: ZoneInfo) -> str:
    """The name of an instant's month by the place's clock."""
    return f"{at.astimezone(zone):%Y-%m}"


def moved(changes: Iterable[tuple[Case | None, Case]], zone: ZoneInfo) -> dict[Place, dict[str, int]]:
    """What the sums change by when cases are others than before; None: it was not there."""
    found: dict[Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for old, new in changes:
        before, now = _shares(old, zone), _shares(new, zone)
        if before == now and old is not None and _keys(old) == _keys(new):
            continue
        for case, shares, sign in ((old, before, -1), (new, now, 1)):
            for month, sums in shares:
                for by, key in _keys(case):
                    place = found[month, by, key]
                    for name, number in sums.items():
                        place[name] += sign * number
    kept = {place: {name: n for name, n in sums.items() if n} for place, sums in found.items()}
    return {place: sums for place, sums in kept.items() if sums}


def split(period: Period, zone: ZoneInfo) -> tuple[list[Period], list[Span]]:
    """The whole months of a period, and what is before and after them."""
    touched = months_of(period.first, period.last, zone)
    months = [each for each in touched if each.first >= period.first and each.last <= period.last]
    if not months:
        return [], [Span(period.since, period.until, period.until)]
    edges = ((period.since, months[0].since), (months[-1].until, period.until))
    return months, [Span(since, until, until) for since, until in edges if since < until]


def months_of(first: date, last: date, zone: ZoneInfo) -> Iterator[Period]:
    """The months in which these days lie, and all between."""
    month = around("month", first, zone)
    while month.first <= last:
        yield month
        month = around("month", month.last + timedelta(days=1), zone)


def wider(by: By, area: str) -> By | None:
    """The grouping in which the area is a group; None where `by` is no grouping of what is in it."""
    if by not in AREAS or len(area) > AREAS[by]:
        return None
    return next(each for each, digits in AREAS.items() if digits == len(area))


def _shares(case: Case | None, zone: ZoneInfo) -> list[tuple[str, dict[str, int]]]:
    """What a case adds to which months."""
    found = []
    for base in BASES if case is not None else ():
        at: datetime | None = getattr(case, INSTANT[base])
        if at is not None:
            added = {name: n for name, tally in _TALLIES[base].items() if (n := tally.adds(case))}  # type: ignore[arg-type]
            if added:
                found.append((month_of(at, zone), added))
    return found


def _keys(case: Case | None) -> list[tuple[By, str]]:
    return [] if case is None else [(by, key_of(case, by)) for by in BYS]
