"""What people marked of one source, and the zones that it has: what trials are compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from central.correlation.watching import source_of
from central.feedback.comparing import Marked
from central.reports.events import facts_in
from central.store.bulk import among
from central.store.configuring import versions_of
from central.store.database import Store
from central.store.feedback_tables import feedback
from central.store.inspected import settings_told
from central.store.nearness import NEVER_S
from central.store.schema import situations

MOST = 5000


@dataclass(frozen=True, slots=True)
class Known:
    """Zones of a source as a configuration writes them, and what is ignored. of: a version, or `inspect`."""

    zones: Sequence[Mapping[str, Any]]
    ignore: Sequence[Any] | None
    of: str


@dataclass(frozen=True, slots=True)
class Told:
    """A mark, and the ticket that it is of; None of what was missed."""

    marked: Marked
    ticket: int | None


def marks_of_source(
    store: Store, node: str, source: str, since: datetime, until: datetime, *, zone: str | None = None
) -> list[Told]:
    """Of every situation that was opened in that time, in its order; and what was missed then.

    What is said of a ticket is said of each of its situations that nobody says anything else of.
    """
    with store.read() as connection:
        return _marks(connection, (node, source), (since, until), zone)


def _marks(
    connection: Connection, of: tuple[str, str], span: tuple[datetime, datetime], zone: str | None
) -> list[Told]:
    node, source = of
    f, s = feedback.c, situations.c
    of_node = select(f.ticket).where(f.ended.is_(None), f.ticket.is_not(None)).distinct()
    seen = select(situations).where(
        s.source == node,
        s.at_s >= span[0].timestamp(),
        s.at_s < span[1].timestamp(),
        s.ticket.in_(of_node),
    )
    seen = seen if zone is None else seen.where(s.zone == zone)
    rows = connection.execute(seen.order_by(s.at_s.desc(), s.subject).limit(MOST)).all()
    mine = [row for row in rows if source_of(row.eye) == source]
    said = among(connection, f.ticket, {row.ticket for row in mine}) & f.ended.is_(None)
    by_key = {
        (row.ticket, row.node if row.subject else "", row.subject): row
        for row in connection.execute(select(feedback).where(said))
    }
    found = []
    for row in mine:
        own = by_key.get((row.ticket, row.source, row.subject)) or by_key.get((row.ticket, "", ""))
        if own is not None:
            found.append(Told(_marked(row, own), row.ticket))
    found += [Told(_missed(row), None) for row in connection.execute(_wanted(of, span, zone))]
    return sorted(found, key=lambda each: (each.marked.told, each.marked.situation or ""))


def _wanted(of: tuple[str, str], span: tuple[datetime, datetime], zone: str | None) -> Select[Any]:
    """What was missed."""
    f = feedback.c
    mine = (f.node == of[0]) & (f.source == of[1]) & (f.mark == "missed") & f.ended.is_(None)
    query = select(feedback).where(mine, f.since >= span[0], f.since < span[1])
    return (query if zone is None else query.where(f.zone == zone)).limit(MOST)


def _marked(row: Row[Any], own: Row[Any]) -> Marked:
    box = None if row.box_x1 is None else (row.box_x1, row.box_y1, row.box_x2, row.box_y2)
    labels = frozenset(each.label for each in facts_in(row.source, row.incident).objects)
    return Marked(
        mark=own.mark,
        kind=row.kind,
        since=row.since_s,
        told=row.at_s,
        until=None if row.ends_s >= NEVER_S else row.ends_s,
        situation=row.subject,
        zone=row.zone,
        box=box,
        why=own.reason,
        things=labels,
    )


def _missed(row: Row[Any]) -> Marked:
    until = None if row.until is None else row.until.timestamp()
    since = row.since.timestamp()
    return Marked(
        "missed", row.kind, since, since, until, None, row.zone, tuple(row.box) if row.box else None
    )


def zones_of(store: Store, node: str, source: str) -> Known | None:
    """Of the newest version that the centre has; else as the node told when it was last asked; else None."""
    newest = next(iter(versions_of(store, node, f"sources/{source}", limit=1)), None)
    if newest is not None and newest.body is not None and "zones" in newest.body:
        return Known(newest.body["zones"], newest.body.get("ignore"), f"v{newest.number}")
    told = settings_told(store, node, source) or {}
    return Known(told["zones"], told.get("ignore"), "inspect") if "zones" in told else None
