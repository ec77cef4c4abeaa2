"""What the centre does with tickets by itself, and how anything that was done is written down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy import insert as plain_insert

from broker.events import Reason
from central.casework.deeds import Done, Given, done
from central.casework.facts import Facts, Handler, label
from central.casework.machine import Action, State
from central.casework.profile import Profile
from central.casework.routes import Destination, Dispatcher, one_department
from central.correlation.inhibition import Inhibition
from central.store.bulk import among, write_rows
from central.store.changing import change_tickets
from central.store.clocking import Clockwork, Move
from central.store.inhibiting import UNTOUCHED, Changed, keep, reasons
from central.store.schema import ticket_log, tickets

_NAMES = tuple(each.name for each in fields(Facts) if each.name != "handlers")
_values_of = attrgetter(*_NAMES, "handlers")
_LOG = plain_insert(ticket_log)


@dataclass(frozen=True, slots=True)
class Work:
    """By what tickets are worked on. clockwork None: nothing is due at any time.

    inhibitions: what holds back the steps that the centre takes by itself. departments: zh and en of those
    that the configuration names; empty: any name is taken.
    """

    profile: Profile
    dispatcher: Dispatcher = field(default_factory=lambda: one_department("department"))
    clockwork: Clockwork | None = None
    inhibitions: tuple[Inhibition, ...] = ()
    departments: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """Something done, and its line in the log. done None: nothing was, and the line says why not."""

    done: Done | None
    reason: Reason
    who: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    request: str | None = None
    about: Facts | None = None
    effect: str | None = None


def facts_of(row: Row[Any]) -> Facts:
    """A row of `tickets` as decisions know it."""
    *values, handlers = _values_of(row)
    known = dict(zip(_NAMES, values, strict=True))
    return Facts(**known, handlers=tuple(Handler(**each) for each in handlers or ()))


def facts_of_new(row: Mapping[str, Any]) -> Facts:
    """The same of a row that is about to be written; what it does not say is as every ticket begins."""
    return Facts(version=1, **{name: row[name] for name in _NAMES if name in row})


def follow(
    connection: Connection,
    states: Mapping[int, State],
    at: datetime,
    work: Work,
    turned: Mapping[int, Action | None] | None = None,
    new: Mapping[int, Facts] | None = None,
) -> None:
    """Take the steps that the centre takes by itself, and say anew what is due when.

    states: of tickets that are new or whose state has changed. turned: of those that came into it by
    themselves the action; None: they are new. new: those of which all is known, so that none is read again.
    """
    turned, new = turned or {}, new or {}
    moved = turned if work.clockwork is not None else {}
    numbers = [n for n, state in states.items() if n in moved or work.profile.next_of(state)]
    if not numbers:
        return
    rows = _rows(connection, [number for number in numbers if number not in new])
    waiting = {row.number for row in rows if row.inhibited is not None}
    found = [*map(facts_of, rows), *(new[number] for number in numbers if number in new)]
    held = _held(connection, work, found, at)
    lines: list[Line] = []
    moves: list[Move] = []
    for facts in sorted(found, key=lambda each: each.number):
        if facts.number in moved:
            moves.append(Move(facts, moved[facts.number]))
        if facts.number not in held:
            lines += _steps(facts, at, work)
        elif facts.number not in waiting:
            lines.append(Line(None, held[facts.number], about=facts, effect="inhibited"))
    write(connection, work, lines, at, moves)


def _rows(connection: Connection, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    if not numbers:
        return ()
    return connection.execute(select(tickets).where(among(connection, tickets.c.number, numbers))).all()


def _held(connection: Connection, work: Work, found: Sequence[Facts], at: datetime) -> dict[int, Reason]:
    """Those that the centre would go on with, and that follow from something that stands."""
    next_ones = [each for each in found if each.state in UNTOUCHED and work.profile.next_of(each.state)]
    held = reasons(connection, next_ones, work.inhibitions, at)
    keep(connection, Changed(held, []))
    return held


def write(
    connection: Connection, work: Work, lines: Sequence[Line], at: datetime, before: Sequence[Move] = ()
) -> None:
    """Make the tickets what was done to them, with a line for each deed. The turn is the caller's.

    before: moves that are written down already, for their clocks.
    """
    changed: dict[int, dict[str, Any]] = {}
    moves = list(before)
    for line in lines:
        if line.done is not None:
            changed.setdefault(line.done.facts.number, {}).update(line.done.values)
            moves.append(Move(line.done.facts, line.done.action, line.details.get("amount_s")))
    if work.clockwork is not None:
        for number, columns in work.clockwork.move(connection, moves, at).items():
            changed.setdefault(number, {}).update(columns)
    change_tickets(connection, changed)
    if lines:
        write_rows(connection, _LOG, [_row(line, at) for line in lines])


def _steps(facts: Facts, at: datetime, work: Work) -> Iterator[Line]:
    """One after the other, until people have to do something."""
    while (action := work.profile.next_of(facts.state)) is not None:
        if action != "dispatch":
            text = f"the centre does this by itself, by the profile {work.profile.name}"
            found, line = done(facts, action, at), Reason(code=f"by_itself_{action}", text=text)
            yield Line(found, line)
        else:
            where = work.dispatcher(facts, at)
            if where.department is None:
                yield Line(None, where.reasons[0], details=_whys(where), about=facts)
                return
            found = done(facts, action, at, Given(department=where.department, post=where.post))
            yield Line(found, where.reasons[0], details=_whys(where))
        facts = found.facts


def _whys(where: Destination) -> dict[str, Any]:
    said = {"department": where.department, "post": where.post}
    return {
        **{name: value for name, value in said.items() if value is not None},
        **({"told": list(where.told)} if where.told else {}),
        "reasons": list(where.reasons),
    }


def _row(line: Line, at: datetime) -> dict[str, Any]:
    facts = line.done.facts if line.done is not None else line.about
    assert facts is not None  # noqa: S101 - one of the two is given
    return {
        "ticket": facts.number,
        "effect": line.effect or ("acted" if line.done is not None else "stays"),
        "reason": line.reason,
        "state": facts.state,
        "source": "centre",
        "subject": label(facts.number),
        "event": None,
        "at": at,
        "who": line.who,
        "action": line.done.action if line.done is not None else None,
        "details": line.details or None,
        "version": facts.version,
        "request": line.request,
    }
