"""What became of everything that one source told in a time; and why a ticket is what it is."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from central.correlation.watching import source_of
from central.reports.events import facts_in
from central.store.bulk import among, rows_of
from central.store.database import Store
from central.store.feedback_tables import feedback
from central.store.queries import log_of
from central.store.schema import inbox, quarantine, situations, tickets

MOST = 1000
Rows = Sequence[Any]
# What happens besides, and says nothing about why.
BESIDES = frozenset({"duplicate", "stale", "evidence", "commented", "erased"})
_EVENT = (inbox.c.source, inbox.c.id)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one source told in a time. node: as the source of its events."""

    node: str
    source: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Became:
    """One situation, and its ticket, or what hides it; neither: its opening has not come.

    marks: what people say of it itself, and of its ticket.
    """

    situation: Row[Any]
    ticket: Row[Any] | None
    marks: Sequence[Row[Any]]


def outcomes(store: Store, asked: Asked) -> tuple[list[Became], Rows]:
    """Of what was opened then, in its order; and what of its node was put into quarantine then."""
    with store.read() as connection:
        rows = [*_opened(connection, asked), *_early(connection, asked)]
        known = _tickets(connection, {row.ticket for row in rows if row.ticket is not None})
        marks = _marks(connection, set(known))
        found = [Became(row, known.get(row.ticket), _of(row, marks)) for row in rows]
        return found, _quarantined(connection, asked)


def reasons_of(store: Store, number: int) -> tuple[Rows, Mapping[str, Rows]]:
    """The lines of the log that say why; by event the reasons that its source gave. Raises StoreAway."""
    lines = [line for line in log_of(store, number) if line.effect not in BESIDES]
    keys = [(line.source, line.event) for line in lines if line.event is not None]
    with store.read() as connection:
        rows = rows_of(connection, (*_EVENT, inbox.c.body), _EVENT, keys)
    return lines, {row.id: _reasons(row.body) for row in rows}


def _opened(connection: Connection, asked: Asked) -> list[Row[Any]]:
    s = situations.c
    span = s.at_s.between(asked.since.timestamp(), asked.until.timestamp())
    wanted = select(situations).where(s.source == asked.node, span).order_by(s.at_s, s.subject).limit(MOST)
    return [row for row in connection.execute(wanted) if source_of(row.eye) == asked.source]


def _early(connection: Connection, asked: Asked) -> list[Row[Any]]:
    """Those whose opening has not come."""
    s = situations.c
    mine = s.ticket.is_(None) & (s.source == asked.node) & s.opened_id.is_(None)
    wanted = select(situations).where(mine, s.newest_at.between(asked.since, asked.until)).limit(MOST)
    rows = connection.execute(wanted)
    return [row for row in rows if facts_in(row.source, row.incident).source.id == asked.source]


def _tickets(connection: Connection, numbers: set[int]) -> dict[int, Row[Any]]:
    rows = connection.execute(select(tickets).where(among(connection, tickets.c.number, numbers)))
    return {row.number: row for row in rows}


def _marks(connection: Connection, numbers: set[int]) -> Mapping[int, list[Row[Any]]]:
    f = feedback.c
    mine = among(connection, f.ticket, numbers) & f.ended.is_(None)
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(feedback).where(mine).order_by(f.number)):
        found[row.ticket].append(row)
    return found


def _of(row: Row[Any], marks: Mapping[int, list[Row[Any]]]) -> list[Row[Any]]:
    key = (row.source, row.subject)
    mine = marks.get(row.ticket, ())
    return [each for each in mine if not each.subject or (each.node, each.subject) == key]


def _quarantined(connection: Connection, asked: Asked) -> Rows:
    q = quarantine.c
    topic = f"/{asked.node.removeprefix('gewu://')}/"
    wanted = select(q.number, q.code, q.reason, q.first_received, q.last_received, q.deliveries)
    wanted = wanted.where(q.topic.contains(topic, autoescape=True), q.last_received >= asked.since)
    rows = wanted.where(q.first_received <= asked.until).order_by(q.number)
    return connection.execute(rows.limit(MOST)).all()


def _reasons(body: str) -> Rows:
    found = json.loads(body).get("data", {}).get("reasons", []) if body else []
    return found if isinstance(found, list) else []
