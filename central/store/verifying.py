"""Looks at handled places: which node is asked for which ticket, what it answered, and what followed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, exists, select, update

from broker.events import Reason
from broker.messages import Scene, Verify
from central.casework.facts import Facts, label
from central.overflight import Drone
from central.store.acting import by_itself
from central.store.database import Store, insert, written
from central.store.delivery_tables import senders
from central.store.flying import Looks, asked_words, awaited, flights_for, look_name, once_more
from central.store.outcome import Outcome as Said
from central.store.partial import UNANSWERED_ROWS
from central.store.schema import situations, ticket_log, tickets
from central.store.ticketlog import log_decision
from central.store.verify_tables import UNANSWERED, verifications
from central.store.working import Work, facts_of
from central.verification import PEOPLE_LOOK, WAITS, Verdict, by_the_scene, judged, who_looks

MOST_SITUATIONS = 16  # of one ticket at one node: those that were found last
# Who says how it is now when it is asked; people and drones are asked in other ways.
EYES = ("camera", "gate", "sensor")
REMINDED = timedelta(hours=12)  # a command for a drone goes once more: the broker keeps none for days


@dataclass(frozen=True, slots=True)
class Question:
    """What a node is to be asked."""

    node: str
    command: Verify


def consider(
    connection: Connection, work: Work, numbers: Collection[int], now: datetime, looks: Looks
) -> None:
    """What is to be done about these tickets, if they wait for verification. The turn is the caller's."""
    wanted = select(tickets).where(tickets.c.number.in_(sorted(numbers)), tickets.c.state == WAITS)
    rows = connection.execute(wanted.order_by(tickets.c.number)).all()
    known = looks.drones.all(connection) if rows else []
    for row in rows:
        facts = facts_of(row)
        again = facts.scene == "present" and _seen_again(connection, facts)
        verdict = by_the_scene(facts.state, clear=facts.scene == "clear", seen_again=again)
        if verdict is not None:
            follow_verdict(connection, work, facts.number, verdict, now, {})
        else:
            _plan(connection, facts, now, looks, known)


def act(connection: Connection, work: Work, numbers: Collection[int], now: datetime) -> None:
    """Do what follows from answers that have come for these tickets. The turn is the caller's."""
    v = verifications.c
    wanted = select(verifications).where(v.ticket.in_(sorted(numbers)), v.state == "answered")
    for row in connection.execute(wanted.order_by(v.answered, v.id)).all():
        ticket = connection.execute(select(tickets).where(tickets.c.number == row.ticket)).one()
        early = is_early(row, ticket)
        if row.eye is not None and ticket.state == WAITS and (early or _missed(row)):
            _ask_again(connection, row, now)
        names = awaited(connection, row.ticket)
        verdict = judged(ticket.state, row.outcome, named_of(row), early=early, awaited=names)
        follow_verdict(connection, work, row.ticket, verdict, now, details_of(row))
        connection.execute(update(verifications).where(v.id == row.id).values(state="acted"))


def _missed(row: Row[Any]) -> bool:
    """Whether it flew, and could not tell; what was refused without a flight is no better next time."""
    return bool(row.outcome == "not_seen" and row.flight)


def is_early(row: Row[Any], ticket: Row[Any]) -> bool:
    """Whether a drone's answer is of before the ticket was said to be handled."""
    return bool(row.eye and row.seen and ticket.entered_at and row.seen < ticket.entered_at)


def questions(store: Store, now: datetime, *, at_most: int = 50) -> list[Question]:
    """What is to be asked now, of nodes that are not known to be away. Raises StoreAway."""
    v = verifications.c
    waits = exists().where(tickets.c.number == v.ticket, tickets.c.state == WAITS)
    away = exists().where(senders.c.node == v.node, senders.c.online.is_(False))
    due = (v.state == "waiting") | ((v.state == "asked") & v.eye.is_not(None) & (v.asked <= now - REMINDED))
    wanted = select(verifications).where(UNANSWERED_ROWS, due, v.until > now, ~away, waits)
    with store.read() as connection:
        rows = connection.execute(wanted.order_by(v.made, v.id).limit(at_most)).all()
    return [Question(row.node, _command(row)) for row in rows]


def _command(row: Row[Any]) -> Verify:
    scenes = [Scene.model_validate(each) for each in row.scenes or ()] or None
    return Verify(id=row.id, situations=row.situations, scenes=scenes, source=row.eye, until=row.until)


def asked(store: Store, sent: Sequence[Question], now: datetime) -> None:
    """These were handed to the broker. Raises StoreAway."""
    names = [each.command.id for each in sent]
    mine = verifications.c.id.in_(names) & verifications.c.state.in_(UNANSWERED)
    with store.write() as connection:
        connection.execute(update(verifications).where(mine).values(state="asked", asked=now))


def overdue(connection: Connection, now: datetime) -> None:
    """Looks that nobody answered in time are left to people. The turn is the caller's."""
    v = verifications.c
    stands = select(tickets.c.state).where(tickets.c.number == v.ticket).scalar_subquery()
    wanted = select(verifications, stands.label("stands")).where(UNANSWERED_ROWS, v.until <= now)
    for row in connection.execute(wanted.order_by(v.until, v.id)).all():
        connection.execute(update(verifications).where(v.id == row.id).values(state="given_up"))
        if row.stands == WAITS:
            say(connection, row.ticket, _no_answer(row, awaited(connection, row.ticket)), now)


def _no_answer(row: Row[Any], names: Sequence[str]) -> Reason:
    took = row.until - row.made
    if row.eye is not None:
        text = f"{row.eye} of {row.node} did not fly over it in {took / timedelta(days=1):.3g} days"
    else:
        what = "was away" if row.state == "waiting" else "did not answer"
        text = f"{row.node} {what} for {took / timedelta(minutes=1):g} min"
    return Reason(code="no_answer", text=f"{text}; {who_looks(names)}"[:240])


def any_overdue(store: Store, now: datetime) -> bool:
    """Whether there are any. Raises StoreAway."""
    v = verifications.c
    with store.read() as connection:
        wanted = select(v.id).where(UNANSWERED_ROWS, v.until <= now).limit(1)
        return connection.execute(wanted).first() is not None


def _plan(connection: Connection, facts: Facts, now: datetime, looks: Looks, known: Sequence[Drone]) -> None:
    """Ask nodes whose cameras or devices found it, and drones that fly there, each time it is handled."""
    v = verifications.c
    older = (v.ticket == facts.number) & v.state.in_(UNANSWERED) & (v.made < facts.entered_at)
    connection.execute(update(verifications).where(older).values(state="given_up"))
    rows = []
    for node, names in sorted(_eyes(connection, facts.number).items()):
        marker = f"{facts.number}/{facts.entered_at}/{node}"
        row = {"id": look_name(marker), "ticket": facts.number, "node": node}
        row |= {"situations": names, "state": "waiting", "made": now}
        rows.append(row | {"until": now + timedelta(seconds=looks.within_s)})
    flights = list(flights_for(connection, facts, looks, known, now))
    if not rows and not flights:
        reason = Reason(code="no_eye", text=f"no camera and no sensor has found it; {PEOPLE_LOOK}")
        say(connection, facts.number, reason, now)
    if rows:
        connection.execute(insert(connection, verifications).on_conflict_do_nothing(), rows)
    for asked_of in flights:
        if written(connection, verifications, asked_of):
            within = asked_of["until"] - asked_of["made"]
            say(connection, facts.number, asked_words(asked_of["eye"], asked_of["node"], within), now)


def _ask_again(connection: Connection, row: Row[Any], now: datetime) -> None:
    """Of a drone that flew, and could not tell."""
    if (again := once_more(connection, row, now)) is not None:
        written(connection, verifications, again)


def _eyes(connection: Connection, number: int) -> dict[str, list[str]]:
    s = situations.c
    wanted = select(s.source, s.subject).where(s.ticket == number, s.origin.in_(EYES))
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


def follow_verdict(
    connection: Connection, work: Work, number: int, verdict: Verdict, now: datetime, details: dict[str, Any]
) -> None:
    """Do it, or say why nothing is done; whoever is still asked need not look any more."""
    if verdict.action is None:
        say(connection, number, verdict.reason, now)
        return
    found = by_itself(connection, work, number, verdict.action, verdict.reason, now, details=details)
    if isinstance(found, Reason):
        say(connection, number, found, now)
    else:
        mine = (verifications.c.ticket == number) & verifications.c.state.in_(UNANSWERED)
        connection.execute(update(verifications).where(mine).values(state="given_up"))


def say(connection: Connection, number: int, reason: Reason, now: datetime) -> None:
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


def details_of(row: Row[Any]) -> dict[str, Any]:
    """Whose answer it is, for the log."""
    details = {"node": row.node, "source": row.source, "event": row.event, "outcome": row.outcome}
    return details | ({"flight": row.flight} if row.flight else {})


def named_of(row: Row[Any]) -> str:
    """Who answered, in words."""
    return f"{row.source} of {row.node}"
