"""What was told in a time, with what people say of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from central.correlation.watching import source_of
from central.feedback.precision import Judged
from central.store.bulk import among
from central.store.database import Store
from central.store.feedback_tables import feedback
from central.store.schema import situations, tickets

AT_ONCE = 5000
LEFT_OUT = ("withdrawn",)  # nobody says that it was wrong, nor that it was right
_COLUMNS = (
    "source",
    "subject",
    "eye",
    "zone",
    "zone_version",
    "rule",
    "rule_version",
    "kind",
    "at_s",
    "ticket",
)
_Marks = Mapping[tuple[int, str, str], Row[Any]]


@dataclass(frozen=True, slots=True)
class JudgedWanted:
    """What was opened in a time. None asks for all. node, source, zone, kind: of the situation."""

    since: datetime
    until: datetime
    node: str | None = None
    source: str | None = None
    zone: str | None = None
    kind: str | None = None


def judged(store: Store, wanted: JudgedWanted) -> Iterator[Judged]:
    """Every situation of a ticket that was opened in that time, and what was missed. Raises StoreAway.

    What is said of a situation itself counts before what is said of its ticket.
    """
    with store.snapshot() as connection:
        for rows in connection.execute(_situations(wanted)).partitions(AT_ONCE):
            known = _marks(connection, {row.ticket for row in rows})
            yield from _told(rows, known, wanted.source)
        for row in connection.execute(_missed(wanted)):
            yield _judged(row, row.source, row.since.timestamp(), row.node, row)


def _situations(wanted: JudgedWanted) -> Select[Any]:
    s, t = situations.c, tickets.c
    about = situations.join(tickets, t.number == s.ticket)
    query = select(*(s[name] for name in _COLUMNS)).select_from(about)
    query = query.where(t.opened_at >= wanted.since, t.opened_at < wanted.until, t.state.not_in(LEFT_OUT))
    for name, value in (("source", wanted.node), ("zone", wanted.zone), ("kind", wanted.kind)):
        if value is not None:
            query = query.where(s[name] == value)
    return query


def _missed(wanted: JudgedWanted) -> Select[Any]:
    f = feedback.c
    query = select(feedback).where(f.mark == "missed", f.ended.is_(None))
    query = query.where(f.since >= wanted.since, f.since < wanted.until)
    for name in ("node", "source", "zone", "kind"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(f[name] == value)
    return query


def _marks(connection: Connection, numbers: set[int]) -> _Marks:
    f = feedback.c
    wanted = select(feedback).where(among(connection, f.ticket, numbers), f.ended.is_(None))
    return {
        (row.ticket, row.node if row.subject else "", row.subject): row for row in connection.execute(wanted)
    }


def _told(rows: Iterable[Row[Any]], known: _Marks, source: str | None) -> Iterator[Judged]:
    for row in rows:
        of = source_of(row.eye)
        if source is None or source == of:
            own = known.get((row.ticket, row.source, row.subject))
            mark = own if own is not None else known.get((row.ticket, "", ""))
            yield _judged(row, of, row.at_s, row.source, mark)


def _judged(row: Row[Any], source: str, at: float, node: str, mark: Row[Any] | None) -> Judged:
    return Judged(
        at=at,
        node=node,
        source=source,
        zone=row.zone,
        zone_version=row.zone_version,
        rule=row.rule,
        rule_version=row.rule_version,
        kind=row.kind,
        mark=None if mark is None else mark.mark,
        why=None if mark is None else mark.reason,
    )
