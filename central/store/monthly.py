"""The sums of whole months: they change with their rows, and are made from these when the rules change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Insert, delete, func, insert, select

from central.indicators.cases import Case
from central.indicators.counting import Span
from central.indicators.formulas import BYS, COUNTED_BY, INSTANT, TALLIES, By, added, none
from central.indicators.months import Place, months_of, moved, wider
from central.indicators.periods import Period, named
from central.store.bulk import write_rows
from central.store.database import Store, insert_in, take_turn
from central.store.figuring import Wanted, tallied
from central.store.indicator_tables import indicator_cases, indicator_months
from central.store.marking import mark, marked

MARK = "indicator months"
_m = indicator_months.c
_SUMS = tuple(_m[name] for name in TALLIES)
Groups = dict[str, dict[str, int]]


def add_up(connection: Connection, changes: Iterable[tuple[Case | None, Case]], zone: ZoneInfo) -> None:
    """Let the sums follow what rows have become. The turn is the caller's."""
    rows = [_row(place, sums) for place, sums in sorted(moved(changes, zone).items())]
    write_rows(connection, _adding(connection.dialect.name), rows)


@cache
def _adding(dialect: str) -> Insert:
    put = insert_in(dialect, indicator_months)
    more = {each.name: each + put.excluded[each.name] for each in _SUMS}
    return put.on_conflict_do_update(index_elements=[_m.month, _m.by, _m.key], set_=more)


def with_months(
    connection: Connection, by: By, wanted: Wanted, months: Sequence[Period], rests: Iterable[Span]
) -> Groups:
    """As `figuring.tallied`, of whole months from their sums and of the rest from rows.

    Of the filters only an area may be set, and `by` must be a grouping of what is in it.
    """
    now = wanted.span.now
    found = _of_months(connection, by, months, wanted.area)
    for rest in rests:
        _add(found, tallied(connection, by, replace(wanted, span=replace(rest, now=now))))
    ends = months[-1].until
    if (since := max(now, months[0].since)) < ends:  # what is due in them, but not yet
        not_yet = replace(wanted, span=Span(since, ends, ends))
        _add(found, tallied(connection, by, not_yet, bases=("due",)), -1)
    return {key: sums for key, sums in found.items() if any(sums.values())}


def summed(connection: Connection, zone: ZoneInfo) -> bool:
    """Whether the sums are there, by these rules and this place's clock."""
    return marked(connection, MARK) == _rules(zone)


def to_sum(store: Store, zone: ZoneInfo) -> list[tuple[Period, By]]:
    """What is to be summed anew before they are; nothing when they are. Raises StoreAway."""
    with store.read() as connection:
        if summed(connection, zone):
            return []
        names = set(connection.execute(select(_m.month).distinct()).scalars())
        edges = [each.astimezone(zone).date() for each in _edges(connection) if each is not None]
    if edges:
        names |= {month.name for month in months_of(min(edges), max(edges), zone)}
    return [(named(name, zone), by) for name in sorted(names) for by in BYS]


def sum_anew(store: Store, month: Period, by: By) -> None:
    """Sum one grouping of a month from its rows. Raises StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        connection.execute(delete(indicator_months).where(_m.month == month.name, _m.by == by))
        found = tallied(connection, by, Wanted(Span(month.since, month.until, month.until)))
        if found:
            rows = [_row((month.name, by, key), sums) for key, sums in found.items()]
            connection.execute(insert(indicator_months), rows)


def are_summed(store: Store, zone: ZoneInfo) -> None:
    """From now on reports may use them. Raises StoreAway."""
    with store.write() as connection:
        mark(connection, MARK, _rules(zone))


def _rules(zone: ZoneInfo) -> str:
    return f"{COUNTED_BY} {zone.key}"


def _row(place: Place, sums: Mapping[str, int]) -> dict[str, Any]:
    month, by, key = place
    return {"month": month, "by": by, "key": key} | {name: sums.get(name, 0) for name in TALLIES}


def _of_months(connection: Connection, by: By, months: Sequence[Period], area: str | None) -> Groups:
    if area is None:
        return _summed(connection, by, months)
    found = _summed(connection, by, months, _m.key >= area, _m.key < f"{area}:")  # the sign after the nine
    around = wider(by, area)
    assert around is not None  # noqa: S101 - the caller's promise
    if around != by:  # what lies in it and in none of the smaller ones
        found[""] = none()
        _add(found, {"": _summed(connection, around, months, _m.key == area).get(area, none())})
        _add(found, {"": added({key: sums for key, sums in found.items() if key})}, -1)
    return found


def _summed(connection: Connection, by: By, months: Sequence[Period], *more: ColumnElement[bool]) -> Groups:
    found: Groups = {}
    for month in months:
        wanted = select(_m.key, *_SUMS).where(_m.month == month.name, _m.by == by, *more)
        groups = {key: dict(zip(TALLIES, sums, strict=True)) for key, *sums in connection.execute(wanted)}
        if found:
            _add(found, groups)
        else:
            found = groups
    return found


def _add(found: Groups, more: Groups, sign: int = 1) -> None:
    for key, sums in more.items():
        there = found.setdefault(key, none())
        for name, number in sums.items():
            there[name] += sign * number


def _edges(connection: Connection) -> list[datetime | None]:
    """The first and the last of each instant."""
    columns = [indicator_cases.c[name] for name in INSTANT.values()]
    ends = [edge(column) for column in columns for edge in (func.min, func.max)]
    return [connection.execute(select(each)).scalar_one() for each in ends]
