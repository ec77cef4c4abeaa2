"""Sweeps: a drone is asked to look at many open tickets. What it answers is in `swept`."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select, update

from broker.events import Reason
from broker.messages import Scene, Verify
from broker.topics import Address
from central.casework.facts import label
from central.casework.machine import OPEN
from central.correlation.watching import source_of
from central.people.asker import Asker
from central.store.audit import record
from central.store.bulk import among
from central.store.database import Store, take_turn
from central.store.delivery_tables import senders
from central.store.flight_tables import flight_sweep_commands, flight_sweep_tickets, flight_sweeps
from central.store.flying import asked_words, scene_of
from central.store.numbering import numbers
from central.store.outcome import Outcome
from central.store.overflown import drones_of_node
from central.store.partial import UNANSWERED_ROWS
from central.store.refusal import Refusal
from central.store.schema import situations, tickets
from central.store.ticketlog import log_decisions, log_row
from central.store.verify_tables import UNANSWERED
from central.store.verifying import REMINDED, Question, say
from central.store.wanting import Wanted, conditions_of
from central.store.working import facts_of

NAMESPACE = uuid.UUID("0d0c7a52-2f0e-5a35-9f0c-6d4e3f1b7a90")
MOST_TICKETS = 1000  # a node takes no more at a time
MOST_IN_ONE = 256  # of one command, by the contract
MOST_OPEN = 20  # sweeps that are under way
GRACE = timedelta(minutes=10)  # a node says at the end what it did not see


class NotAsked(Refusal):
    """A sweep that cannot be asked; the words say why. `where`: the field that is wrong."""


@dataclass(frozen=True, slots=True)
class SweepWanted:
    """Which drone is to look at which open tickets: by their names, or those of an area, kind or state."""

    request: str
    node: str
    reason: str
    within_s: float
    source: str | None = None
    tickets: tuple[str, ...] = ()
    area: str | None = None
    kind: str | None = None
    state: str | None = None


def ask_sweep(store: Store, wanted: SweepWanted, by: Asker, now: datetime) -> int:
    """Once, however often it is asked under this request; its number. Raises NotAsked, StoreAway."""
    told = {name: value for name, value in asdict(wanted).items() if value not in (None, ())}
    told = {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}
    with store.write() as connection:
        take_turn(connection)
        c = flight_sweeps.c
        mine = (c.who == by.who[:80]) & (c.request == wanted.request)
        known = connection.execute(select(c.number, c.wanted).where(mine)).one_or_none()
        if known is not None and known.wanted != told:
            text = "this request was used for something else; give each its own"
            raise NotAsked("request_reused", text, where="request")
        return known.number if known is not None else _ask(connection, wanted, told, by, now)


def _ask(connection: Connection, wanted: SweepWanted, told: dict[str, Any], by: Asker, now: datetime) -> int:
    node = _node(wanted.node)
    source = _drone(connection, node, wanted.source)
    _room(connection, now)
    rows = _chosen(connection, wanted)
    (number,) = numbers(connection, flight_sweeps, 1)
    until = now + timedelta(seconds=wanted.within_s)
    row = {"number": number, "request": wanted.request, "who": by.who[:80], "node": node, "source": source}
    row |= {"wanted": told, "reason": wanted.reason, "made": now, "until": until}
    connection.execute(insert(flight_sweeps).values(row))
    _divide(connection, number, node, source, rows, now, until)
    what = f"sweep {number}: {source} of {node}, {len(rows)} tickets: {wanted.reason}"
    record(connection, now, by.did("sweep.ask", f"sweep {number}", what[:240]))
    return number


def _node(given: str) -> str:
    """Raises NotAsked."""
    try:
        return Address.of(given).source
    except ValueError:
        allowed = "DISTRICT/NODE, such as 131002/yard-7"
        raise NotAsked("no_node", f"{given!r} is no node", where="node", allowed=allowed) from None


def _drone(connection: Connection, node: str, source: str | None) -> str:
    """The drone that is meant. Raises NotAsked."""
    known = sorted(each.source for each in drones_of_node(connection, node))
    if not known:
        raise NotAsked("no_drone", f"{node} tells of no drone", where="node", allowed="a node with a drone")
    if source is None and len(known) > 1:
        what = f"{node} has {len(known)} drones; say which"
        raise NotAsked("which_drone", what, where="source", allowed=", ".join(known))
    if source is not None and source not in known:
        what = f"{node} has no drone {source!r}"
        raise NotAsked("no_drone", what, where="source", allowed=", ".join(known))
    return source or known[0]


def _room(connection: Connection, now: datetime) -> None:
    c = flight_sweep_commands.c
    open_ones = select(func.count(c.sweep.distinct())).where(UNANSWERED_ROWS, c.until > now)
    if connection.execute(open_ones).scalar_one() >= MOST_OPEN:
        what = f"{MOST_OPEN} sweeps are under way; wait until some are flown"
        raise NotAsked("too_many", what, where="request")


def _chosen(connection: Connection, wanted: SweepWanted) -> Sequence[Row[Any]]:
    """The tickets, with the situation that tells each. Raises NotAsked."""
    s, t = situations, tickets
    lead = (s.c.source == t.c.lead_node) & (s.c.subject == t.c.lead_subject)
    query = select(t, s.c.incident).select_from(t.outerjoin(s, lead)).order_by(t.c.number)
    if len(wanted.tickets) > MOST_TICKETS:
        what = f"{len(wanted.tickets)} tickets are more than {MOST_TICKETS}"
        raise NotAsked("too_wide", what, where="tickets", allowed=f"{MOST_TICKETS} at a time")
    if wanted.tickets:
        rows = connection.execute(query.where(_named(wanted.tickets))).all()
        known = {label(row.number) for row in rows} | {row.id for row in rows}
        if lost := [name for name in wanted.tickets if name not in known]:
            allowed = "numbers such as T-000123"
            raise NotAsked("no_ticket", f"there is no ticket {lost[0]!r}", where="tickets", allowed=allowed)
        return rows
    if wanted.area is None and wanted.kind is None and wanted.state is None:
        allowed = "tickets by name, or an area, a kind or a state"
        raise NotAsked("nothing_named", "it is not said which tickets", where="tickets", allowed=allowed)
    filters = Wanted(open=True, area=wanted.area, kind=wanted.kind, state=wanted.state)
    rows = connection.execute(query.where(*conditions_of(filters)).limit(MOST_TICKETS + 1)).all()
    if not rows:
        raise NotAsked(
            "no_ticket", "no open ticket is so", where="area", allowed="another area, kind or state"
        )
    if len(rows) > MOST_TICKETS:
        what = f"more than {MOST_TICKETS} tickets are so"
        raise NotAsked("too_wide", what, where="area", allowed="a smaller area, or one kind")
    return rows


def _named(names: Iterable[str]) -> Any:
    """Numbers or ids."""
    found = set(names)
    told = [name.removeprefix("T-") for name in found if name.startswith("T-")]
    given = sorted(int(name) for name in told if name.isascii() and name.isdigit() and len(name) < 19)
    return tickets.c.number.in_(given) | tickets.c.id.in_(sorted(found))


def _divide(
    connection: Connection,
    sweep: int,
    node: str,
    source: str,
    rows: Sequence[Row[Any]],
    now: datetime,
    until: datetime,
) -> None:
    """Into commands of which each names a situation once; what cannot be asked says why."""
    own = _own(connection, node, source, [row.number for row in rows])
    left = {row.number: why for row in rows if (why := _unfit(row)) is not None}
    asked = [(row, own.get(row.number, row.lead_subject)) for row in rows if row.number not in left]
    places = [_place(sweep, number, state="left_out", reason=why) for number, why in left.items()]
    commands, lines = [], []
    for n, part in enumerate(_parts(asked)):
        name = f"sweep-{uuid.uuid5(NAMESPACE, f'{sweep}/{now.isoformat()}/{n}')}"
        scenes = [scene_of(subject, facts_of(row), row) for row, subject in part]
        command = {"id": name, "sweep": sweep, "node": node, "source": source, "scenes": scenes}
        commands.append(command | {"state": "waiting", "made": now, "until": until})
        for row, subject in part:
            places.append(_place(sweep, row.number, state="asked", command=name, situation=subject))
            reason = asked_words(source, node, until - now, f" (sweep {sweep})")
            outcome = Outcome("stays", reason, row.number, row.state)
            lines.append(log_row(outcome, ("centre", label(row.number)), event=None, at=now))
    for table, made in ((flight_sweep_commands, commands), (flight_sweep_tickets, places)):
        if made:
            connection.execute(insert(table), made)
    if lines:
        log_decisions(connection, lines)


def _place(sweep: int, number: int, **values: Any) -> dict[str, Any]:
    return {"sweep": sweep, "ticket": number, "command": None, "situation": None, "reason": None} | values


def _unfit(row: Row[Any]) -> Reason | None:
    """Why a ticket is not asked for."""
    if row.state not in OPEN:
        return Reason(code="done_with", text=f"it is {row.state}, and nothing is looked for any more")
    if row.longitude is None:
        return Reason(code="no_place", text="nobody has told where on the ground it is")
    return None


def _own(connection: Connection, node: str, source: str, wanted: Sequence[int]) -> dict[int, str]:
    """By ticket the situation that this drone found itself, which its node knows by that name."""
    s = situations.c
    mine = (s.source == node) & (s.origin == "drone") & among(connection, s.ticket, wanted)
    rows = connection.execute(select(s.ticket, s.subject, s.eye).where(mine).order_by(s.at_s, s.subject))
    return {row.ticket: row.subject for row in rows if source_of(row.eye) == source}


def _parts(asked: Iterable[tuple[Row[Any], str]]) -> Iterator[list[tuple[Row[Any], str]]]:
    """As few as can be: of one name two nodes may tell."""
    parts: list[list[tuple[Row[Any], str]]] = []
    seen: dict[str, int] = defaultdict(int)
    for row, subject in asked:
        n = seen[subject]
        while n < len(parts) and len(parts[n]) >= MOST_IN_ONE:
            n += 1
        if n == len(parts):
            parts.append([])
        parts[n].append((row, subject))
        seen[subject] = n + 1
    yield from parts


def sweep_questions(store: Store, now: datetime, *, at_most: int = 20) -> list[Question]:
    """What drones are to be asked now, of nodes that are not known to be away. Raises StoreAway."""
    c = flight_sweep_commands.c
    away = exists().where(senders.c.node == c.node, senders.c.online.is_(False))
    due = (c.state == "waiting") | (c.asked <= now - REMINDED)
    wanted = select(flight_sweep_commands).where(UNANSWERED_ROWS, due, c.until > now, ~away)
    with store.read() as connection:
        rows = connection.execute(wanted.order_by(c.made, c.id).limit(at_most)).all()
    return [Question(row.node, _command(row)) for row in rows]


def _command(row: Row[Any]) -> Verify:
    scenes = [Scene.model_validate(each) for each in row.scenes]
    names = [each.situation for each in scenes]
    return Verify(id=row.id, situations=names, scenes=scenes, source=row.source, until=row.until)


def sweeps_asked(store: Store, sent: Sequence[Question], now: datetime) -> None:
    """These were handed to the broker. Raises StoreAway."""
    c = flight_sweep_commands.c
    mine = c.id.in_([each.command.id for each in sent]) & c.state.in_(UNANSWERED)
    with store.write() as connection:
        connection.execute(update(flight_sweep_commands).where(mine).values(state="asked", asked=now))


def any_sweeps_overdue(store: Store, now: datetime) -> bool:
    """Whether there are any. Raises StoreAway."""
    with store.read() as connection:
        return connection.execute(_over(now).limit(1)).first() is not None


def sweeps_overdue(connection: Connection, now: datetime) -> None:
    """What no flight has looked at in time is given up. The turn is the caller's."""
    c, places = flight_sweep_commands.c, flight_sweep_tickets.c
    for row in connection.execute(_over(now).order_by(c.until, c.id)).all():
        mine = (places.command == row.id) & (places.state == "asked")
        days = (row.until - row.made) / timedelta(days=1)
        text = f"{row.source} of {row.node} did not look in {days:.3g} days (sweep {row.sweep})"
        reason = Reason(code="not_flown", text=text[:240])
        still = select(places.ticket).join(tickets, tickets.c.number == places.ticket)
        still = still.where(mine, tickets.c.state.in_(OPEN))
        for number in connection.execute(still).scalars().all():
            say(connection, number, reason, now)
        given_up = update(flight_sweep_tickets).where(mine)
        connection.execute(given_up.values(state="given_up", reason=reason))
        connection.execute(update(flight_sweep_commands).where(c.id == row.id).values(state="given_up"))


def _over(now: datetime) -> Any:
    c = flight_sweep_commands.c
    return select(flight_sweep_commands).where(UNANSWERED_ROWS, c.until <= now - GRACE)
