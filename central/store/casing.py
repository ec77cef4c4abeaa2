"""Keeps each ticket as it is counted, and as it was when a report was frozen."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any, get_args

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from broker.topics import Address
from central.casework.machine import Action
from central.clock.courses import TicketClock, read
from central.clock.worktime import WorkCalendar
from central.indicators.cases import Beside, Case, Deed, case_of
from central.store.bulk import among, write_rows
from central.store.indicator_tables import indicator_cases, indicator_reports
from central.store.schema import situations, ticket_log, tickets
from central.store.working import facts_of

_NAMES = tuple(each.name for each in fields(Case))
_c = indicator_cases.c
COLUMNS = tuple(_c[name] for name in _NAMES)
_NEW = insert(indicator_cases)
_PUT = update(indicator_cases).where(_c.ticket == bindparam("at_ticket"), _c.until.is_(None))
_ACTIONS = frozenset(get_args(Action))


def kept(connection: Connection, numbers: Collection[int], calendar: WorkCalendar) -> int:
    """Count these tickets as they are now; how many had changed. The turn is the caller's."""
    if not numbers:
        return 0
    return keep(connection, cases_of(connection, numbers, calendar))


def cases_of(connection: Connection, numbers: Collection[int], calendar: WorkCalendar) -> list[Case]:
    """These tickets as they are counted."""
    s, t = situations.c, tickets.c
    lead = (s.source == t.lead_node) & (s.subject == t.lead_subject)
    wanted = select(tickets, s.zone, s.eye).outerjoin(situations, lead)
    rows = connection.execute(wanted.where(among(connection, t.number, numbers)).order_by(t.number)).all()
    deeds = _deeds(connection, numbers)
    return [_case(row, deeds[row.number], calendar) for row in rows]


def keep(connection: Connection, cases: Sequence[Case]) -> int:
    """Write down what differs; what a frozen report has counted stays beside it."""
    edition = edition_now(connection)
    wanted = select(_c.edition, *COLUMNS).where(
        _c.until.is_(None), among(connection, _c.ticket, {each.ticket for each in cases})
    )
    known = {row.ticket: row for row in connection.execute(wanted)}
    changed = [each for each in cases if each.ticket not in known or _differs(each, known[each.ticket])]
    frozen = [n for each in changed if (n := each.ticket) in known and known[n].edition < edition]
    mine = [each for each in changed if (row := known.get(each.ticket)) and row.edition == edition]
    there = {each.ticket for each in mine}
    if frozen:
        shut = update(indicator_cases).where(_c.until.is_(None), _c.ticket.in_(frozen))
        connection.execute(shut.values(until=edition))
    _change(connection, mine)
    new = [_values(each) | {"edition": edition} for each in changed if each.ticket not in there]
    write_rows(connection, _NEW, new)
    return len(changed)


def edition_now(connection: Connection) -> int:
    """How many times reports were frozen."""
    last: int | None = connection.execute(select(func.max(indicator_reports.c.edition))).scalar_one()
    return 0 if last is None else last + 1


def case_in(row: Row[Any]) -> Case:
    """A row of the table."""
    return Case(**{name: getattr(row, name) for name in _NAMES})


def _change(connection: Connection, cases: Sequence[Case]) -> None:
    rows = [{("at_ticket" if k == "ticket" else k): v for k, v in _values(each).items()} for each in cases]
    write_rows(connection, _PUT, rows)


def _values(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _NAMES}


def _differs(case: Case, row: Row[Any]) -> bool:
    return case != case_in(row)


def _deeds(connection: Connection, numbers: Collection[int]) -> dict[int, list[Deed]]:
    """What was done to each, in order."""
    c = ticket_log.c
    wanted = select(c.ticket, c.at, c.action, c.state).where(
        among(connection, c.ticket, numbers), c.action.is_not(None), c.state.is_not(None)
    )
    found: dict[int, list[Deed]] = defaultdict(list)
    for row in connection.execute(wanted.order_by(c.seq)):
        if row.action in _ACTIONS:
            found[row.ticket].append(Deed(row.at.timestamp(), row.action, row.state))
    return found


def _case(row: Row[Any], deeds: Sequence[Deed], calendar: WorkCalendar) -> Case:
    clock = TicketClock() if row.clock is None else read(row.clock)
    district = (row.community or Address.of(row.node).district)[:6]
    zone = None if row.zone is None else f"{row.lead_node} {row.eye.split(' ')[1]} {row.zone}"
    same = {name: getattr(row, name) for name in ("spot", "recurs", "urgings", "in_time")}
    return case_of(facts_of(row), clock, deeds, Beside(district=district, zone=zone, **same), calendar)
