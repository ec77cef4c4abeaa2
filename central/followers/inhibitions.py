"""Tickets that follow from something else wait while that stands, and go on by themselves afterwards."""

from datetime import datetime

from sqlalchemy import Connection, select

from broker.events import Reason
from central.store.database import Store, take_turn
from central.store.inhibiting import Changed, changes, keep
from central.store.schema import tickets
from central.store.working import Line, facts_of, follow, write
from central.terms import Ground

FREED = Reason(code="freed", text="what it followed from is over, and it is still there")


class Follower:
    """Looks once a second at what stands."""

    name = "inhibitions"

    def __init__(self, ground: Ground) -> None:
        self._work = ground.work

    def tick(self, store: Store, now: datetime) -> None:
        """Hold what follows from something, free what does not any more."""
        if not self._work.inhibitions:
            return
        with store.read() as connection:
            found = changes(connection, self._work.inhibitions, now)
        if found.held or found.freed:
            with store.write() as connection:
                take_turn(connection)
                self._change(connection, changes(connection, self._work.inhibitions, now), now)

    def _change(self, connection: Connection, found: Changed, now: datetime) -> None:
        keep(connection, found)
        numbers = [*found.held, *found.freed]
        rows = connection.execute(select(tickets).where(tickets.c.number.in_(numbers))).all()
        lines = []
        for facts in map(facts_of, rows):
            held = found.held.get(facts.number)
            effect = "inhibited" if held is not None else "freed"
            lines.append(Line(None, held or FREED, about=facts, effect=effect))
        write(connection, self._work, lines, now)
        freed = {row.number: row.state for row in rows if row.number in set(found.freed)}
        follow(connection, freed, now, self._work)

    def close(self) -> None:
        """Nothing is open."""
