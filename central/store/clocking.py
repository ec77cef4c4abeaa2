"""The clock of each ticket, kept beside it: moved with its state, read by its timers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, delete, select
from sqlalchemy import insert as plain_insert

from broker.events import Reason
from broker.fields import utc
from central.casework.facts import Facts, label
from central.casework.machine import OPEN, Action, State
from central.clock.courses import Changed, Rules, TicketClock, extend, moved, read, reconsider, written
from central.clock.deadlines import CannotExtend, due_at
from central.clock.escalation import higher
from central.clock.limits import Limit, Severity, matter_of
from central.clock.timers import Timer, timers_of
from central.store.bulk import among, write_rows
from central.store.changing import change_tickets
from central.store.outcome import Outcome
from central.store.schema import tickets
from central.store.ticketlog import log_decision
from central.store.timer_tables import fired, timers

_TIMERS = plain_insert(timers)


@dataclass(frozen=True, slots=True)
class Move:
    """What happened to a ticket: it is so now, by this action. action None: it is new."""

    facts: Facts
    action: Action | None
    amount_s: float | None = None


_UNSET: Final = TicketClock()


class _Hands:
    """Moves clocks at one instant. Tickets that come together have much the same: each is worked out once."""

    def __init__(self, rules: Rules, at: float) -> None:
        self._rules = rules
        self._at = at
        self._moved: dict[tuple[Any, ...], Changed] = {}
        self._columns: dict[tuple[TicketClock, bool], dict[str, Any]] = {}

    def moved(self, clock: TicketClock, move: Move) -> Changed:
        """What an action does to a clock."""
        facts = move.facts
        key = (clock, move.action, move.amount_s, facts.level, facts.state, facts.kind, facts.severity)
        if (known := self._moved.get(key)) is None:
            known = self._moved[key] = _moved(clock, move, self._at, self._rules)
        return known

    def columns(self, clock: TicketClock, state: State) -> Mapping[str, Any]:
        """Those of a ticket that its clock makes up."""
        key = (clock, state in OPEN)
        if (known := self._columns.get(key)) is None:
            supervised = clock.supervised and state in OPEN
            due = _due(clock, self._rules)
            known = self._columns[key] = {"clock": written(clock), "due_at": due, "supervised": supervised}
        return known


class Clockwork:
    """By the city's rules. The turn is always the caller's."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def move(self, connection: Connection, moves: Sequence[Move], at: datetime) -> dict[int, dict[str, Any]]:
        """Move the clocks of these tickets, in this order, and their timers; the columns that change."""
        new = {move.facts.number for move in moves if move.action is None}
        found = self.clocks(connection, {move.facts.number for move in moves} - new)
        before = {number: clock.version for number, clock in found.items()}
        last: dict[int, Facts] = {}
        columns: dict[int, dict[str, Any]] = defaultdict(dict)
        hands = _Hands(self.rules, at.timestamp())
        for move in moves:
            number = move.facts.number
            changed = hands.moved(found.get(number, _UNSET), move)
            found[number], last[number] = changed.clock, move.facts
            if changed.stopped == "handle" and changed.left is not None:
                columns[number]["in_time"] = changed.left.in_time
        for number, facts in last.items():
            columns[number] |= hands.columns(found[number], facts.state)
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
            among(connection, tickets.c.number, numbers), tickets.c.clock.is_not(None)
        )
        return {row.number: read(row.clock) for row in connection.execute(wanted)} if numbers else {}

    def raise_to(self, connection: Connection, clocks: Mapping[int, TicketClock]) -> None:
        """Keep clocks that escalation has changed; their timers stand."""
        changes = {n: {"clock": written(each), "supervised": each.supervised} for n, each in clocks.items()}
        change_tickets(connection, changes)

    def regrade(self, connection: Connection, numbers: Collection[int], at: datetime) -> None:
        """Choose the limits anew of those whose severity is another than when theirs were chosen."""
        t = tickets.c
        wanted = select(t.number, t.kind, t.severity, t.state, t.clock).where(
            among(connection, t.number, numbers), t.state.in_(OPEN), t.clock.is_not(None)
        )
        found: dict[int, tuple[Changed, str]] = {}
        for row in connection.execute(wanted.order_by(t.number)) if numbers else ():
            if row.clock.get("severity") == row.severity:
                continue  # nearly all: spares reading the rest
            matter = matter_of(row.kind, cast("Severity", row.severity))
            changed = reconsider(read(row.clock), matter, at.timestamp(), self.rules)
            if changed is not None:
                found[row.number] = changed, row.state
        clocks = {number: changed.clock for number, (changed, _) in found.items()}
        self._rewrite_timers(connection, clocks)
        changes = {
            n: {"clock": written(clock), "due_at": _due(clock, self.rules)} for n, clock in clocks.items()
        }
        change_tickets(connection, changes)
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
        due = {row.number: _due(clocks[row.number], self.rules) for row in rows}
        others = {r.number: {"due_at": due[r.number]} for r in rows if due[r.number] != r.due_at}
        change_tickets(connection, others)
        return rows[-1].number if rows else None

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
            connection.execute(delete(timers).where(among(connection, timers.c.ticket, clocks)))
            write_timers(connection, self._rows(clocks))

    def _rows(self, clocks: Mapping[int, TicketClock]) -> Iterator[dict[str, Any]]:
        known: dict[TicketClock, list[dict[str, Any]]] = {}
        for number, clock in clocks.items():
            if clock not in known:
                known[clock] = [_timer(each) for each in timers_of(number, clock, self.rules)]
            yield from ({**row, "ticket": number} for row in known[clock])


def write_timers(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows of timers."""
    write_rows(connection, _TIMERS, list(rows))


def _timer(timer: Timer) -> dict[str, Any]:
    return {"kind": timer.kind, "version": timer.version, "round": timer.round, "at": utc(timer.at)}


def _moved(clock: TicketClock, move: Move, at: float, rules: Rules) -> Changed:
    facts = move.facts
    clock = replace(clock, level=higher(clock.level, facts.level))
    if move.action == "extend" and move.amount_s is not None:
        return extend(clock, _limit(clock, move.amount_s), at, rules)
    if move.action == "escalate":
        words: dict[str, str] = {"level": clock.level}
        return Changed(clock, Reason(code="level", text=f"it lies with the {clock.level}", words=words))
    matter = matter_of(facts.kind, cast("Severity", facts.severity))
    return moved(clock, move.action, facts.state, at, matter, rules)


def _due(clock: TicketClock, rules: Rules) -> datetime | None:
    due = None if clock.running is None else due_at(clock.running, rules.calendar)
    return None if due is None else utc(due)


def _limit(clock: TicketClock, amount_s: float) -> Limit:
    """So much more of the sort that runs: working time, where the limit is of that sort."""
    running = clock.running
    working = running is None or running.limit is None or running.limit.working
    return Limit(amount_s / 60, "working minutes" if working else "minutes")
