"""Lines of the audit, and holds that were lifted. A line about what is held stays with it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, tuple_

from central.reports.events import TOLD
from central.store.keeping import Keeping, holds_of
from central.store.people_tables import audit
from central.store.retention_tables import holds
from central.store.schema import evidence_links, situations, tickets
from central.store.sweeping import AT_ONCE, Portion

_NUMBER = re.compile(r"T-([0-9]{6,18})")
_ID = re.compile(r"\bt-[0-9a-f]{24}\b")
_HASH = re.compile(r"\b[0-9a-f]{64}\b")


def sweep(connection: Connection, keeping: Keeping, after: tuple[datetime, int] | None) -> Portion:
    """As they were written."""
    before = keeping.before(keeping.basis.plan.audit)
    wanted = select(audit).where(audit.c.at < before)
    if after is not None:
        wanted = wanted.where(tuple_(audit.c.at, audit.c.seq) > tuple_(*after))
    rows = connection.execute(wanted.order_by(audit.c.at, audit.c.seq).limit(AT_ONCE)).all()
    kept = _held(connection, keeping, rows) if keeping.holds else set()
    going = [row.seq for row in rows if row.seq not in kept]
    if going:
        connection.execute(delete(audit).where(audit.c.seq.in_(going)))
    if after is None:
        connection.execute(delete(holds).where(holds.c.lifted < before))
    place = (rows[-1].at, rows[-1].seq) if len(rows) == AT_ONCE else None
    return Portion(len(going), len(kept), place)


def _held(connection: Connection, keeping: Keeping, rows: Iterable[Row[Any]]) -> set[int]:
    """Lines of a time that is held, and those that name a ticket that is, or a picture or report of it."""
    lines = [(row, f"{row.about} {row.why}") for row in rows]
    found = {row.seq for row, _ in lines if keeping.held_then(row.at)}
    named = _tickets_named(connection, [text for _, text in lines], {row.about for row, _ in lines})
    held = {number for those in named.values() for number in those if holds_of(connection, keeping, number)}
    for row, text in lines:
        words = {*_words(text), row.about}
        if any(number in held for word in words for number in named.get(word, ())):
            found.add(row.seq)
    return found


def _words(text: str) -> list[str]:
    return [*(f"T-{number}" for number in _NUMBER.findall(text)), *_ID.findall(text), *_HASH.findall(text)]


def _tickets_named(
    connection: Connection, texts: Iterable[str], about: Collection[str]
) -> dict[str, set[int]]:
    """By word the tickets that it names: by number, by id, by a picture, by a report."""
    words = {word for text in texts for word in _words(text)}
    found: dict[str, set[int]] = defaultdict(set)
    for word in words:
        if word.startswith("T-"):
            found[word].add(int(word.removeprefix("T-")))
    s, links = situations.c, evidence_links.c
    of = (s.source == links.source) & (s.subject == links.subject)
    asked = (
        select(tickets.c.id, tickets.c.number).where(tickets.c.id.in_(sorted(words))),
        select(links.sha256, s.ticket)
        .select_from(evidence_links.join(situations, of))
        .where(links.sha256.in_(sorted(words)), s.ticket.is_not(None)),
        select(s.subject, s.ticket).where(
            s.source == TOLD, s.subject.in_(sorted(about)), s.ticket.is_not(None)
        ),
    )
    for question in asked:
        for word, number in connection.execute(question):
            found[word].add(number)
    return found
