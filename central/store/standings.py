"""How far people have come with tickets, which is how much a ticket's number is worth."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from central.casework.machine import DONE, MAIN_LINE, State
from central.correlation.keeping import FINISHED
from central.store.schema import tickets


def worked_on(connection: Connection, numbers: Collection[int]) -> dict[int, int]:
    """Of each of these: 0 nobody did anything, FINISHED it is done with, between them how far it is."""
    t = tickets.c
    wanted = select(t.number, t.state, t.before, t.held_from, t.deeds).where(t.number.in_(sorted(numbers)))
    rows = connection.execute(wanted).all() if numbers else ()
    return {row.number: _worth(row.state, row.before, row.held_from, row.deeds) for row in rows}


def _worth(state: State, before: State | None, held_from: State | None, deeds: int) -> int:
    if state in DONE and state != "self_cleared":
        return FINISHED
    if not deeds:
        return 0
    for place in (state, held_from, before):
        if place in MAIN_LINE:
            return 1 + MAIN_LINE.index(place)
    return 1
