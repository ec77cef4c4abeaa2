"""Everything that ever happened to a ticket, in one order: events, decisions, actions, pictures, comments."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, select, union

from central.store.database import Store
from central.store.queries import Picture, pictures_of
from central.store.schema import inbox, situations, ticket_log

Sort = Literal["event", "decision", "action", "picture", "comment"]
_SORTS: dict[str, Sort] = {
    "acted": "action",
    "commented": "comment",
    "evidence": "picture",
    "moved": "decision",
    "merged": "decision",
    "stays": "decision",
    "marked": "action",
    "suppression": "action",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """One line: the row of the log, with its event's row of the inbox, if it has one."""

    sort: Sort
    line: Row[Any]


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Lines, oldest first; `after` asks for what follows, None at the end. pictures: the ticket's."""

    traces: list[Trace]
    pictures: dict[str, Picture]
    after: int | None


def trail_of(store: Store, number: int, *, limit: int, after: int = 0) -> TrailPage:
    """One page, also of what happened to its situations before it had a number. Raises StoreAway."""
    s, entry, i = situations, ticket_log, inbox
    about = entry.join(s, (s.c.source == entry.c.source) & (s.c.subject == entry.c.subject))
    of_situations = select(entry.c.seq).select_from(about).where(s.c.ticket == number, entry.c.seq > after)
    mine = select(entry.c.seq).where(entry.c.ticket == number, entry.c.seq > after)
    lines = union(of_situations, mine).subquery()
    told = entry.join(lines, lines.c.seq == entry.c.seq)
    told = told.join(i, (i.c.source == entry.c.source) & (i.c.id == entry.c.event), isouter=True)
    event = (i.c.type, i.c.time, i.c.recorded, i.c.received, i.c.deliveries, i.c.body)
    wanted = select(entry, *event).select_from(told).order_by(entry.c.seq).limit(limit + 1)
    with store.read() as connection:
        rows = connection.execute(wanted).all()
        pictures = {each.sha256: each for each in pictures_of(connection, [number])[number]}
    traces = [Trace(_SORTS.get(row.effect, "event"), row) for row in rows[:limit]]
    return TrailPage(traces, pictures, traces[-1].line.seq if len(rows) > limit else None)
