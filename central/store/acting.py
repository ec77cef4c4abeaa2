"""An action on a ticket: asked for, checked, written down with its line in the log, in one transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from broker.events import Reason
from broker.fields import rfc3339
from central.casework.deeds import SHOWING, Done, Given, done, misgiven
from central.casework.facts import Facts, Handler, label
from central.casework.machine import HELD, Action, allowed
from central.casework.rights import Doer, WhyNot, lacking, why_not
from central.people.asker import Asker
from central.store.audit import record
from central.store.database import Store, take_turn
from central.store.deed_pictures import show, unknown
from central.store.feedback import false_alarm_in
from central.store.pictures import pictured_since
from central.store.schema import ticket_log, tickets
from central.store.working import Line, Work, facts_of, follow, write

Sort = Literal["missing", "stale", "request", "state", "rights", "given"]
TOLD = 50  # changes since the asker looked


class NotDoable(Exception):
    """An action that is refused, and nothing was changed. since: what happened since the asker looked."""

    def __init__(self, sort: Sort, reason: Reason, version: int = 0, since: Sequence[Row[Any]] = ()) -> None:
        super().__init__(reason.text)
        self.sort = sort
        self.reason = reason
        self.version = version
        self.since = since


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants done. version: of the ticket as the asker saw it. request: the asker's own name."""

    number: int
    action: Action
    given: Given
    version: int
    request: str
    doer: Doer
    by: Asker


@dataclass(frozen=True, slots=True)
class Said:
    """Words for a ticket's trail, with the sha256 of uploaded pictures."""

    text: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Performed:
    """The line of the log, and what the centre did by itself after it. again: it had been done before."""

    line: Row[Any]
    followed: Sequence[Row[Any]]
    again: bool = False


def perform(store: Store, work: Work, asked: Asked, at: datetime) -> Performed:
    """Do it once, however often it is asked under this request. Raises NotDoable, StoreAway, StoreRefuses."""
    with store.write() as connection:
        take_turn(connection)
        row = connection.execute(select(tickets).where(tickets.c.number == asked.number)).one_or_none()
        if row is None:
            raise NotDoable("missing", _no_ticket(asked.number))
        if (known := _line_of(connection, asked.number, asked.request)) is not None:
            return _again(connection, asked, known)
        facts = facts_of(row)
        _check(connection, work, facts, asked, at)
        by = Handler(asked.doer.who, asked.doer.department)
        found = done(facts, asked.action, at, asked.given, by)
        write(connection, work, [_line(asked, found)], at)
        about = label(asked.number)
        record(
            connection, at, asked.by.did("ticket.work", about, f"{asked.action} {asked.given.reason}".strip())
        )
        _tell_target(connection, asked, at)
        show(connection, asked.number, asked.given.pictures, SHOWING.get(asked.action, "scene"), at)
        if asked.action == "reject":
            false_alarm_in(connection, asked.number, asked.given.reason, asked.by, at)
        follow(connection, {asked.number: found.state}, at, work)
        line = _line_of(connection, asked.number, asked.request)
        assert line is not None  # noqa: S101 - written just now
        return Performed(line, _followed(connection, line))


def by_itself(
    connection: Connection,
    work: Work,
    number: int,
    action: Action,
    reason: Reason,
    at: datetime,
    *,
    given: Given | None = None,
    details: dict[str, Any] | None = None,
) -> Facts | Reason:
    """The centre does something, in a transaction of the caller's, whose turn it is: the ticket after it.

    A reason: nothing was done, and why. details: for the log, such as the pictures that it was decided by.
    """
    row = connection.execute(select(tickets).where(tickets.c.number == number)).one_or_none()
    if row is None:
        return _no_ticket(number)
    facts, said = facts_of(row), given or Given()
    if action not in allowed(facts.state):
        text = f"{action} is not allowed in the state {facts.state}"
        return Reason(code="illegal_action", text=text, words={"action": action, "state": facts.state})
    if (wrong := misgiven(facts, action, replace(said, reason=said.reason or reason.text), at)) is not None:
        return wrong
    found = done(facts, action, at, said)
    write(connection, work, [Line(found, reason, details=_told(said) | (details or {}))], at)
    follow(connection, {number: found.state}, at, work)
    return found.facts


def comment(
    store: Store, number: int, said: Said, request: str, doer: Doer, by: Asker, at: datetime
) -> Row[Any]:
    """Write words into a ticket's log, with pictures; its line. Raises NotDoable, StoreAway, StoreRefuses."""
    with store.write() as connection:
        take_turn(connection)
        if connection.execute(select(tickets.c.number).where(tickets.c.number == number)).first() is None:
            raise NotDoable("missing", _no_ticket(number))
        known = _line_of(connection, number, request)
        if known is None:
            _write_comment(connection, number, said, request, doer, by, at)
            known = _line_of(connection, number, request)
        assert known is not None  # noqa: S101 - written just now
        told = (known.effect, known.who, known.reason["text"], known.details)
        if told != ("commented", doer.who, said.text, _pictured(said.pictures)):
            raise NotDoable("request", _USED)
        return known


def resume_due(store: Store, work: Work, now: datetime, *, at_most: int = 200) -> int:
    """Resume what was held until now; how many. Whoever keeps the timers calls it. Raises StoreAway."""
    over = tickets.c.state.in_(HELD) & (tickets.c.hold_until <= now)
    wanted = select(tickets).where(over).order_by(tickets.c.hold_until).limit(at_most)
    with store.read() as connection:
        if connection.execute(wanted.limit(1)).first() is None:
            return 0
    with store.write() as connection:
        take_turn(connection)
        found = [facts_of(row) for row in connection.execute(wanted)]
        lines = [Line(done(facts, "resume", now), _RAN_OUT) for facts in found]
        write(connection, work, lines, now)
        follow(
            connection, {line.done.facts.number: line.done.state for line in lines if line.done}, now, work
        )
        return len(lines)


_RAN_OUT = Reason(code="hold_ran_out", text="the time until which it was held has come")
_USED = Reason(code="request_reused", text="this request was used for something else; give each its own")


def _check(connection: Connection, work: Work, facts: Facts, asked: Asked, at: datetime) -> None:
    """Rights first, then whether the asker saw the ticket as it is, then the state and what was given."""
    why = why_not(work.profile, facts, asked.action, asked.doer)
    if why is not None and why.sort == "rights":
        raise NotDoable("rights", why.reason, facts.version)
    if asked.version != facts.version:
        raise _stale(connection, facts, asked.version)
    if why is None and (wrong := misgiven(facts, asked.action, asked.given, at)) is not None:
        why = WhyNot("given", wrong)
    if why is None:
        pictured = bool(asked.given.pictures) or pictured_since(connection, facts.number, facts.round_at)
        why = lacking(work.profile, asked.action, asked.given, pictured=pictured)
    if why is None and (lost := unknown(connection, asked.given.pictures)) is not None:
        why = WhyNot("given", lost)
    if why is None and asked.given.into is not None:
        why = _bad_target(connection, asked.given.into)
    if why is None and asked.given.amount_s is not None and work.clockwork is not None:
        no_more = work.clockwork.why_not_extend(connection, facts, asked.given.amount_s, at)
        why = None if no_more is None else WhyNot("given", no_more)
    if why is not None:
        raise NotDoable(why.sort, why.reason, facts.version)


def _no_ticket(number: int) -> Reason:
    return Reason(code="no_ticket", text=f"there is no {label(number)}", values={"ticket": float(number)})


def _stale(connection: Connection, facts: Facts, version: int) -> NotDoable:
    mine = (ticket_log.c.ticket == facts.number) & (ticket_log.c.version > version)
    since = connection.execute(select(ticket_log).where(mine).order_by(ticket_log.c.seq).limit(TOLD)).all()
    told = "; ".join(
        f"{line.who or 'the centre'}: {line.action} at {rfc3339(line.at)}" for line in since[-3:]
    )
    text = (
        f"{label(facts.number)} is at version {facts.version}, not {version}; since then {told or 'nothing'}"
    )
    values = {"version": float(facts.version), "known": float(version)}
    reason = Reason(code="changed_since", text=text[:240], values=values)
    return NotDoable("stale", reason, facts.version, since)


def _bad_target(connection: Connection, into: int) -> WhyNot | None:
    found = connection.execute(select(tickets.c.state).where(tickets.c.number == into)).scalar_one_or_none()
    if found is None:
        text = f"there is no {label(into)} to merge into"
        return WhyNot("given", Reason(code="no_into", text=text, values={"into": float(into)}))
    if found in ("merged", "false_alarm", "withdrawn"):
        text = f"{label(into)} is {found}; merge into one that stands"
        return WhyNot("given", Reason(code="bad_into", text=text, values={"into": float(into)}))
    return None


def _again(connection: Connection, asked: Asked, known: Row[Any]) -> Performed:
    same = (known.action, known.who, known.details or {}) == (
        asked.action,
        asked.doer.who,
        _told(asked.given),
    )
    if not same or known.reason["text"] != _reason(asked).text:
        raise NotDoable("request", _USED)
    return Performed(known, _followed(connection, known), again=True)


def _line(asked: Asked, found: Done) -> Line:
    return Line(found, _reason(asked), asked.doer.who, _told(asked.given), asked.request)


def _reason(asked: Asked) -> Reason:
    return Reason(code=asked.action, text=asked.given.reason or f"{asked.action} by {asked.doer.who}")


def _told(given: Given) -> dict[str, Any]:
    """As the log keeps it."""
    said = {name: value for name, value in asdict(given).items() if value is not None}
    said = {name: value for name, value in said.items() if name not in ("reason", "pictures")}
    if given.until is not None:
        said["until"] = rfc3339(given.until)
    if given.into is not None:
        said["into"] = label(given.into)
    return said | (_pictured(given.pictures) or {})


def _pictured(pictures: Sequence[str]) -> dict[str, Any] | None:
    return {"pictures": list(pictures)} if pictures else None


def _tell_target(connection: Connection, asked: Asked, at: datetime) -> None:
    if asked.given.into is not None:
        text = f"{label(asked.number)} was merged into this one by {asked.doer.who}"
        reason = Reason(code="took_in", text=text, values={"from": float(asked.number)})
        _note(connection, asked.given.into, "acted", reason, at, who=asked.doer.who)


def _write_comment(
    connection: Connection, number: int, said: Said, request: str, doer: Doer, by: Asker, at: datetime
) -> None:
    if (lost := unknown(connection, said.pictures)) is not None:
        raise NotDoable("given", lost)
    reason, details = Reason(code="comment", text=said.text), _pictured(said.pictures)
    _note(connection, number, "commented", reason, at, who=doer.who, request=request, details=details)
    show(connection, number, said.pictures, "scene", at)
    record(connection, at, by.did("ticket.work", label(number), "comment"))


def _note(
    connection: Connection,
    number: int,
    effect: str,
    reason: Reason,
    at: datetime,
    *,
    who: str | None = None,
    request: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """A line that changes no state."""
    state = connection.execute(select(tickets.c.state).where(tickets.c.number == number)).scalar_one()
    row = {"ticket": number, "effect": effect, "reason": reason, "state": state}
    row |= {"source": "centre", "subject": label(number), "at": at, "who": who, "request": request}
    row["details"] = details
    connection.execute(ticket_log.insert().values(row))


def _line_of(connection: Connection, number: int, request: str) -> Row[Any] | None:
    mine = (ticket_log.c.ticket == number) & (ticket_log.c.request == request)
    return connection.execute(select(ticket_log).where(mine)).one_or_none()


def _followed(connection: Connection, line: Row[Any]) -> Sequence[Row[Any]]:
    """What the centre did by itself in the same commit."""
    c = ticket_log.c
    mine = (c.ticket == line.ticket) & (c.seq > line.seq) & (c.at == line.at) & c.who.is_(None)
    return connection.execute(select(ticket_log).where(mine, c.action.is_not(None)).order_by(c.seq)).all()
