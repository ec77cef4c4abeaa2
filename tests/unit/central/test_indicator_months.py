"""The sums of months are those of their rows, whatever becomes of these; and reports go by them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, delete, select, update

from central.figures import Asked, Indicators
from central.indicators.counting import Span
from central.indicators.formulas import BYS, TALLIES, By
from central.indicators.months import AREAS, moved, split, wider
from central.indicators.periods import Period, between, named
from central.store.database import Store
from central.store.figuring import Wanted, tallied
from central.store.indicator_tables import indicator_months
from central.store.monthly import are_summed, sum_anew, summed, to_sum, with_months
from tests.unit.central.counted import OCTOBER, SHANGHAI, case, many, put

LATER = OCTOBER + timedelta(days=60)
PERIODS = (named("2026-10", SHANGHAI), between(date(2026, 9, 20), date(2026, 11, 5), SHANGHAI))
CODES = ("131002", "131002001", "131002001002", "131002001001001", "131099")


def same(connection: Connection, by: By, period: Period, area: str | None = None) -> None:
    """By the sums as by the rows."""
    months, rests = split(period, SHANGHAI)
    for now in (LATER, OCTOBER + timedelta(days=12), OCTOBER - timedelta(days=40)):
        wanted = Wanted(Span(period.since, period.until, now), area=area)
        assert with_months(connection, by, wanted, months, rests) == tallied(connection, by, wanted), by


def test_the_sums_follow_their_rows(store: Store) -> None:
    for seed, number in ((1, 300), (2, 200), (3, 300)):  # the same tickets, otherwise each time
        put(store, many(seed, number))
    with store.read() as connection:
        for by in BYS:
            for period in PERIODS:
                same(connection, by, period)
        for by in AREAS:
            for code in CODES:
                if wider(by, code) is not None:
                    same(connection, by, PERIODS[0], code)


def test_what_changes_nothing_is_not_written() -> None:
    one = case()
    assert moved([(one, one)], SHANGHAI) == {}
    assert moved([(None, one), (one, case(state="merged"))], SHANGHAI) == {}
    found = moved([(one, case(department="parks"))], SHANGHAI)
    assert {place[1:] for place in found} == {("department", "sanitation"), ("department", "parks")}
    assert found["2026-10", "department", "parks"]["closed"] == 1


def test_other_rules_have_them_made_anew(sqlite_store: Store) -> None:
    assert to_sum(sqlite_store, SHANGHAI) == []  # nothing is there
    are_summed(sqlite_store, SHANGHAI)
    put(sqlite_store, many(1, 100))
    before = rows(sqlite_store)
    berlin = ZoneInfo("Europe/Berlin")
    assert to_sum(sqlite_store, SHANGHAI) == []
    todo = to_sum(sqlite_store, berlin)
    assert {month.name for month, _ in todo} >= {"2026-09", "2026-10", "2026-11"}
    assert {by for _, by in todo} == set(BYS)
    with sqlite_store.write() as connection:
        assert not summed(connection, berlin)
        connection.execute(update(indicator_months).values(found=99))
    for month, by in [(named(month.name, SHANGHAI), by) for month, by in todo]:
        sum_anew(sqlite_store, month, by)
    assert rows(sqlite_store) == before


def rows(store: Store) -> set[tuple[object, ...]]:
    with store.read() as connection:
        found = connection.execute(select(indicator_months)).all()
    return {tuple(row) for row in found if any(getattr(row, name) for name in TALLIES)}


@pytest.mark.parametrize("by", ["department", "cell"])
def test_a_live_month_goes_by_its_sums_once_they_are_there(sqlite_store: Store, by: By) -> None:
    put(sqlite_store, [case(1), case(2)])
    indicators, asked = Indicators(zone=SHANGHAI), Asked(PERIODS[0])
    with sqlite_store.write() as connection:
        connection.execute(delete(indicator_months))
    assert indicators.report(sqlite_store, by, asked, LATER).total.sums["found"] == 2
    are_summed(sqlite_store, SHANGHAI)
    assert indicators.report(sqlite_store, by, asked, LATER).total.sums["found"] == 0
    narrowed = Asked(PERIODS[0], kind="exposed_garbage")  # there are no sums of these
    assert indicators.report(sqlite_store, by, narrowed, LATER).total.sums["found"] == 2
