"""What people say of tickets and situations, and of what was missed: kept with its history."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from broker.events import Reason
from broker.fields import utc
from central.casework.facts import label
from central.correlation.watching import source_of
from central.feedback.marks import Mark, Why
from central.people.asker import Asker
from central.store.audit import record
from central.store.database import Store, take_turn
from central.store.feedback_tables import feedback
from central.store.nearness import NEVER_S
from central.store.numbering import numbers
from central.store.refusal import Refusal
from central.store.schema import situations, ticket_log, tickets

MOST_MISSED = 10_000  # that are said to have been missed; the earliest go first
Rows = Sequence[Row[Any]]
_BOX = ("box_x1", "box_y1", "box_x2", "box_y2")


class NotMarked(Refusal):
    """What cannot be said so; the words say why. `where`: the field that is wrong."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a ticket, or of one situation in it. mark None: nothing any more."""

    mark: Mark | None
    why: Why | None = None
    words: str = ""
    node: str | None = None
    situation: str | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that should have been told: where, when, and where in the picture."""

    request: str
    node: str
    source: str
    kind: str
    since: datetime
    until: datetime | None = None
    zone: str | None = None
    box: tuple[float, float, float, float] | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class MarksWanted:
    """Which marks. None asks for all. history: also those that were said otherwise since."""

    mark: str | None = None
    node: str | None = None
    source: str | None = None
    zone: str | None = None
    kind: str | None = None
    ticket: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    history: bool = False


def mark_ticket(store: Store, number: int, said: Said, by: Asker, now: datetime) -> Row[Any] | None:
    """What counts from now on; None: nothing is said of it. Raises NotMarked or StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        return mark_in(connection, number, said, by, now)


def mark_in(connection: Connection, number: int, said: Said, by: Asker, now: datetime) -> Row[Any] | None:
    """The same in a transaction of the caller's, whose turn it is. What is said already stays as it is."""
    ticket = connection.execute(select(tickets).where(tickets.c.number == number)).one_or_none()
    if ticket is None:
        raise NotMarked("no_ticket", f"there is no {label(number)}", where="name")
    if ticket.merged_into is not None:
        what = f"{label(number)} was merged; {label(ticket.merged_into)} is what counts"
        raise NotMarked("merged", what, where="name", allowed=label(ticket.merged_into))
    about = _situation(connection, ticket, said)
    subject = about.subject if said.situation is not None else ""
    known = _current(connection, number, about.source, subject)
    if _same(known, said):
        return known
    if known is not None:
        ended = {"ended": now, "ended_by": by.who[:80]}
        connection.execute(update(feedback).where(feedback.c.number == known.number).values(ended))
    new = None if said.mark is None else _write(connection, _row(about, number, subject, said, by, now))
    _tell(connection, ticket, said, subject, by, now)
    return new


def false_alarm_in(connection: Connection, number: int, words: str, by: Asker, now: datetime) -> None:
    """Who rejects a ticket says that it was none; what was said of it so before stays, with its reason."""
    known = _current(connection, number, "", "")
    if known is None or known.mark != "false_alarm":
        with suppress(NotMarked):
            mark_in(connection, number, Said("false_alarm", "other", words), by, now)


def say_missed(store: Store, missed: Missed, by: Asker, now: datetime) -> Row[Any]:
    """Once, however often it is said under this request. Raises NotMarked or StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        mine = (feedback.c.who == by.who[:80]) & (feedback.c.request == missed.request)
        known = connection.execute(select(feedback).where(mine)).one_or_none()
        row = _row_missed(missed, by, now)
        if known is not None:
            if any(getattr(known, name) != row[name] for name in ("node", "source", "kind", "since")):
                what = "this request was used for something else; give each its own"
                raise NotMarked("request_reused", what, where="request")
            return known
        about = f"{missed.node} {missed.source}"
        record(connection, now, by.did("ticket.mark", about, f"missed {missed.kind}: {missed.words}"))
        _bound(connection)
        return _write(connection, row)


def take_back(store: Store, number: int, by: Asker, now: datetime) -> Row[Any]:
    """What was said to be missed was not. Raises NotMarked or StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        f = feedback.c
        mine = (f.number == number) & (f.mark == "missed") & f.ended.is_(None)
        row = connection.execute(select(feedback).where(mine)).one_or_none()
        if row is None:
            allowed = "the number of something missed, of GET /api/marks"
            raise NotMarked("no_mark", f"{number} is nothing missed", where="number", allowed=allowed)
        ended = {"ended": now, "ended_by": by.who[:80]}
        connection.execute(update(feedback).where(f.number == number).values(ended))
        record(
            connection, now, by.did("ticket.mark", f"{row.node} {row.source}", f"missed {number} taken back")
        )
        return connection.execute(select(feedback).where(f.number == number)).one()


def list_marks(store: Store, wanted: MarksWanted, *, limit: int, before: int | None = None) -> Rows:
    """The last said first. Raises StoreAway."""
    query = _wanted(wanted).order_by(feedback.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(feedback.c.number < before)
    with store.read() as connection:
        return connection.execute(query).all()


def current_marks(store: Store, number: int) -> Rows:
    """What counts of a ticket and its situations. Raises StoreAway."""
    mine = (feedback.c.ticket == number) & feedback.c.ended.is_(None)
    with store.read() as connection:
        return connection.execute(select(feedback).where(mine).order_by(feedback.c.number)).all()


def _wanted(wanted: MarksWanted) -> Select[Any]:
    f, query = feedback.c, select(feedback)
    for name in ("mark", "node", "source", "zone", "kind", "ticket"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(f[name] == value)
    if wanted.since is not None:
        query = query.where(f.since >= wanted.since)
    if wanted.until is not None:
        query = query.where(f.since < wanted.until)
    return query if wanted.history else query.where(f.ended.is_(None))


def _situation(connection: Connection, ticket: Row[Any], said: Said) -> Row[Any]:
    """The one that is meant; without one that by which the ticket is told. Raises NotMarked."""
    s = situations.c
    mine = select(situations).where(s.ticket == ticket.number)
    if said.situation is None:
        mine = mine.where(s.source == ticket.lead_node, s.subject == ticket.lead_subject)
    else:
        mine = mine.where(s.subject == said.situation)
        mine = mine if said.node is None else mine.where(s.source == said.node)
    row = connection.execute(mine.order_by(s.source).limit(1)).one_or_none()
    if row is None:
        what = f"{label(ticket.number)} has no situation {said.situation}"
        raise NotMarked("no_situation", what, where="situation", allowed="one of the ticket's members")
    return row


def _current(connection: Connection, number: int, node: str, subject: str) -> Row[Any] | None:
    f = feedback.c
    mine = (f.ticket == number) & (f.subject == subject) & f.ended.is_(None)
    if subject:
        mine &= f.node == node
    return connection.execute(select(feedback).where(mine)).one_or_none()


def _same(known: Row[Any] | None, said: Said) -> bool:
    if known is None:
        return said.mark is None
    return bool((known.mark, known.reason, known.words) == (said.mark, said.why, said.words))


def _row(about: Row[Any], number: int, subject: str, said: Said, by: Asker, now: datetime) -> dict[str, Any]:
    box = [getattr(about, side) for side in _BOX]
    row = {name: getattr(about, name) for name in ("zone", "zone_version", "rule", "rule_version", "kind")}
    row |= {"ticket": number, "node": about.source, "subject": subject, "source": source_of(about.eye)}
    row |= {"mark": said.mark, "reason": said.why, "words": said.words, "who": by.who[:80], "at": now}
    until = None if about.ends_s >= NEVER_S else utc(about.ends_s)
    return row | {"since": utc(about.at_s), "until": until, "box": None if box[0] is None else box}


def _row_missed(missed: Missed, by: Asker, now: datetime) -> dict[str, Any]:
    row = {name: getattr(missed, name) for name in ("request", "node", "source", "kind", "since", "until")}
    row |= {"zone": missed.zone, "words": missed.words, "box": list(missed.box) if missed.box else None}
    return row | {"mark": "missed", "subject": "", "who": by.who[:80], "at": now}


def _write(connection: Connection, row: dict[str, Any]) -> Row[Any]:
    (new,) = numbers(connection, feedback, 1)
    connection.execute(insert(feedback).values(row | {"number": new}))
    return connection.execute(select(feedback).where(feedback.c.number == new)).one()


def _bound(connection: Connection) -> None:
    f = feedback.c
    missed = select(f.number).where(f.mark == "missed").order_by(f.number.desc())
    old = connection.execute(missed.offset(MOST_MISSED - 1).limit(MOST_MISSED)).scalars().all()
    if old:
        connection.execute(feedback.delete().where(f.number.in_(old)))


def _tell(
    connection: Connection, ticket: Row[Any], said: Said, subject: str, by: Asker, now: datetime
) -> None:
    """In the ticket's trail, and in the audit."""
    what = said.mark or "unmarked"
    about = f" of {subject}" if subject else ""
    text = f"{by.who} says {what}{about}" + (f" ({said.why})" if said.why else "")
    text += f": {said.words}" if said.words else ""
    given = {"why": said.why, "note": said.words}
    words = {name: word[:240] for name, word in given.items() if word}
    reason = Reason(code=what, text=text[:240], words=words or None)
    row = {"ticket": ticket.number, "effect": "marked", "reason": reason, "state": ticket.state, "at": now}
    row |= {"source": "centre", "subject": label(ticket.number), "who": by.who[:80]}
    details = {"mark": said.mark, "why": said.why, "situation": subject or None}
    row["details"] = {name: value for name, value in details.items() if value is not None} or None
    connection.execute(insert(ticket_log).values(row))
    record(connection, now, by.did("ticket.mark", label(ticket.number), text))
