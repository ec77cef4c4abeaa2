"""Tickets whose time is over, with everything of them."""

from typing import Any

from sqlalchemy import Connection, select

from central.casework.machine import OPEN
from central.store.erasing import erase_tickets
from central.store.keeping import Keeping, families_of, verdicts
from central.store.schema import tickets
from central.store.sweeping import Portion

AT_ONCE = 100


def sweep(connection: Connection, keeping: Keeping, after: int | None) -> Portion:
    """By their numbers, which are given in the order of arrival."""
    t = tickets.c
    before = keeping.before(keeping.basis.plan.shortest("tickets"))
    wanted = select(t.number, t.created, t.state, t.merged_into).where(t.number > (after or 0))
    rows = connection.execute(wanted.order_by(t.number).limit(AT_ONCE)).all()
    old = [row for row in rows if row.created < before and row.state not in OPEN]
    roots = [row.number for row in old if row.merged_into is None]
    found = verdicts(connection, keeping, "tickets", roots)
    going = [number for number, each in found.items() if each.goes]
    numbers = _with_merged(connection, going)
    if numbers:
        erase_tickets(connection, numbers, keeping.at, keeping.basis.zone)
    more = len(rows) == AT_ONCE and rows[0].created < before
    waiting = sum(each.waits for each in found.values())
    return Portion(len(numbers), waiting, rows[-1].number if more else None)


def _with_merged(connection: Connection, roots: list[int]) -> list[int]:
    nothing_known: dict[int, Any] = {}
    families = families_of(connection, nothing_known, roots)
    return sorted(number for family in families.values() for number in family.members)
