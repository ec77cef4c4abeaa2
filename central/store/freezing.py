"""Reports that are counted for the last time: once, in one transaction, as of one line of the log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from central.clock.worktime import WorkCalendar
from central.indicators.counting import Span
from central.indicators.formulas import added
from central.indicators.periods import Period
from central.store.casing import edition_now, kept
from central.store.database import Store, take_turn
from central.store.figuring import Wanted, tallied
from central.store.indicator_tables import indicator_reports
from central.store.tailing import entries, reached

AT_ONCE = 500
_r = indicator_reports.c


@dataclass(frozen=True, slots=True)
class Frozen:
    """A report that is frozen. edition: of the rows that it counts; evaluation: as it was then."""

    name: str
    since: datetime
    until: datetime
    edition: int
    frozen: datetime
    sums: dict[str, int]
    evaluation: dict[str, Any]


def freeze(
    store: Store,
    periods: Sequence[Period],
    evaluation: dict[str, Any],
    calendar: WorkCalendar,
    now: datetime,
    *,
    follower: str,
) -> list[str]:
    """Freeze those that are not yet, counting all that the log says; their names. Raises StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        wanted = _unfrozen(connection, periods)
        if not wanted:
            return []
        read_on(connection, follower, calendar)
        edition = edition_now(connection)
        rows = [_row(connection, period, edition, evaluation, now) for period in wanted]
        connection.execute(insert(indicator_reports), rows)
    return [period.name for period in wanted]


def read_on(connection: Connection, follower: str, calendar: WorkCalendar) -> None:
    """Count everything up to the end of the log. The turn is the caller's."""
    while True:
        found, seq = entries(connection, follower, at_most=AT_ONCE)
        if seq is None:
            return
        kept(connection, {each.ticket for each in found}, calendar)
        reached(connection, follower, seq)


def frozen_report(connection: Connection, name: str) -> Frozen | None:
    """The report of that name; None while it is open."""
    columns = [_r[field] for field in Frozen.__dataclass_fields__]
    row = connection.execute(select(*columns).where(_r.name == name)).one_or_none()
    return None if row is None else Frozen(*row)


def _unfrozen(connection: Connection, periods: Iterable[Period]) -> list[Period]:
    known = set(connection.execute(select(_r.name)).scalars())
    return [period for period in periods if period.name not in known]


def _row(
    connection: Connection, period: Period, edition: int, evaluation: dict[str, Any], now: datetime
) -> dict[str, Any]:
    span = Span(period.since, period.until, now)
    sums = added(tallied(connection, "district", Wanted(span)))
    row = {"name": period.name, "kind": period.kind, "since": period.since, "until": period.until}
    return row | {"edition": edition, "frozen": now, "sums": sums, "evaluation": evaluation}
