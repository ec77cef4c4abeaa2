"""Suppressions: made from a situation, listed with what they hide, lifted; what stands when they end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, update

from broker.events import Incident, Reason
from central.casework.facts import label
from central.feedback.suppressing import LONGEST_S, things_of
from central.people.asker import Asker
from central.reports.events import TOLD, facts_in
from central.store.audit import record
from central.store.bulk import among
from central.store.cases import Cases
from central.store.database import Store, take_turn
from central.store.feedback_tables import suppressions
from central.store.nearness import NEVER_S
from central.store.noting import log_notes
from central.store.numbering import numbers
from central.store.queries import number_of
from central.store.refusal import Refusal
from central.store.schema import situations, ticket_log, tickets
from central.store.seating import Terms
from central.store.ticketlog import log_decisions, log_row

MOST = 1000  # that count at a time
AT_ONCE = 200  # situations that are shown in one transaction
Rows = Sequence[Row[Any]]


class NotSuppressed(Refusal):
    """A suppression that cannot be made or lifted; the words say why. `where`: the field that is wrong."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The same thing as a situation of a ticket; without a situation the one that the ticket is told by."""

    request: str
    ticket: str
    lasts_s: float
    words: str = ""
    node: str | None = None
    situation: str | None = None


@dataclass(frozen=True, slots=True)
class Which:
    """Of a source, of a ticket, or one; `ended`: those that are over too."""

    node: str | None = None
    source: str | None = None
    ticket: int | None = None
    number: int | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A suppression; how many situations it hides now, how many it ever hid, and when the last began."""

    row: Row[Any]
    hides: int
    hid: int
    last: datetime | None


def suppress(store: Store, wanted: Wanted, by: Asker, now: datetime) -> Row[Any]:
    """It counts for what is opened from now on. The same request again makes none. Raises NotSuppressed."""
    number = number_of(store, wanted.ticket)
    if number is None:
        allowed = "the number of a ticket, such as T-000123"
        raise NotSuppressed(
            "no_ticket", f"there is no ticket {wanted.ticket!r}", where="ticket", allowed=allowed
        )
    with store.write() as connection:
        take_turn(connection)
        mine = (suppressions.c.who == by.who[:80]) & (suppressions.c.request == wanted.request)
        known = connection.execute(select(suppressions).where(mine)).one_or_none()
        if known is not None and known.ticket != number:
            what = "this request was used for something else; give each its own"
            raise NotSuppressed("request_reused", what, where="request")
        return known or _make(connection, wanted, number, by, now)


def lift(store: Store, number: int, words: str, by: Asker, now: datetime) -> Row[Any]:
    """It counts no more; what stands is shown within a second or two. Raises NotSuppressed or StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        mine = suppressions.c.number == number
        row = connection.execute(select(suppressions).where(mine)).one_or_none()
        if row is None or row.ends <= now:
            what = f"there is no suppression {number}" if row is None else f"suppression {number} is over"
            raise NotSuppressed("no_suppression", what, where="number", allowed="one that counts still")
        values = {"ends": now, "lifted": now, "lifted_by": by.who[:80], "lift_words": words}
        connection.execute(update(suppressions).where(mine).values(values))
        if row.ticket is not None:
            text = f"{by.who} lifts suppression {number}"
            figures = {"suppression": float(number)}
            _tell(connection, row.ticket, number, _why("hidden_lifted", text, words, figures), by, now)
        about = label(row.ticket) if row.ticket is not None else row.situation
        record(connection, now, by.did("ticket.suppress", about, f"suppression {number} lifted: {words}"))
        return connection.execute(select(suppressions).where(mine)).one()


def listed(store: Store, now: datetime, wanted: Which = Which(), *, limit: int = 200) -> list[Listed]:
    """Those that count, and those that ended if they are wanted too; the last first. Raises StoreAway."""
    p, s = suppressions.c, situations.c
    stands = func.count().filter(s.ends_s >= NEVER_S)
    hidden = select(
        s.suppressed, stands.label("hides"), func.count().label("hid"), func.max(s.at_s).label("last")
    )
    with store.read() as connection:
        rows = connection.execute(
            select(suppressions).where(*_of(wanted, now)).order_by(p.number.desc()).limit(limit)
        ).all()
        mine = among(connection, s.suppressed, {row.number for row in rows})
        counts = {
            row.suppressed: row for row in connection.execute(hidden.where(mine).group_by(s.suppressed))
        }
    return [_listed(row, counts.get(row.number)) for row in rows]


def _of(wanted: Which, now: datetime) -> Iterator[ColumnElement[bool]]:
    p = suppressions.c
    for column, value in ((p.number, wanted.number), (p.node, wanted.node), (p.source, wanted.source)):
        if value is not None:
            yield column == value
    if wanted.ticket is not None:
        yield p.ticket == wanted.ticket
    if not wanted.ended and wanted.number is None:
        yield p.ends > now


def hidden_of(store: Store, number: int, *, limit: int = 200) -> Rows:
    """The situations that a suppression hides or hid, the last first. Raises StoreAway."""
    s = situations.c
    wanted = select(situations).where(s.suppressed == number).order_by(s.at_s.desc(), s.subject)
    with store.read() as connection:
        return connection.execute(wanted.limit(limit)).all()


def hiding_now(store: Store, now: datetime) -> tuple[int, int]:
    """How many suppressions count, and how many situations that stand they hide. Raises StoreAway."""
    s, p = situations.c, suppressions.c
    counting = select(func.count()).select_from(suppressions).where(p.ends > now)
    standing = select(func.count()).where(s.suppressed.is_not(None), s.ends_s >= NEVER_S)
    with store.read() as connection:
        return connection.execute(counting).scalar_one(), connection.execute(standing).scalar_one()


def end_due(store: Store, terms: Terms, now: datetime) -> bool:
    """What stands though what hid it is over gets its ticket; False: nothing is due. Raises StoreAway."""
    p = suppressions.c
    due = and_(~p.over, p.ends <= now)
    with store.read() as connection:
        if connection.execute(select(p.number).where(due).limit(1)).first() is None:
            return False
    with store.write() as connection:
        take_turn(connection)
        number = connection.execute(select(p.number).where(due).order_by(p.ends, p.number).limit(1)).scalar()
        if number is not None:
            _end(connection, number, terms, now)
        return number is not None


def _end(connection: Connection, number: int, terms: Terms, now: datetime) -> None:
    s = situations.c
    standing = select(s.source, s.subject).where(s.suppressed == number, s.ends_s >= NEVER_S)
    rows = connection.execute(standing.order_by(s.at_s, s.source, s.subject).limit(AT_ONCE)).all()
    if not rows:
        connection.execute(update(suppressions).where(suppressions.c.number == number).values(over=True))
        return
    cases = Cases(connection, (), terms, again=[(row.source, row.subject) for row in rows])
    shown = cases.look_again(now)
    log_decisions(connection, [log_row(outcome, key, event=None, at=now) for key, outcome in shown])
    told = {outcome.number for _, outcome in shown}
    others = {n: each for n, each in cases.turned.items() if each.action is not None and n not in told}
    log_notes(connection, cases.notes, others, now)
    if cases.turned:
        terms.follow(connection, cases.turned, now)


def _make(connection: Connection, wanted: Wanted, ticket: int, by: Asker, now: datetime) -> Row[Any]:
    row = _situation(connection, wanted, ticket)
    seen = facts_in(row.source, row.incident)
    _sound(connection, wanted, row, seen, now)
    (new,) = numbers(connection, suppressions, 1)
    zone = seen.zone.id if seen.zone else None
    values = {"number": new, "request": wanted.request, "who": by.who[:80], "made": now, "ticket": ticket}
    values |= {"ends": now + timedelta(seconds=wanted.lasts_s), "words": wanted.words, "zone": zone}
    values |= {"node": row.source, "situation": row.subject, "source": seen.source.id, "kind": seen.kind}
    values |= {"things": sorted(things_of(seen.objects))}
    values |= dict(zip(("box_x1", "box_y1", "box_x2", "box_y2"), seen.box or (), strict=True))
    connection.execute(insert(suppressions).values(values))
    why = f"suppression {new} for {wanted.lasts_s / 3600:g} h: {wanted.words}"
    record(connection, now, by.did("ticket.suppress", label(ticket), why))
    text = f"{by.who} hides the same thing at the same place for {wanted.lasts_s / 3600:g} h"
    told = _why("hidden_for", text, wanted.words, {"lasts_s": wanted.lasts_s})
    _tell(connection, ticket, new, told, by, now)
    return connection.execute(select(suppressions).where(suppressions.c.number == new)).one()


def _situation(connection: Connection, wanted: Wanted, ticket: int) -> Row[Any]:
    s, t = situations.c, tickets.c
    mine = select(situations).where(s.ticket == ticket)
    if wanted.situation is not None:
        mine = mine.where(s.subject == wanted.situation)
        mine = mine if wanted.node is None else mine.where(s.source == wanted.node)
    else:
        lead = select(t.lead_node, t.lead_subject).where(t.number == ticket).subquery()
        mine = mine.join(lead, (lead.c.lead_node == s.source) & (lead.c.lead_subject == s.subject))
    row = connection.execute(mine.limit(1)).one_or_none()
    if row is None:
        what = f"{label(ticket)} has no situation {wanted.situation or ''}".strip()
        raise NotSuppressed("no_situation", what, where="situation", allowed="one of the ticket's members")
    return row


def _sound(connection: Connection, wanted: Wanted, row: Row[Any], seen: Incident, now: datetime) -> None:
    """Raises NotSuppressed."""
    if row.source == TOLD or seen.source.kind != "camera" or seen.box is None:
        what = "only what a fixed camera saw at a place of its picture can be hidden"
        raise NotSuppressed("no_place", what, where="situation", allowed="a situation with a box")
    if not 0 < wanted.lasts_s <= LONGEST_S:
        allowed = f"at most {LONGEST_S / 86_400:g} days"
        raise NotSuppressed("too_long", "it would last too long", where="lasts", allowed=allowed)
    counting = select(func.count()).select_from(suppressions).where(suppressions.c.ends > now)
    if connection.execute(counting).scalar_one() >= MOST:
        raise NotSuppressed("too_many", f"{MOST} suppressions count; lift some first", where="ticket")


def _why(code: str, text: str, words: str, figures: dict[str, float]) -> Reason:
    whole = f"{text}: {words}" if words else text
    return Reason(code=code, text=whole[:240], values=figures, words={"why": words} if words else None)


def _tell(connection: Connection, ticket: int, number: int, why: Reason, by: Asker, now: datetime) -> None:
    """A line in the trail of the ticket that it was made from."""
    state = connection.execute(select(tickets.c.state).where(tickets.c.number == ticket)).scalar_one()
    row = {
        "ticket": ticket,
        "effect": "suppression",
        "reason": why.model_dump(mode="json", exclude_none=True),
    }
    row |= {"state": state, "source": "centre", "subject": label(ticket), "at": now, "who": by.who[:80]}
    connection.execute(insert(ticket_log).values(row | {"details": {"suppression": number}}))


def _listed(row: Row[Any], counts: Row[Any] | None) -> Listed:
    if counts is None:
        return Listed(row, 0, 0, None)
    return Listed(row, counts.hides, counts.hid, datetime.fromtimestamp(counts.last, tz=row.made.tzinfo))
