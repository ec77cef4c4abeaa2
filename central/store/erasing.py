"""How tickets and pictures go: everything of them, in the transaction of the caller, whose turn it is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple
from datetime import datetime, tzinfo
from typing import TypeVar

from sqlalchemy import Connection, Select, delete, exists, literal, select, tuple_, update

from central.reports.events import TOLD
from central.retention.tallies import Tally, tally_of
from central.store.database import Store, insert
from central.store.export_tables import deliveries, export_told
from central.store.feedback_tables import feedback
from central.store.flight_tables import flight_sweep_tickets
from central.store.identity_tables import evidence_uploads
from central.store.report_tables import reports
from central.store.retention_tables import bygone_situations, tallies_kept, unlinking
from central.store.schema import evidence, evidence_links, inbox, receipts, situations, ticket_log, tickets
from central.store.tally_tables import place_words
from central.store.timer_tables import fired, timers
from central.store.upload_tables import uploads
from central.store.verify_tables import verifications

Keys = Select[tuple[str, str]]
TALLY = ("day", "area", "kind", "origin", "outcome")
T = TypeVar("T")
SLICE = 500  # values in one statement


def erase_tickets(connection: Connection, numbers: Sequence[int], at: datetime, zone: tzinfo) -> None:
    """With everything of them: only their number in the tallies stays, and what tells a repeat."""
    s = situations.c
    keys = select(s.source, s.subject).where(s.ticket.in_(numbers))
    tally(connection, numbers, zone)
    erase_links(connection, keys, at)
    erase_events(connection, keys)
    forget_situations(connection, keys, at)
    places = connection.execute(select(s.place).where(s.ticket.in_(numbers), s.place.is_not(None)).distinct())
    named = places.scalars().all()
    told = select(s.subject).where(s.ticket.in_(numbers), s.source == TOLD)
    connection.execute(delete(reports).where(reports.c.id.in_(told)))
    gone = (verifications, flight_sweep_tickets, timers, fired, export_told, deliveries, feedback, ticket_log)
    for table in gone:
        connection.execute(delete(table).where(table.c.ticket.in_(numbers)))
    connection.execute(delete(situations).where(s.ticket.in_(numbers)))
    connection.execute(delete(tickets).where(tickets.c.number.in_(numbers)))
    erase_places(connection, named)


def erase_places(connection: Connection, named: Sequence[int]) -> None:
    """The words of these places, where nothing lies there any more."""
    number = place_words.c.number
    for some in slices(named):
        used = [exists().where(table.c.place == number) for table in (tickets, situations)]
        connection.execute(delete(place_words).where(number.in_(some), *(~each for each in used)))


def tally(connection: Connection, numbers: Sequence[int], zone: tzinfo) -> None:
    """Count these tickets among those that are gone."""
    c = tickets.c
    rows = connection.execute(
        select(c.kind, c.origin, c.state, c.cell, c.community, c.opened_at).where(c.number.in_(numbers))
    )
    counts: dict[Tally, int] = {}
    for row in rows:
        area, opened = row.cell or row.community, row.opened_at.astimezone(zone)
        if (found := tally_of(row.kind, row.origin, row.state, area, opened)) is not None:
            counts[found] = counts.get(found, 0) + 1
    for each, count in sorted(counts.items()):
        values = dict(zip(TALLY, astuple(each), strict=True))
        statement = insert(connection, tallies_kept).values(**values, tickets=count)
        more = {"tickets": tallies_kept.c.tickets + count}
        connection.execute(statement.on_conflict_do_update(index_elements=list(TALLY), set_=more))


def tallies(store: Store) -> list[tuple[Tally, int]]:
    """What is kept of tickets that are gone, the earliest first. Raises StoreAway."""
    with store.read() as connection:
        rows = connection.execute(select(tallies_kept)).all()
    return sorted((Tally(*(getattr(row, name) for name in TALLY)), row.tickets) for row in rows)


def erase_links(connection: Connection, keys: Keys, at: datetime) -> None:
    """Of these situations; their pictures go too, where nothing else shows them."""
    links = evidence_links
    mine = tuple_(links.c.source, links.c.subject).in_(keys)
    names = connection.execute(select(links.c.sha256).where(mine).distinct()).scalars().all()
    connection.execute(delete(links).where(mine))
    erase_pictures(connection, names, at)


def erase_pictures(connection: Connection, names: Collection[str], at: datetime) -> None:
    """Rows of pictures that nothing shows any more; their files are put down to be deleted."""
    for some in slices(sorted(names)):
        shown = select(evidence_links.c.sha256).where(evidence_links.c.sha256.in_(some))
        free = set(some) - set(connection.execute(shown.distinct()).scalars())
        sent, uploaded = (
            select(table.c.sha256).where(table.c.sha256.in_(sorted(free))) for table in (evidence, uploads)
        )
        here = connection.execute(sent.union(uploaded))
        put_down(connection, here.scalars().all(), at)
        for table in (evidence, evidence_uploads, uploads):
            connection.execute(delete(table).where(table.c.sha256.in_(sorted(free))))


def put_down(connection: Connection, names: Iterable[str], at: datetime) -> None:
    """Files to be deleted once this is committed."""
    if rows := [{"sha256": name, "since": at} for name in sorted(names)]:
        connection.execute(insert(connection, unlinking).on_conflict_do_nothing(), rows)


def erase_events(connection: Connection, keys: Keys) -> None:
    """What events of these situations said; that they came is known on. Receipts that were sent go too."""
    i = inbox.c
    mine = tuple_(i.source, i.subject).in_(keys)
    told = tuple_(receipts.c.node, receipts.c.event).in_(select(i.source, i.id).where(mine))
    connection.execute(delete(receipts).where(told, receipts.c.sent))
    connection.execute(update(inbox).where(mine).values(body=""))


def forget_situations(connection: Connection, keys: Keys, at: datetime) -> None:
    """From now on nothing that comes of them does anything. The situations themselves are the caller's."""
    named = keys.add_columns(literal(at, bygone_situations.c.at.type))
    statement = insert(connection, bygone_situations).from_select(["source", "subject", "at"], named)
    connection.execute(statement.on_conflict_do_nothing())


def has_row(connection: Connection, name: str) -> bool:
    """Whether a file is some picture's."""
    asked = (select(table.c.sha256).where(table.c.sha256 == name) for table in (evidence, uploads))
    return any(connection.execute(each).first() is not None for each in asked)


def slices(names: Sequence[T]) -> Iterable[Sequence[T]]:
    """In pieces that a statement can hold."""
    for first in range(0, len(names), SLICE):
        yield names[first : first + SLICE]
