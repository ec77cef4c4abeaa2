"""The figures: the formulas, the periods, and that the database's sums are theirs."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from central.indicators.cases import Deed, dispatches_of, handling_of
from central.indicators.counting import Span, count, listed
from central.indicators.formulas import (
    BASES,
    BYS,
    FIGURES,
    INSTANT,
    TALLIES,
    Base,
    added,
    key_of,
    none,
    values_of,
)
from central.indicators.periods import NoPeriod, around, between, named, ripe
from central.store.casing import case_in
from central.store.database import Store
from central.store.figuring import BELONGS, HOLDS, Wanted, listing, sums_of, tallied, tickets_of
from tests.unit.central.counted import OCTOBER, case, many, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH = named("2026-10", SHANGHAI)
LATER = OCTOBER + timedelta(days=60)
SPAN = Span(MONTH.since, MONTH.until, LATER)


def figures(*cases: Any, span: Span = SPAN) -> dict[str, tuple[float | None, int, int]]:
    found = values_of(added(count(cases, "kind", span)))
    return {name: (each.value, each.numerator, each.denominator) for name, each in found.items()}


def test_a_closed_ticket_in_time() -> None:
    found = figures(case())
    assert found["closing_rate"] == found["in_time_rate"] == (1.0, 1, 1)
    assert found["rework_rate"] == found["extension_rate"] == (0.0, 0, 1)
    assert found["mean_worked"] == (3600.0, 3600, 1)
    assert found["machine_share"] == (1.0, 1, 1)
    assert found["drone_share"] == (0.0, 0, 1)


@pytest.mark.parametrize(
    ("changes", "figure", "expected"),
    [
        ({"state": "handling"}, "closing_rate", (0.0, 0, 1)),
        ({"in_time": False}, "in_time_rate", (0.0, 0, 1)),
        ({"in_time": None}, "in_time_rate", (0.0, 0, 1)),
        ({"state": "deferred"}, "closing_rate", (None, 0, 0)),
        ({"state": "parked", "extensions": 1}, "extension_rate", (1.0, 1, 1)),
        ({"state": "self_cleared"}, "closing_rate", (None, 0, 0)),
        ({"state": "self_cleared"}, "self_cleared_share", (1.0, 1, 1)),
        ({"state": "false_alarm"}, "closing_rate", (None, 0, 0)),
        ({"state": "false_alarm"}, "false_alarm_rate", (1.0, 1, 1)),
        ({"state": "withdrawn"}, "false_alarm_rate", (None, 0, 0)),
        ({}, "dispatch_accuracy", (None, 0, 0)),
        ({"dispatch": 1, "accurate": True}, "dispatch_accuracy", (1.0, 1, 1)),
        ({"dispatch": 2, "accurate": False}, "dispatch_accuracy", (0.0, 0, 1)),
        ({"dispatch": 1, "accurate": True, "state": "merged"}, "dispatch_accuracy", (None, 0, 0)),
        ({"dispatch": 1, "accurate": True}, "machine_share", (None, 0, 0)),
        ({"reworks": 2}, "rework_rate", (1.0, 1, 1)),
        ({"recurs": 3}, "recurrence_rate", (1.0, 1, 1)),
        ({"origin": "citizen"}, "machine_share", (0.0, 0, 1)),
        ({"origin": "drone"}, "drone_share", (1.0, 1, 1)),
        ({"owed_at": None}, "closing_rate", (None, 0, 0)),
        ({"owed_at": MONTH.until}, "closing_rate", (None, 0, 0)),
        ({"owed_at": MONTH.since}, "closing_rate", (1.0, 1, 1)),
        ({"opened_at": MONTH.until, "owed_at": MONTH.since}, "closing_rate", (1.0, 1, 1)),
    ],
)
def test_edges(changes: dict[str, Any], figure: str, expected: tuple[float | None, int, int]) -> None:
    assert figures(case(**changes))[figure] == expected


def test_nothing_to_divide_by_says_so() -> None:
    found = values_of(none())["closing_rate"]
    assert found.value is None
    assert found.why is not None
    assert found.why.text == "there is nothing to divide by: to_close is 0"


def test_what_is_not_due_yet_is_not_due() -> None:
    due = case(state="handling").owed_at
    assert due is not None
    before, after = (replace(SPAN, now=due + timedelta(seconds=s)) for s in (-1, 1))
    assert figures(case(state="handling"), span=before)["closing_rate"] == (None, 0, 0)
    assert figures(case(state="handling"), span=after)["closing_rate"] == (0.0, 0, 1)


def test_every_tally_says_what_it_is_and_has_its_sum() -> None:
    assert {tally.base for tally in TALLIES.values()} == set(BASES) == set(BELONGS)
    assert set(HOLDS) <= set(TALLIES)
    assert {name for each in FIGURES.values() for name in (each.numerator, each.denominator)} <= set(TALLIES)


@given(st.integers(0, 2**32), st.integers(0, 60), st.integers(-40, 40))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_of_groups_add_up_to_the_whole(seed: int, number: int, days: int) -> None:
    cases, span = many(seed, number), replace(SPAN, now=OCTOBER + timedelta(days=days))
    wholes = [added(count(cases, by, span)) for by in BYS]
    assert all(each == wholes[0] for each in wholes)
    for name, figure in FIGURES.items():
        if figure.unit == "share":
            assert wholes[0][figure.numerator] <= wholes[0][figure.denominator], name
    assert wholes[0]["due"] == wholes[0]["deferred"] + wholes[0]["to_close"]


def compared(store: Store, seed: int, number: int) -> None:
    """The database's sums and lists are those of the formulas."""
    cases = many(seed, number)
    put(store, cases)
    with store.read() as connection:
        for now in (LATER, OCTOBER + timedelta(days=12)):
            span = replace(SPAN, now=now)
            for by in BYS:
                assert tallied(connection, by, Wanted(span)) == count(cases, by, span), by
            for name in TALLIES:
                rows = tickets_of(connection, listing(name, Wanted(span)), limit=10_000)
                expected = listed(cases, name, span)
                if TALLIES[name].tickets:
                    assert sorted(row.ticket for row in rows) == expected, name
                else:
                    assert set(expected) <= {row.ticket for row in rows}
        mine = [each for each in cases if each.kind == "bin_full" and key_of(each, "street") == STREET]
        wanted = Wanted(SPAN, kind="bin_full", area=STREET)
        assert tallied(connection, "cell", wanted) == count(mine, "cell", SPAN)


STREET = "131002001"


def test_the_database_counts_as_the_formulas_do(store: Store) -> None:
    for seed in (1, 2, 3):
        compared(store, seed, 400)


def test_a_row_comes_back_as_the_case_it_was(sqlite_store: Store) -> None:
    cases = many(7, 50)
    put(sqlite_store, cases)
    with sqlite_store.read() as connection:
        rows = tickets_of(connection, listing("found", Wanted(SPAN)), limit=1000)
    known = {(each.ticket, each.dispatch): each for each in cases}
    assert rows
    assert all(case_in(row) == known[row.ticket, row.dispatch] for row in rows)


def test_the_sums_go_by_an_index(store: Store) -> None:
    put(store, many(1, 2000))
    with store.write() as connection:
        connection.execute(text("ANALYZE"))
        for base in BASES:
            for edition in (None, 3):
                plan = plan_of(connection, base, edition)
                assert f"ix_indicator_cases_{INSTANT[base]}" in plan, plan
                assert "SCAN indicator_cases" not in plan, plan  # SQLite's word for reading all
                assert "Seq Scan" not in plan, plan


def plan_of(connection: Connection, base: Base, edition: int | None) -> str:
    names = [name for name, tally in TALLIES.items() if tally.base == base]
    day = Span(MONTH.since, MONTH.since + timedelta(days=1), LATER)
    query = sums_of("department", base, names, Wanted(day, edition))
    written = str(query.compile(connection.engine, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(str(row) for row in connection.exec_driver_sql(explain + written.replace("%", "%%")))


def test_handling_is_the_time_in_hand_since_it_was_last_dispatched() -> None:
    story = [
        Deed(0, "accept", "accepted"),
        Deed(10, "dispatch", "dispatched"),
        Deed(20, "send_back", "accepted"),
        Deed(30, "dispatch", "dispatched"),
        Deed(40, "take", "handling"),
        Deed(50, "extend", "handling"),
        Deed(60, "defer", "deferred"),
        Deed(160, "resume", "handling"),
        Deed(170, "feed_back", "fed_back"),
        Deed(200, "rework", "handling"),
        Deed(215, "feed_back", "fed_back"),
        Deed(220, "verify", "verified"),
    ]
    found = handling_of(story)
    assert found.spans == ((30, 60), (160, 170), (200, 215))
    assert (found.passed(), found.handled) == (55, 215)
    again = handling_of([*story, Deed(230, "close", "closed"), Deed(300, "reopen", "accepted")])
    assert (again.spans, again.handled) == ((), None)
    on = handling_of([*story, Deed(230, "rework", "handling")])
    assert on.spans[-1] == (230, None)
    assert on.passed() == 55


def told(*story: tuple[str, str | None]) -> list[tuple[str | None, bool]]:
    deeds = [Deed(n, action, "accepted", department) for n, (action, department) in enumerate(story)]  # type: ignore[arg-type]
    return [(each.department, each.accurate) for each in dispatches_of(deeds)]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ([], []),
        ([("accept", None), ("dispatch", "a")], [("a", True)]),
        ([("dispatch", "a"), ("take", None), ("feed_back", None), ("rework", None)], [("a", True)]),
        ([("dispatch", "a"), ("send_back", None)], [("a", False)]),
        ([("dispatch", "a"), ("send_back", None), ("dispatch", "b")], [("a", False), ("b", True)]),
        ([("dispatch", "a"), ("send_back", None), ("dispatch", "a")], [("a", False), ("a", True)]),
        ([("dispatch", "a"), ("dispatch", "b")], [("a", False), ("b", True)]),
        ([("dispatch", "a"), ("dispatch", "a")], [("a", True), ("a", True)]),  # another post of the same
        (
            [("dispatch", "a"), ("feed_back", None), ("reopen", None), ("dispatch", "b")],
            [("a", True), ("b", True)],
        ),
        (
            [("dispatch", "a"), ("reopen", None), ("dispatch", "b"), ("dispatch", "c")],
            [("a", True), ("b", False), ("c", True)],
        ),
    ],
)
def test_each_dispatch_is_accurate_or_not(
    story: list[tuple[str, str | None]], expected: list[tuple[str, bool]]
) -> None:
    assert told(*story) == expected


@pytest.mark.parametrize(
    ("name", "first", "last", "kind"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "month"),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), "month"),
        ("2026-W40", date(2026, 9, 28), date(2026, 10, 4), "week"),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3), "week"),
        ("2026-10-03", date(2026, 10, 3), date(2026, 10, 3), "day"),
    ],
)
def test_periods_have_names(name: str, first: date, last: date, kind: str) -> None:
    found = named(name, SHANGHAI)
    assert (found.first, found.last, found.kind) == (first, last, kind)
    assert between(first, last, SHANGHAI) == found
    assert around(kind, last, SHANGHAI) == found  # type: ignore[arg-type]


def test_a_day_of_a_zone_that_changes_its_clock() -> None:
    found = named("2026-03-29", ZoneInfo("Europe/Berlin"))
    assert found.until - found.since == timedelta(hours=23)


@pytest.mark.parametrize(
    "name",
    ["", "2026", "2026-13", "2026-W54", "2026-W40-1", "2026-02-30", "1999-01", "2026-1", "20261003"],
)
def test_what_is_no_period(name: str) -> None:
    with pytest.raises(NoPeriod):
        named(name, SHANGHAI)


def test_days_that_cannot_be() -> None:
    with pytest.raises(NoPeriod, match="ends on 2026-10-01 before it begins"):
        between(date(2026, 10, 2), date(2026, 10, 1), SHANGHAI)
    with pytest.raises(NoPeriod, match="longer than 800 days"):
        between(date(2024, 1, 1), date(2026, 10, 1), SHANGHAI)


@given(st.integers(0, 60 * 86_400), st.integers(0, 60 * 86_400), st.integers(0, 10 * 86_400))
def test_each_is_ripe_once(begin: int, lasts: int, cut_off: int) -> None:
    since = OCTOBER + timedelta(seconds=begin)
    until = since + timedelta(seconds=lasts)
    middle = since + timedelta(seconds=lasts // 2)
    at_once = [p.name for p in ripe(("day", "week", "month"), since, until, cut_off, SHANGHAI)]
    in_two = [p.name for p in ripe(("day", "week", "month"), since, middle, cut_off, SHANGHAI)]
    in_two += [p.name for p in ripe(("day", "week", "month"), middle, until, cut_off, SHANGHAI)]
    assert sorted(at_once) == sorted(in_two)
    assert len(set(at_once)) == len(at_once)
    days = sum(name.count("-") == 2 for name in at_once)
    assert abs(days - lasts / 86_400) <= 1


def test_ripe_at_the_cut_off_and_not_before() -> None:
    cut_off = datetime(2026, 11, 3, 16, 0, tzinfo=timezone.utc)  # three days after October ended in Shanghai
    before = cut_off - timedelta(days=1)
    assert [p.name for p in ripe(("month",), before, cut_off - timedelta(seconds=1), 259_200, SHANGHAI)] == []
    assert [p.name for p in ripe(("month",), before, cut_off, 259_200, SHANGHAI)] == ["2026-10"]
    assert [p.name for p in ripe(("month",), cut_off, cut_off + timedelta(days=5), 259_200, SHANGHAI)] == []
