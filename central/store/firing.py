"""Fires the timers that are due: urges, escalates, supervises; each once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, tuple_, update
from sqlalchemy import insert as plain_insert

from central.casework.deeds import Given, done
from central.casework.facts import Facts
from central.casework.machine import OPEN, TABLE
from central.clock.courses import TicketClock, raised, read
from central.clock.timers import Firing, Key, Look, Timer, look
from central.store.bulk import write_rows
from central.store.clocking import Clockwork
from central.store.database import Store, take_turn
from central.store.schema import tickets
from central.store.timer_tables import fired, timers
from central.store.working import Line, Work, facts_of, write

_URGED = (
    update(tickets).where(tickets.c.number == bindparam("at_number")).values(urgings=tickets.c.urgings + 1)
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the tickets whose timers are due."""

    facts: Mapping[int, Facts]
    clocks: Mapping[int, TicketClock]
    fired: Collection[Key]


def fire(store: Store, work: Work, clockwork: Clockwork, now: datetime, *, at_most: int = 300) -> int:
    """Fire what is due; how many rows were looked at. Raises StoreAway."""
    due = select(timers).where(timers.c.at <= now).order_by(timers.c.at, timers.c.ticket).limit(at_most)
    with store.read() as connection:
        if connection.execute(due.limit(1)).first() is None:
            return 0
    with store.write() as connection:
        take_turn(connection)
        rows = connection.execute(due).all()
        _Firing(connection, work, clockwork, now, rows).fire()
        return len(rows)


class _Firing:
    def __init__(
        self,
        connection: Connection,
        work: Work,
        clockwork: Clockwork,
        now: datetime,
        rows: Sequence[Row[Any]],
    ) -> None:
        self._connection = connection
        self._work = work
        self._clockwork = clockwork
        self._now = now
        self._timers = [Timer(r.ticket, r.version, r.round, r.kind, r.at.timestamp()) for r in rows]

    def fire(self) -> None:
        """Do what each asks for, write down that it fired, and take the rows away."""
        known = self._known()
        open_ = {number for number, facts in known.facts.items() if facts.state in OPEN}
        found = look(
            self._timers,
            self._now.timestamp(),
            versions={number: clock.version for number, clock in known.clocks.items() if number in open_},
            fired=known.fired,
            escalation=self._clockwork.rules.escalation,
        )
        self._act(found.firings, known)
        self._forget(found)

    def _known(self) -> _Known:
        numbers = sorted({timer.ticket for timer in self._timers})
        rows = self._connection.execute(select(tickets).where(tickets.c.number.in_(numbers))).all()
        keys = self._connection.execute(select(fired).where(fired.c.ticket.in_(numbers))).all()
        return _Known(
            {row.number: facts_of(row) for row in rows},
            {row.number: read(row.clock) for row in rows if row.clock is not None},
            {(row.ticket, row.round, row.kind) for row in keys},
        )

    def _act(self, firings: Sequence[Firing], known: _Known) -> None:
        facts, clocks = dict(known.facts), dict(known.clocks)
        lines: list[Line] = []
        for each in firings:
            number = each.timer.ticket
            after = raised(clocks[number], each.step).clock
            line = self._line(each, facts[number], after)
            if line.done is not None:
                facts[number] = line.done.facts
            clocks[number] = after
            lines.append(line)
        write(self._connection, self._work, lines, self._now)
        self._clockwork.raise_to(self._connection, {n: clocks[n] for n in {f.timer.ticket for f in firings}})
        write_rows(self._connection, _URGED, [{"at_number": number} for number in _urged(firings)])

    def _line(self, firing: Firing, facts: Facts, after: TicketClock) -> Line:
        details = {"timer": firing.timer.kind, "share": firing.step.at, "overtaken": firing.overtaken}
        details |= {"supervise": True} if firing.step.supervise else {}
        if after.level != facts.level and facts.state in TABLE["escalate"].of:
            found = done(facts, "escalate", self._now, Given(level=after.level))
            return Line(found, firing.reason, details=details)
        effect = "supervised" if firing.step.supervise else "urged"
        return Line(None, firing.reason, details=details, about=facts, effect=effect)

    def _forget(self, found: Look) -> None:
        """What fired is remembered; what fired or never will has no row any more."""
        rows = [
            {"ticket": each.timer.ticket, "round": each.timer.round, "kind": each.timer.kind, "at": self._now}
            for each in found.firings
        ]
        if rows:
            self._connection.execute(plain_insert(fired), rows)
        gone = [each.timer for each in found.firings]
        gone += [each.timer for each in found.passed_over if each.why != "not_yet"]
        if gone:
            key = tuple_(timers.c.ticket, timers.c.kind)
            names = sorted({(timer.ticket, timer.kind) for timer in gone})
            self._connection.execute(delete(timers).where(key.in_(names)))


def _urged(firings: Sequence[Firing]) -> Iterator[int]:
    return (each.timer.ticket for each in firings if each.step.urge and not each.overtaken)
