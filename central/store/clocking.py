"""The clock of each ticket, kept beside it: moved with its state, read by its timers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy import insert as plain_insert

from broker.events import Reason
from broker.fields import utc
from central.casework.facts import Facts, label
from central.casework.machine import OPEN, Action, State
from central.clock.courses import Changed, Rules, TicketClock, extend, moved, read, reconsider, written
from central.clock.deadlines import CannotExtend, due_at
from central.clock.escalation import higher
from central.clock.limits import Limit, Severity, matter_of
from central.clock.timers import timers_of
from central.store.outcome import Outcome
from central.store.schema import tickets
from central.store.ticketlog import log_decision
from central.store.timer_tables import fired, timers


@dataclass(frozen=True, slots=True)
class Move:
    """What happened to a ticket: it is so now, by this action. action None: it is new."""

    facts: Facts
    action: Action | None
    amount_s: float | None = None


class Clockwork:
    """By the city's rules. The turn is always the caller's."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def move(self, connection: Connection, moves: Sequence[Move], at: datetime) -> dict[int, dict[str, Any]]:
        """Move the clocks of these tickets, in this order, and their timers; the columns that change."""
        found = self.clocks(connection, {move.facts.number for move in moves})
        before = {number: clock.version for number, clock in found.items()}
        last: dict[int, Facts] = {}
        columns: dict[int, dict[str, Any]] = defaultdict(dict)
        for move in moves:
            number = move.facts.number
            changed = self._moved(found.get(number, TicketClock()), move, at.timestamp())
            found[number], last[number] = changed.clock, move.facts
            if changed.stopped == "handle" and changed.left is not None:
                columns[number]["in_time"] = changed.left.in_time
        for number, facts in last.items():
            columns[number] |= self._columns(found[number], facts)
        other = {number for number in last if found[number].version != before.get(number)}
        self._arm(connection, {number: found[number] for number in other}, last)
        return dict(columns)

    def why_not_extend(
        self, connection: Connection, facts: Facts, amount_s: float, at: datetime
    ) -> Reason | None:
        """Why a ticket cannot get more time."""
        clock = self.clocks(connection, [facts.number]).get(facts.number, TicketClock())
        try:
            extend(clock, _limit(clock, amount_s), at.timestamp(), self.rules)
        except CannotExtend as error:
            return Reason(code="cannot_extend", text=str(error)[:240])
        return None

    def clocks(self, connection: Connection, numbers: Collection[int]) -> dict[int, TicketClock]:
        """The clocks that are kept of these tickets."""
        wanted = select(tickets.c.number, tickets.c.clock).where(
            tickets.c.number.in_(sorted(numbers)), tickets.c.clock.is_not(None)
        )
        return {row.number: read(row.clock) for row in connection.execute(wanted)} if numbers else {}

    def raise_to(self, connection: Connection, clocks: Mapping[int, TicketClock]) -> None:
        """Keep clocks that escalation has changed; their timers stand."""
        put = update(tickets).where(tickets.c.number == bindparam("at_number"))
        rows = [
            {"at_number": number, "clock": written(clock), "supervised": clock.supervised}
            for number, clock in clocks.items()
        ]
        if rows:
            connection.execute(put, rows)

    def regrade(self, connection: Connection, numbers: Collection[int], at: datetime) -> None:
        """Choose the limits anew of those whose severity is another than when theirs were chosen."""
        t = tickets.c
        wanted = select(t.number, t.kind, t.severity, t.state, t.clock).where(
            t.number.in_(sorted(numbers)), t.state.in_(OPEN), t.clock.is_not(None)
        )
        found: dict[int, tuple[Changed, str]] = {}
        for row in connection.execute(wanted.order_by(t.number)) if numbers else ():
            matter = matter_of(row.kind, cast("Severity", row.severity))
            changed = reconsider(read(row.clock), matter, at.timestamp(), self.rules)
            if changed is not None:
                found[row.number] = changed, row.state
        clocks = {number: changed.clock for number, (changed, _) in found.items()}
        self._rewrite_timers(connection, clocks)
        put = update(tickets).where(t.number == bindparam("at_number"))
        rows = [{"at_number": n, "clock": written(c), "due_at": self._due(c)} for n, c in clocks.items()]
        if rows:
            connection.execute(put, rows)
        for number, (changed, state) in found.items():
            outcome = Outcome("stays", changed.reason, number, cast("State", state))
            log_decision(connection, outcome, ("centre", label(number)), event=None, at=at)

    def rearm(self, connection: Connection, after: int, at_most: int) -> int | None:
        """Make the timers of open tickets anew by the rules of now, from a number on; the last, or None."""
        t = tickets.c
        wanted = select(t.number, t.state, t.clock, t.due_at).where(
            t.number > after, t.state.in_(OPEN), t.clock.is_not(None)
        )
        rows = connection.execute(wanted.order_by(t.number).limit(at_most)).all()
        clocks = {row.number: read(row.clock) for row in rows}
        self._rewrite_timers(connection, clocks)
        due = {row.number: self._due(clocks[row.number]) for row in rows}
        changed = [{"at_number": r.number, "to": due[r.number]} for r in rows if due[r.number] != r.due_at]
        if changed:
            put = update(tickets).where(t.number == bindparam("at_number"))
            connection.execute(put.values(due_at=bindparam("to")), changed)
        return rows[-1].number if rows else None

    def _moved(self, clock: TicketClock, move: Move, at: float) -> Changed:
        facts = move.facts
        clock = replace(clock, level=higher(clock.level, facts.level))
        if move.action == "extend" and move.amount_s is not None:
            return extend(clock, _limit(clock, move.amount_s), at, self.rules)
        if move.action == "escalate":
            return Changed(clock, Reason(code="level", text=f"it lies with the {clock.level}"))
        matter = matter_of(facts.kind, cast("Severity", facts.severity))
        return moved(clock, move.action, facts.state, at, matter, self.rules)

    def _columns(self, clock: TicketClock, facts: Facts) -> dict[str, Any]:
        return {
            "clock": written(clock),
            "due_at": self._due(clock),
            "supervised": clock.supervised and facts.state in OPEN,
        }

    def _due(self, clock: TicketClock) -> datetime | None:
        due = None if clock.running is None else due_at(clock.running, self.rules.calendar)
        return None if due is None else utc(due)

    def _arm(
        self, connection: Connection, clocks: Mapping[int, TicketClock], facts: Mapping[int, Facts]
    ) -> None:
        """A ticket that is done has no timers, and what fired may fire again once it is opened again."""
        self._rewrite_timers(connection, clocks)
        done = [number for number, each in facts.items() if each.state not in OPEN]
        if done:
            connection.execute(delete(fired).where(fired.c.ticket.in_(done)))

    def _rewrite_timers(self, connection: Connection, clocks: Mapping[int, TicketClock]) -> None:
        if clocks:
            connection.execute(delete(timers).where(timers.c.ticket.in_(sorted(clocks))))
            write_timers(connection, self._rows(clocks))

    def _rows(self, clocks: Mapping[int, TicketClock]) -> Iterable[dict[str, Any]]:
        for number, clock in clocks.items():
            for timer in timers_of(number, clock, self.rules):
                row = {"ticket": number, "kind": timer.kind, "version": timer.version}
                yield row | {"round": timer.round, "at": utc(timer.at)}


def write_timers(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows of timers."""
    if found := list(rows):
        connection.execute(plain_insert(timers), found)


def _limit(clock: TicketClock, amount_s: float) -> Limit:
    """So much more of the sort that runs: working time, where the limit is of that sort."""
    running = clock.running
    working = running is None or running.limit is None or running.limit.working
    return Limit(amount_s / 60, "working minutes" if working else "minutes")
