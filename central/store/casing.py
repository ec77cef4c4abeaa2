"""Keeps each ticket as it is counted, and as it was when a report was frozen."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import Any, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from broker.topics import Address
from central.casework.machine import Action
from central.clock.courses import TicketClock, read
from central.clock.worktime import WorkCalendar
from central.indicators.cases import Beside, Case, Deed, case_of, sent
from central.store.bulk import among, write_rows
from central.store.figuring import COLUMNS
from central.store.indicator_tables import indicator_cases, indicator_reports
from central.store.monthly import add_up
from central.store.schema import situations, ticket_log, tickets
from central.store.working import facts_of

_c = indicator_cases.c
_NAMES = tuple(each.name for each in COLUMNS)  # in the order of a case's fields
_values_of = attrgetter(*_NAMES)
_ACTIONS = frozenset(get_args(Action))


def kept(connection: Connection, numbers: Collection[int], calendar: WorkCalendar) -> int:
    """Count these tickets as they are now; how many had changed. The turn is the caller's."""
    if not numbers:
        return 0
    return keep(connection, cases_of(connection, numbers, calendar), calendar.zone)


def cases_of(connection: Connection, numbers: Collection[int], calendar: WorkCalendar) -> list[Case]:
    """These tickets as they are counted."""
    s, t = situations.c, tickets.c
    lead = (s.source == t.lead_node) & (s.subject == t.lead_subject)
    wanted = select(tickets, s.zone, s.eye).outerjoin(situations, lead)
    rows = connection.execute(wanted.where(among(connection, t.number, numbers)).order_by(t.number)).all()
    deeds = _deeds(connection, numbers)
    found = [_case(row, deeds[row.number], calendar) for row in rows]
    return [each for case in found for each in (case, *sent(case, deeds[case.ticket]))]


def keep(connection: Connection, cases: Sequence[Case], zone: ZoneInfo) -> int:
    """Write down what differs; what a frozen report has counted stays beside it. zone: of the months."""
    edition = edition_now(connection)
    wanted = select(_c.edition, *COLUMNS).where(
        _c.until.is_(None), among(connection, _c.ticket, {each.ticket for each in cases})
    )
    known = {(row.ticket, row.dispatch): (row.edition, case_in(row)) for row in connection.execute(wanted)}
    there = [(each, *known.get((each.ticket, each.dispatch), (None, None))) for each in cases]
    add_up(connection, [(old, new) for new, _, old in there if new != old], zone)
    changed = [(new, seen) for new, seen, old in there if new != old]
    _shut(connection, [new for new, seen in changed if seen is not None and seen < edition], edition)
    _change(connection, [new for new, seen in changed if seen == edition])
    fresh = [_values(new) | {"edition": edition} for new, seen in changed if seen != edition]
    write_rows(connection, _ADD, fresh)
    return len(changed)


def edition_now(connection: Connection) -> int:
    """How many times reports were frozen."""
    last: int | None = connection.execute(select(func.max(indicator_reports.c.edition))).scalar_one()
    return 0 if last is None else last + 1


def case_in(row: Row[Any]) -> Case:
    """A row of the table."""
    return Case(*_values_of(row))


def _values(case: Case) -> dict[str, Any]:
    return dict(zip(_NAMES, _values_of(case), strict=True))


_KEY = ("ticket", "dispatch")
_MINE = (_c.ticket == bindparam("at_ticket")) & (_c.dispatch == bindparam("at_dispatch")) & _c.until.is_(None)
_ADD, _PUT = insert(indicator_cases), update(indicator_cases).where(_MINE)


def _shut(connection: Connection, cases: Sequence[Case], edition: int) -> None:
    """A frozen report has counted them as they were; it goes on seeing that."""
    rows = [{"at_ticket": each.ticket, "at_dispatch": each.dispatch, "until": edition} for each in cases]
    write_rows(connection, _PUT, rows)


def _change(connection: Connection, cases: Sequence[Case]) -> None:
    rows = [{(f"at_{k}" if k in _KEY else k): v for k, v in _values(each).items()} for each in cases]
    write_rows(connection, _PUT, rows)


def _deeds(connection: Connection, numbers: Collection[int]) -> dict[int, list[Deed]]:
    """What was done to each, in order."""
    c = ticket_log.c
    wanted = select(c.ticket, c.at, c.action, c.state, c.details).where(
        among(connection, c.ticket, numbers), c.action.is_not(None), c.state.is_not(None)
    )
    found: dict[int, list[Deed]] = defaultdict(list)
    for row in connection.execute(wanted.order_by(c.seq)):
        if row.action in _ACTIONS:
            department = (row.details or {}).get("department")
            found[row.ticket].append(Deed(row.at.timestamp(), row.action, row.state, department))
    return found


def _case(row: Row[Any], deeds: Sequence[Deed], calendar: WorkCalendar) -> Case:
    clock = TicketClock() if row.clock is None else read(row.clock)
    district = (row.community or Address.of(row.node).district)[:6]
    zone = None if row.zone is None else f"{row.lead_node} {row.eye.split(' ')[1]} {row.zone}"
    same = {name: getattr(row, name) for name in ("spot", "recurs", "urgings", "in_time")}
    return case_of(facts_of(row), clock, deeds, Beside(district=district, zone=zone, **same), calendar)
