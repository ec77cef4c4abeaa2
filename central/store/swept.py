"""Answers of drones to sweeps, and what follows from them for each ticket."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from broker.events import Reason, SceneAnswer, SceneVerification
from broker.topics import Address
from central.correlation.sightings import PEOPLE
from central.correlation.watching import source_of
from central.store.answer_pictures import keep_pictures
from central.store.flight_tables import flight_sweep_commands, flight_sweep_tickets
from central.store.nearness import NEVER_S
from central.store.outcome import Outcome
from central.store.schema import situations, tickets
from central.store.ticketlog import log_decisions, log_row
from central.store.verifying import details_of, follow_verdict, named_of, say
from central.store.working import Work
from central.verification import WAITS, Standing, Swept, judged
from central.verification import swept as meaning

HANDLED = ("fed_back", "verified", "closed", "evaluated")
EndReports = Callable[[Connection, int, datetime, Reason, datetime], None]


def command_of(connection: Connection, event: SceneVerification) -> Row[Any] | None:
    """The sweep's command that this answers, where this drone of this node was asked."""
    c = flight_sweep_commands.c
    row = connection.execute(select(flight_sweep_commands).where(c.id == event.data.command)).one_or_none()
    return row if row is not None and row.node == event.source and speaks_for(event, row.source) else None


def speaks_for(event: SceneVerification, eye: str | None) -> bool:
    """Whether the answer is of the source that was asked; that it cannot look its node may say for it."""
    said, node = event.data.source.id, Address.of(event.source).node
    saw = any(each.outcome in ("clear", "occupied") for each in event.data.answers)
    return eye is None or said == eye or (said == node and not saw)


def swept(connection: Connection, event: SceneVerification, command: Row[Any], now: datetime) -> Outcome:
    """Write each answer down with its picture, and a line into its ticket's log, once."""
    c, t = flight_sweep_tickets.c, tickets.c
    wanted = select(c.ticket, c.situation, t.state.label("stands"), t.lead_node, t.lead_subject)
    mine = wanted.join_from(flight_sweep_tickets, tickets).where(c.command == command.id, c.state == "asked")
    rows = {row.situation: row for row in connection.execute(mine)}
    found = [each for each in event.data.answers if each.situation in rows]
    lines = []
    for answer in found:
        row = rows[answer.situation]
        _write(connection, command, row.ticket, event, answer, now)
        whose = (row.lead_node, row.lead_subject)
        keep_pictures(connection, event, [(answer, whose)], handled=row.stands in HANDLED)
        outcome = Outcome("looked", answer.reasons[0], row.ticket, row.stands)
        lines.append(log_row(outcome, (event.source, event.subject), event=event.id, at=now))
    if lines:
        log_decisions(connection, lines)
    if len(found) == len(rows):
        done = update(flight_sweep_commands).where(flight_sweep_commands.c.id == command.id)
        connection.execute(done.values(state="answered"))
    text = f"answers {len(found)} tickets of sweep {command.sweep}"
    return Outcome("kept", Reason(code="sweep_answered", text=text, values={"count": float(len(found))}))


def _write(
    connection: Connection,
    command: Row[Any],
    number: int,
    event: SceneVerification,
    answer: SceneAnswer,
    now: datetime,
) -> None:
    c = flight_sweep_tickets.c
    picture = next((each.sha256 for each in answer.evidence if each.media_type.startswith("image/")), None)
    values: dict[str, Any] = {
        "state": "answered",
        "outcome": answer.outcome,
        "reason": answer.reasons[0],
        "event": event.id,
    }
    values |= {"seen": answer.seen or event.time, "picture": picture, "answered": now}
    values |= {"flight": event.data.flight.id if event.data.flight else None}
    mine = (c.sweep == command.sweep) & (c.ticket == number)
    connection.execute(update(flight_sweep_tickets).where(mine).values(values))


def act_on_sweeps(
    connection: Connection, work: Work, numbers: Collection[int], now: datetime, end_reports: EndReports
) -> None:
    """Do what follows from answers that have come for these tickets. The turn is the caller's."""
    c = flight_sweep_tickets.c
    wanted = select(flight_sweep_tickets, flight_sweep_commands.c.node, flight_sweep_commands.c.source)
    wanted = wanted.join_from(
        flight_sweep_tickets, flight_sweep_commands, flight_sweep_commands.c.id == c.command
    )
    mine = c.ticket.in_(sorted(numbers)) & (c.state == "answered")
    for row in connection.execute(wanted.where(mine).order_by(c.answered, c.sweep, c.ticket)).all():
        ticket = connection.execute(select(tickets).where(tickets.c.number == row.ticket)).one()
        if ticket.state == WAITS:
            _judge(connection, work, row, ticket, now)
        else:
            found = _meant(connection, row)
            say(connection, row.ticket, found.reason, now)
            if found.ends_reports:
                end_reports(connection, row.ticket, row.seen, found.reason, now)
        done = update(flight_sweep_tickets).where(c.sweep == row.sweep, c.ticket == row.ticket)
        connection.execute(done.values(state="acted"))


def _judge(connection: Connection, work: Work, row: Row[Any], ticket: Row[Any], now: datetime) -> None:
    """A ticket that waits for verification is verified, or sent back, by a sweep as well."""
    early = bool(ticket.entered_at and row.seen < ticket.entered_at)
    verdict = judged(ticket.state, row.outcome, named_of(row), early=early)
    follow_verdict(connection, work, row.ticket, verdict, now, details_of(row))


def _meant(connection: Connection, row: Row[Any]) -> Swept:
    s = situations.c
    standing = select(s.source, s.eye, s.origin, s.at_s).where(s.ticket == row.ticket, s.ends_s >= NEVER_S)
    rows = connection.execute(standing).all()
    those = [
        Standing(
            f"{source_of(each.eye)} of {each.source}",
            own=(each.source, source_of(each.eye)) == (row.node, row.source),
            people=each.origin in PEOPLE,
        )
        for each in rows
    ]
    early = any(row.seen.timestamp() < each.at_s for each in rows)
    return meaning(row.outcome, named_of(row), those, early=early)
