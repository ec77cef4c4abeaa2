"""Ids and hashes of events of which nothing else is left: only their places in the nodes' sequences stay."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from central.gaps import Span
from central.reports.events import TOLD
from central.retention.bygone import merged
from central.store.bulk import listed
from central.store.database import insert
from central.store.keeping import Keeping
from central.store.partial import BLANK
from central.store.retention_tables import bygone_events, bygone_situations
from central.store.schema import inbox, receipts
from central.store.sweeping import AT_ONCE, Portion

After = tuple[datetime, str, str]


def sweep(connection: Connection, keeping: Keeping, after: After | None) -> Portion:
    """In the order in which they came. What people reported has no sequence; it is forgotten altogether."""
    i, before = inbox.c, keeping.before(keeping.basis.plan.identity)
    wanted = select(i.received, i.source, i.id, i.epoch, i.sequence).where(BLANK, i.received < before)
    rows = connection.execute(wanted.order_by(i.received, i.source, i.id).limit(AT_ONCE)).all()
    places: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for row in rows:
        if row.source != TOLD:
            places[row.source, row.epoch].append(Span(row.sequence, row.sequence))
    for (source, epoch), spans in sorted(places.items()):
        _remember(connection, source, epoch, spans)
    if going := [(row.source, row.id) for row in rows]:
        r, these = receipts.c, listed(connection, going)
        connection.execute(delete(inbox).where(tuple_(i.source, i.id).in_(these)))
        connection.execute(delete(receipts).where(tuple_(r.node, r.event).in_(these)))
    if after is None:
        connection.execute(delete(bygone_situations).where(bygone_situations.c.at < before))
    place = (rows[-1].received, rows[-1].source, rows[-1].id) if len(rows) == AT_ONCE else None
    return Portion(len(rows), 0, place)


def _remember(connection: Connection, source: str, epoch: str, spans: Iterable[Span]) -> None:
    b = bygone_events.c
    mine = (b.source == source) & (b.epoch == epoch)
    known = [Span(*row) for row in connection.execute(select(b.first, b.last).where(mine))]
    found = merged([*known, *spans])
    old = [span.first for span in known if span not in found]
    connection.execute(delete(bygone_events).where(mine, b.first.in_(old)))
    new = [{"source": source, "epoch": epoch, "first": s.first, "last": s.last} for s in found]
    connection.execute(insert(connection, bygone_events).on_conflict_do_nothing(), new)
