"""Ends reports that no longer stand, by the road of what machines find."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, exists, func, not_, or_, select, update

from broker.events import Reason
from broker.fields import utc
from central.correlation.sightings import PEOPLE
from central.letters import Letter, Told
from central.reports.events import TOLD, Over, over_of, told_in
from central.reports.lasting import IN_NOBODYS_HANDS, SETTLED, Ending, Stands, ending
from central.store.database import Store, take_turn
from central.store.nearness import NEVER_S
from central.store.outcome import Outcome
from central.store.report_tables import reports
from central.store.schema import situations, tickets
from central.store.seating import Terms
from central.store.taking import taken_in

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Ended:
    """A report that no longer stands, as the event that it was taken as."""

    event: Over
    outcome: Outcome


def end_reports(store: Store, now: datetime, terms: Terms, *, most: int = AT_ONCE) -> list[Ended]:
    """End those that are to end, the oldest first. Raises StoreAway or StoreRefuses."""
    question = _question().limit(most)
    with store.read() as connection:
        if connection.execute(question.limit(1), {"now": now}).first() is None:
            return []
    with store.write() as connection:
        take_turn(connection)
        rows = connection.execute(question, {"now": now}).all()
        over = {row.id: found for row in rows if (found := ending(_stands(row), now)) is not None}
        events = [
            over_of(row.id, told_in(row.incident), over[row.id].until, over[row.id].why, now)
            for row in rows
            if row.id in over
        ]
        return _take(connection, events, over, now, terms)


def end_those_of(
    connection: Connection, number: int, until: datetime, why: Reason, now: datetime, terms: Terms
) -> list[Ended]:
    """End the reports of a ticket whose place was seen clear. The turn is the caller's."""
    r, s = reports.c, situations.c
    mine = and_(s.source == TOLD, s.subject == r.id)
    wanted = select(r.id, s.incident).select_from(reports.join(situations, mine))
    rows = connection.execute(wanted.where(s.ticket == number, r.ended.is_(None)).order_by(r.id)).all()
    events = [over_of(row.id, told_in(row.incident), until, why, now) for row in rows]
    return _take(connection, events, {row.id: Ending(until, why) for row in rows}, now, terms)


def _take(
    connection: Connection, events: list[Over], over: dict[str, Ending], now: datetime, terms: Terms
) -> list[Ended]:
    if not events:
        return []
    told = [Told(Letter(TOLD, "reports", each.encode(), now), each, by_people=True) for each in events]
    outcomes = taken_in(connection, told, terms).outcomes
    rows = [{"report": name, "at": found.until, "reason": found.why} for name, found in over.items()]
    mine = update(reports).where(reports.c.id == bindparam("report"))
    connection.execute(mine.values(ended=bindparam("at"), why=bindparam("reason")), rows)
    return [Ended(event, outcome) for event, outcome in zip(events, outcomes, strict=True)]


def _stands(row: Row[Any]) -> Stands:
    clear = utc(row.clear_s) if row.clear_s is not None and not row.stands else None
    return Stands(row.seen, row.due, row.state, clear)


@cache  # it is asked once a second, and takes longer to make than to answer
def _question() -> Select[Any]:
    """Those of which something has become true that may end them. Few reports stand at a time."""
    r, s, t, other = reports.c, situations.c, tickets.c, situations.alias("other").c
    machines = and_(other.ticket == s.ticket, other.origin.not_in(sorted(PEOPLE)))
    stands = exists().where(machines, other.ends_s >= NEVER_S)
    last = select(func.max(other.ends_s)).where(machines, other.ends_s < NEVER_S).scalar_subquery()
    mine = and_(s.source == TOLD, s.subject == r.id)
    wanted = select(
        r.id, r.seen, r.due, s.incident, t.state, stands.label("stands"), last.label("clear_s")
    ).select_from(reports.join(situations, mine).join(tickets, t.number == s.ticket))
    over = or_(
        t.state.in_(sorted(SETTLED)),
        and_(r.due <= bindparam("now"), t.state.in_(sorted(IN_NOBODYS_HANDS))),
        and_(not_(stands), last >= s.at_s),
    )
    return wanted.where(r.ended.is_(None), over).order_by(r.due, r.id)
