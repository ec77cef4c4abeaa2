"""How fast figures come: `python -m tests.bench.indicators [--tickets N] [--postgresql]`.

Counted tickets of two years, made up; then a month by each grouping, live and frozen, and the tickets of a
figure, warm. What is compared is one month counted by the pure formulas out of the same rows. The last line
is one JSON object; the exit code is 1 when a figure differs from that, or comes later than the limit.
"""

import argparse
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, text

from central.api.figure_answers import report_json
from central.clock.settings import ClockSettings
from central.figures import Asked, Indicators
from central.indicators.counting import Span, count
from central.indicators.formulas import BYS, By, added
from central.indicators.periods import named
from central.store.casing import case_in, keep
from central.store.database import Store, sqlite_url
from central.store.figuring import COLUMNS, Wanted, listing, tickets_of
from central.store.freezing import freeze
from central.store.indicator_tables import indicator_cases
from central.store.migrate import migrate
from central.store.monthly import are_summed, sum_anew, to_sum
from central.store.tailing import begun
from tests.postgres import server
from tests.unit.central.counted import OCTOBER, many

SHANGHAI = ZoneInfo("Asia/Shanghai")
LIMIT_MS, ROUNDS, CELLS, PORTION = 100.0, 20, 4756, 20_000
DAYS, MADE = 730, 200_000
NOW = OCTOBER + timedelta(days=40)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with database(postgresql=asked.postgresql) as store:
        fill(store, asked.tickets)
        found = measured(store)
    found |= {"tickets": asked.tickets, "database": "postgresql" if asked.postgresql else "sqlite"}
    print(json.dumps(found))
    return int(not found["same"] or found["p95_ms"] > LIMIT_MS)


@contextmanager
def database(*, postgresql: bool) -> Iterator[Store]:
    """An empty store."""
    with tempfile.TemporaryDirectory() as folder:
        if postgresql:
            with server() as made:
                yield from _opened(made.new_database())
        else:
            yield from _opened(sqlite_url(Path(folder) / "central.db"))


def _opened(url: str) -> Iterator[Store]:
    store = Store(url)
    try:
        migrate(store)
        yield store
    finally:
        store.close()


def fill(store: Store, number: int) -> None:
    """Tickets of two years in the order in which they were found, in all cells."""
    patterns, made = [asdict(each) for each in many(1, PORTION)], min(number, MADE)
    for first in range(0, made, PORTION):  # whole portions
        rows = [_row(each, first + each["ticket"] - 1, made) for each in patterns]
        with store.write() as connection:
            connection.execute(insert(indicator_cases), rows)
    with store.write() as connection:
        for copy in range(1, number // made):
            copied = [column + copy * made if column.name == "ticket" else column for column in COLUMNS]
            rest = select(indicator_cases.c.edition, *copied).where(indicator_cases.c.ticket <= made)
            names = ["edition", *(column.name for column in COLUMNS)]
            connection.execute(insert(indicator_cases).from_select(names, rest))
        if not store.sqlite:  # the copies lie as they would have come
            connection.execute(text("CREATE INDEX as_they_came ON indicator_cases (opened_at)"))
            connection.execute(text("CLUSTER indicator_cases USING as_they_came"))
            connection.execute(text("DROP INDEX as_they_came"))
    for month, by in to_sum(store, SHANGHAI):
        sum_anew(store, month, by)
    are_summed(store, SHANGHAI)
    with store.write() as connection:
        connection.execute(text("ANALYZE"))


def _row(pattern: dict[str, Any], ticket: int, number: int) -> dict[str, Any]:
    opened = OCTOBER + timedelta(days=31 - DAYS * (1 - ticket / number))
    moved = opened - pattern["opened_at"]
    near = timedelta(days=2)
    names = ("owed_at", "dispatched_at", "handled_at", "closed_at")
    instants = {
        name: None if pattern[name] is None else opened + min(abs(pattern[name] + moved - opened), near)
        for name in names
    }
    cell = ticket * 7919 % CELLS
    code = f"131002{cell // 400 + 1:03}{cell // 20 % 20 + 1:03}{cell % 20 + 1:03}"
    place = {"cell": code, "community": code[:12], "district": code[:6]}
    return pattern | instants | place | {"ticket": ticket + 1, "edition": 0, "opened_at": opened}


def measured(store: Store) -> dict[str, Any]:
    """Live, then frozen; and whether the database says what the formulas say."""
    month, indicators = named("2026-10", SHANGHAI), Indicators()
    asked, span = Asked(month), Span(month.since, month.until, NOW)
    begin = time.perf_counter()
    with store.read() as connection:
        c = indicator_cases.c
        cases = [
            case_in(row)
            for row in connection.execute(select(*COLUMNS).where(c.opened_at >= NOW - timedelta(days=50)))
        ]
    pure, counted = count(cases, "cell", span), len(cases)
    pure_ms = (time.perf_counter() - begin) * 1000
    ways = {f"by_{by}": _by(indicators, store, by, asked) for by in BYS} | {"listed": _tickets(store, span)}
    del cases[:]
    gc.freeze()  # as the service does
    live = {name: timed(way) for name, way in ways.items()}
    live["running_by_cell"] = timed(
        lambda: indicators.report(store, "cell", asked, month.until - timedelta(days=2)).total.values
    )
    street = replace(asked, area="131002001")
    live["street_by_cell"] = timed(_by(indicators, store, "cell", street))
    json_ms = timed(lambda: report_json(indicators.report(store, "cell", asked, NOW)))
    narrowed_ms = timed(_by(indicators, store, "kind", street))
    begun(store, ["bench"])
    freeze(store, [month], {}, ClockSettings().working_calendar(), NOW, follower="bench")
    frozen = {f"frozen_by_{by}": timed(_by(indicators, store, by, asked)) for by in ("department", "cell")}
    total = indicators.report(store, "cell", replace(asked, live=True), NOW).total.sums
    return {
        "counted": counted,
        "same": dict(total) == added(pure),
        "p95_ms": max((live | frozen).values()),
        **live,
        **frozen,
        "not_summed": narrowed_ms,
        "cells_as_json": json_ms,
        "kept_per_s": kept_a_second(store),
        "limit_ms": LIMIT_MS,
        "pure_ms": round(pure_ms, 1),
        "times_faster": round(pure_ms / live["by_cell"], 1),
    }


def kept_a_second(store: Store) -> int:
    """How many changed tickets and dispatches are written down in a second, in portions as they are read."""
    c = indicator_cases.c
    with store.read() as connection:
        newest = select(*COLUMNS).where(c.until.is_(None)).order_by(c.ticket.desc()).limit(5000)
        cases = [replace(case_in(row), state="verified") for row in connection.execute(newest)]
    begin = time.perf_counter()
    for n in range(0, len(cases), 500):
        with store.write() as connection:
            keep(connection, cases[n : n + 500], SHANGHAI)
    return round(len(cases) / (time.perf_counter() - begin))


def _by(indicators: Indicators, store: Store, by: By, asked: Asked) -> Callable[[], object]:
    return lambda: indicators.report(store, by, asked, NOW).total.values


def _tickets(store: Store, span: Span) -> Callable[[], object]:
    def listed() -> object:
        with store.read() as connection:
            return tickets_of(connection, listing("closed", Wanted(span)), limit=100)

    return listed


def timed(way: Callable[[], object]) -> float:
    """The 95th percentile in milliseconds, warm."""
    way()
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        way()
        times.append((time.perf_counter() - begin) * 1000)
    return round(statistics.quantiles(times, n=20)[-1], 1)


if __name__ == "__main__":
    sys.exit(main())
