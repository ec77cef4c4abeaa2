"""Looks at handled places: which node is asked for which ticket, what it answered, and what followed."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, exists, select, update

from broker.events import Reason
from broker.messages import Verify
from central.casework.facts import Facts, label
from central.store.acting import by_itself
from central.store.database import Store, insert
from central.store.delivery_tables import senders
from central.store.outcome import Outcome as Said
from central.store.schema import situations, ticket_log, tickets
from central.store.ticketlog import log_decision
from central.store.verify_tables import UNANSWERED, verifications
from central.store.working import Work, facts_of
from central.verification import WAITS, Verdict, by_the_scene, judged

NAMESPACE = uuid.UUID("9d1c2b53-6a0e-5a0b-8f3e-6f0f6c6f2a11")
MOST_SITUATIONS = 16  # of one ticket at one node: those that were found last
MACHINES = ("camera", "drone")


@dataclass(frozen=True, slots=True)
class Question:
    """What a node is to be asked."""

    node: str
    command: Verify


def consider(
    connection: Connection, work: Work, numbers: Collection[int], now: datetime, *, within_s: float
) -> None:
    """What is to be done about these tickets, if they wait for verification. The turn is the caller's."""
    wanted = select(tickets).where(tickets.c.number.in_(sorted(numbers)), tickets.c.state == WAITS)
    for row in connection.execute(wanted.order_by(tickets.c.number)).all():
        facts = facts_of(row)
        again = facts.scene == "present" and _seen_again(connection, facts)
        verdict = by_the_scene(facts.state, clear=facts.scene == "clear", seen_again=again)
        if verdict is not None:
            _follow(connection, work, facts.number, verdict, now, {})
        else:
            _plan(connection, facts, now, within_s)


def act(connection: Connection, work: Work, numbers: Collection[int], now: datetime) -> None:
    """Do what follows from answers that have come for these tickets. The turn is the caller's."""
    v = verifications.c
    wanted = select(verifications).where(v.ticket.in_(sorted(numbers)), v.state == "answered")
    for row in connection.execute(wanted.order_by(v.answered, v.id)).all():
        state = connection.execute(select(tickets.c.state).where(tickets.c.number == row.ticket)).scalar_one()
        verdict = judged(state, row.outcome, _named(row))
        details = {"node": row.node, "source": row.source, "event": row.event, "outcome": row.outcome}
        _follow(connection, work, row.ticket, verdict, now, details)
        connection.execute(update(verifications).where(v.id == row.id).values(state="acted"))


def questions(store: Store, now: datetime, *, at_most: int = 50) -> list[Question]:
    """What is to be asked now, of nodes that are not known to be away. Raises StoreAway."""
    v = verifications.c
    away = exists().where(senders.c.node == v.node, senders.c.online.is_(False))
    wanted = select(verifications).where(v.state == "waiting", v.until > now, ~away)
    with store.read() as connection:
        rows = connection.execute(wanted.order_by(v.made, v.id).limit(at_most)).all()
    return [Question(row.node, Verify(id=row.id, situations=row.situations, until=row.until)) for row in rows]


def asked(store: Store, sent: Sequence[Question], now: datetime) -> None:
    """These were handed to the broker. Raises StoreAway."""
    names = [each.command.id for each in sent]
    mine = verifications.c.id.in_(names) & (verifications.c.state == "waiting")
    with store.write() as connection:
        connection.execute(update(verifications).where(mine).values(state="asked", asked=now))


def overdue(connection: Connection, now: datetime) -> None:
    """Looks that nobody answered in time are left to people. The turn is the caller's."""
    v = verifications.c
    wanted = select(verifications).where(v.state.in_(UNANSWERED), v.until <= now)
    for row in connection.execute(wanted.order_by(v.until, v.id)).all():
        connection.execute(update(verifications).where(v.id == row.id).values(state="given_up"))
        what = "was away" if row.state == "waiting" else "did not answer"
        minutes = (row.until - row.made).total_seconds() / 60
        text = f"{row.node} {what} for {minutes:g} min; people have to look"
        _say(connection, row.ticket, Reason(code="no_answer", text=text[:240]), now)


def any_overdue(store: Store, now: datetime) -> bool:
    """Whether there are any. Raises StoreAway."""
    v = verifications.c
    with store.read() as connection:
        wanted = select(v.id).where(v.state.in_(UNANSWERED), v.until <= now).limit(1)
        return connection.execute(wanted).first() is not None


def _plan(connection: Connection, facts: Facts, now: datetime, within_s: float) -> None:
    """Ask every node whose cameras saw it, once for each time that it is said to be handled."""
    by_node = _eyes(connection, facts.number)
    if not by_node:
        reason = Reason(code="no_eye", text="no camera has seen it; people have to look")
        _say(connection, facts.number, reason, now)
        return
    rows = []
    for node, names in sorted(by_node.items()):
        marker = f"{facts.number}/{facts.entered_at}/{node}"
        row = {"id": f"verify-{uuid.uuid5(NAMESPACE, marker)}", "ticket": facts.number, "node": node}
        row |= {"situations": names, "state": "waiting", "made": now}
        rows.append(row | {"until": now + timedelta(seconds=within_s)})
    connection.execute(insert(connection, verifications).on_conflict_do_nothing(), rows)


def _eyes(connection: Connection, number: int) -> dict[str, list[str]]:
    s = situations.c
    wanted = select(s.source, s.subject).where(s.ticket == number, s.origin.in_(MACHINES))
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(wanted.order_by(s.at_s.desc(), s.source, s.subject)):
        if len(found[row.source]) < MOST_SITUATIONS:
            found[row.source].append(row.subject)
    return dict(found)


def _seen_again(connection: Connection, facts: Facts) -> bool:
    """Whether a source found it after it was said to be handled."""
    if facts.entered_at is None:
        return False
    s = situations.c
    later = (s.ticket == facts.number) & (s.at_s > facts.entered_at.timestamp())
    return connection.execute(select(s.subject).where(later).limit(1)).first() is not None


def _follow(
    connection: Connection, work: Work, number: int, verdict: Verdict, now: datetime, details: dict[str, Any]
) -> None:
    if verdict.action is None:
        _say(connection, number, verdict.reason, now)
        return
    found = by_itself(connection, work, number, verdict.action, verdict.reason, now, details=details)
    if isinstance(found, Reason):
        _say(connection, number, found, now)
    else:  # whoever is still asked about it need not look any more
        mine = (verifications.c.ticket == number) & verifications.c.state.in_(UNANSWERED)
        connection.execute(update(verifications).where(mine).values(state="given_up"))


def _say(connection: Connection, number: int, reason: Reason, now: datetime) -> None:
    """Once: the same is not said again of a ticket in the same state."""
    row = connection.execute(
        select(tickets.c.state, tickets.c.version).where(tickets.c.number == number)
    ).one()
    c = ticket_log.c
    last = select(c.reason).where(c.ticket == number, c.effect == "stays").order_by(c.seq.desc()).limit(1)
    said = connection.execute(last).scalar_one_or_none()
    if said is None or said.get("text") != reason.text:
        about = ("centre", label(number))
        log_decision(connection, Said("stays", reason, number, row.state), about, event=None, at=now)


def _named(row: Row[Any]) -> str:
    return f"{row.source} of {row.node}"
