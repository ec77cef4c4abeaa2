"""Which tickets wait because what they follow from stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, tuple_

from broker.events import Reason, SourceHealth
from broker.fields import read
from central.casework.facts import Facts
from central.correlation.inhibition import Cause, Inhibition, Matter, inhibited
from central.store.changing import change_tickets
from central.store.schema import STILL_OPEN, conditions, tickets

UNTOUCHED = ("reported", "accepted")  # nobody was sent yet
MOST = 1000


@dataclass(frozen=True, slots=True)
class Changed:
    """Tickets that wait now and did not, with the reason; those that wait no more."""

    held: Mapping[int, Reason]
    freed: Sequence[int]


def causes(connection: Connection, rules: Collection[Inhibition], now: datetime) -> list[Cause]:
    """What stands, or ended so lately that it still counts."""
    longest = max((rule.settles_s for rule in rules), default=0.0)
    since = now - timedelta(seconds=longest)
    by_source = sorted({name for rule in rules if rule.scope == "source" for name in rule.when})
    by_cell = sorted({name for rule in rules if rule.scope == "cell" for name in rule.when})
    found = _conditions(connection, by_source, since) if by_source else []
    return found + (_tickets(connection, by_cell, since) if by_cell else [])


def reasons(
    connection: Connection, found: Sequence[Facts], rules: Collection[Inhibition], now: datetime
) -> dict[int, Reason]:
    """Why each of these waits, of those that do."""
    standing = causes(connection, rules, now) if rules and found else []
    if not standing:
        return {}
    judged = {each.number: inhibited(_matter(each), standing, rules, now.timestamp()) for each in found}
    return {number: reason for number, reason in judged.items() if reason is not None}


def changes(connection: Connection, rules: Collection[Inhibition], now: datetime) -> Changed:
    """What is no longer as it is written down."""
    standing = causes(connection, rules, now)
    held = connection.execute(select(tickets).where(tickets.c.inhibited.is_not(None)).limit(MOST)).all()
    near = _near(connection, standing)
    rows = {row.number: row for row in (*held, *near)}
    found = {n: inhibited(_matter(row), standing, rules, now.timestamp()) for n, row in rows.items()}
    return Changed(
        {n: reason for n, reason in found.items() if reason and rows[n].inhibited is None},
        [row.number for row in held if found[row.number] is None or row.state not in UNTOUCHED],
    )


def keep(connection: Connection, found: Changed) -> None:
    """Write it down. The turn is the caller's."""
    whys: dict[int, Reason | None] = {**found.held, **dict.fromkeys(found.freed)}
    change_tickets(connection, {number: {"inhibited": why} for number, why in whys.items()})


def _conditions(connection: Connection, names: Sequence[str], since: datetime) -> list[Cause]:
    c = conditions.c
    wanted = select(conditions).where(c.condition.in_(names), or_(c.state == "raised", c.said_at > since))
    return [_cause(row) for row in connection.execute(wanted.limit(MOST))]


def _cause(row: Row[Any]) -> Cause:
    until = None if row.state == "raised" else row.said_at.timestamp()
    began = read(SourceHealth, row.health).since.timestamp()
    return Cause(row.condition, began, until, row.node, row.source)


def _tickets(connection: Connection, kinds: Sequence[str], since: datetime) -> list[Cause]:
    t = tickets.c
    stands = or_(t.cleared_at.is_(None) & STILL_OPEN, t.cleared_at > since)
    wanted = select(tickets).where(t.kind.in_(kinds), t.cell.is_not(None), stands)
    return [
        Cause(
            row.kind,
            row.opened_at.timestamp(),
            None if row.cleared_at is None else row.cleared_at.timestamp(),
            cell=row.cell,
            ticket=row.number,
        )
        for row in connection.execute(wanted.order_by(t.number.desc()).limit(MOST))
    ]


def _near(connection: Connection, standing: Sequence[Cause]) -> Sequence[Row[Any]]:
    """Untouched tickets of the sources and in the cells that something stands in."""
    t = tickets.c
    sources = sorted({(each.node, each.source) for each in standing if each.source is not None})
    cells = sorted({each.cell for each in standing if each.cell is not None})
    if not (sources or cells):
        return []
    there = or_(tuple_(t.node, t.source).in_(sources), t.cell.in_(cells))
    wanted = select(tickets).where(there, t.state.in_(UNTOUCHED), t.inhibited.is_(None))
    return connection.execute(wanted.order_by(t.number.desc()).limit(MOST)).all()


def _matter(row: Row[Any] | Facts) -> Matter:
    return Matter(row.number, row.kind, row.opened_at.timestamp(), row.node, row.source, row.cell)
