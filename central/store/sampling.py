"""What a dataset is made of: what fixed cameras told, what people said of it, which pictures are here."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, select

from central.correlation.watching import source_of
from central.datasets.labels import Box, Item
from central.datasets.scenes import Eye, Shot, Wanted
from central.store.bulk import among, rows_of
from central.store.database import Store
from central.store.feedback_tables import feedback
from central.store.identity_tables import evidence_uploads
from central.store.nearness import NEVER_S
from central.store.schema import evidence, evidence_links, inbox, situations
from central.store.upload_tables import uploads

AT_ONCE = 1000
MOST_ITEMS = 200_000  # situations of one dataset
MISSED_S = 300.0  # something missed without an end counts for so long
_COLUMNS = ("source", "subject", "eye", "ticket", "kind", "zone", "since_s", "ends_s")
_BOX = ("box_x1", "box_y1", "box_x2", "box_y2")
Key = tuple[str, str]


class TooMuch(Exception):
    """More than one dataset may have; the words say what to narrow."""


def items_of(store: Store, wanted: Wanted) -> list[Item]:
    """What fixed cameras told of these kinds, marked or not, and what was missed.

    Of all cameras of which people have marked anything of these kinds. Raises StoreAway or TooMuch.
    """
    with store.snapshot() as connection:
        eyes = _marked_eyes(connection, wanted)
        found = [item for item in _told(connection, wanted) if (item.node, item.source) in eyes]
        return found + [item for item in _missed(connection, wanted) if (item.node, item.source) in eyes]


def shots_of(store: Store, items: Sequence[Item]) -> Iterator[Shot]:
    """The pictures of those situations that their own node took, that came, and that are here.

    What people took is none of them, and neither is what a drone took of what others told. Raises StoreAway.
    """
    of = {(item.node, item.subject): item for item in items if item.subject is not None}
    keys = sorted(of)
    with store.snapshot() as connection:
        for first in range(0, len(keys), AT_ONCE):
            part = keys[first : first + AT_ONCE]
            drawn = _drawn(connection, part)
            for row in _pictures(connection, part):
                item = of[row.source, row.subject]
                box = drawn.get((row.source, row.subject, row.sha256), item.box)
                yield _shot(row, item, box)


def tickets_seen(items: Iterable[Item]) -> Iterator[tuple[Eye, int | None]]:
    """Which camera told of which ticket."""
    return (((item.node, item.source), item.ticket) for item in items)


def _marked_eyes(connection: Connection, wanted: Wanted) -> set[Eye]:
    f = feedback.c
    query = select(f.node, f.source).where(f.ended.is_(None), f.kind.in_(wanted.kinds)).distinct()
    found = {(row.node, row.source) for row in connection.execute(query)}
    # A mark of a whole ticket names one camera and is said of every other that saw it.
    s = situations.c
    others = select(s.source, s.eye).where(
        s.eye.is_not(None), s.ticket.in_(select(f.ticket).where(f.ended.is_(None), f.kind.in_(wanted.kinds)))
    )
    return found | {(row.source, source_of(row.eye)) for row in connection.execute(others.distinct())}


def _told(connection: Connection, wanted: Wanted) -> list[Item]:
    s = situations.c
    query = select(*(s[name] for name in (*_COLUMNS, *_BOX)))
    query = query.where(s.eye.is_not(None), s.origin == "camera", s.kind.in_(wanted.kinds))
    if wanted.since is not None:
        query = query.where(s.ends_s >= wanted.since)
    if wanted.until is not None:
        query = query.where(s.since_s < wanted.until)
    rows = connection.execute(query.limit(MOST_ITEMS + 1)).all()
    if len(rows) > MOST_ITEMS:
        raise TooMuch(f"more than {MOST_ITEMS} situations; ask for fewer kinds, one node, or a shorter time")
    marks = _marks(connection, {row.ticket for row in rows if row.ticket is not None})
    return [_item(row, marks) for row in rows]


def _marks(connection: Connection, numbers: set[int]) -> Mapping[tuple[int, str, str], Row[Any]]:
    f = feedback.c
    said = select(feedback).where(among(connection, f.ticket, numbers), f.ended.is_(None))
    return {
        (row.ticket, row.node if row.subject else "", row.subject): row for row in connection.execute(said)
    }


def _item(row: Row[Any], marks: Mapping[tuple[int, str, str], Row[Any]]) -> Item:
    mark = marks.get((row.ticket, row.source, row.subject)) or marks.get((row.ticket, "", ""))
    return Item(
        node=row.source,
        source=source_of(row.eye),
        kind=row.kind,
        since=row.since_s,
        until=float("inf") if row.ends_s >= NEVER_S else row.ends_s,
        subject=row.subject,
        ticket=row.ticket,
        zone=row.zone,
        mark=mark.mark if mark else None,
        why=mark.reason if mark else None,
        box=None if row.box_x1 is None else (row.box_x1, row.box_y1, row.box_x2, row.box_y2),
    )


def _missed(connection: Connection, wanted: Wanted) -> Iterator[Item]:
    f = feedback.c
    query = select(feedback).where(f.mark == "missed", f.ended.is_(None), f.kind.in_(wanted.kinds))
    for row in connection.execute(query.order_by(f.number)):
        since = row.since.timestamp()
        until = since + MISSED_S if row.until is None else row.until.timestamp()
        box: Box | None = tuple(row.box) if row.box else None
        yield Item(row.node, row.source, row.kind, since, until, None, None, row.zone, "missed", None, box)


def _pictures(connection: Connection, keys: Sequence[Key]) -> Iterator[Row[Any]]:
    """Those whose bytes came from the node that told of the situation."""
    links, sent = evidence_links.c, evidence_uploads.c
    key = (links.source, links.subject)
    what = (*key, links.sha256, links.role, links.taken, links.media_type, links.sent_by)
    rows = rows_of(connection, what, key, keys)
    mine = [row for row in rows if row.sent_by in (None, row.source) and row.media_type.startswith("image/")]
    names = [(sha256,) for sha256 in {row.sha256 for row in mine}]
    here = _among(connection, evidence.c.sha256, names)
    by_people = _among(connection, uploads.c.sha256, names)
    known = rows_of(connection, (sent.sha256, sent.node), (sent.sha256,), names)
    senders = {(row.sha256, row.node) for row in known}
    for row in mine:
        from_it = (row.sha256, row.source) in senders or (row.sha256, "") in senders
        if from_it and row.sha256 in here and row.sha256 not in by_people:
            yield row


def _among(connection: Connection, column: Column[Any], names: Sequence[tuple[str]]) -> set[str]:
    return {row[0] for row in rows_of(connection, (column,), (column,), names)}


def _drawn(connection: Connection, keys: Sequence[Key]) -> dict[tuple[str, str, str], Box]:
    """The box that each picture's own event tells, as far as events are kept whole."""
    what = (inbox.c.source, inbox.c.subject, inbox.c.body)
    found: dict[tuple[str, str, str], Box] = {}
    for row in rows_of(connection, what, (inbox.c.source, inbox.c.subject), keys):
        data = json.loads(row.body).get("data", {}) if row.body else {}
        if (box := data.get("box")) is not None:
            for picture in data.get("evidence", ()):
                found[row.source, row.subject, picture["sha256"]] = tuple(box)
    return found


def _shot(row: Row[Any], item: Item, box: Box | None) -> Shot:
    return Shot(
        sha256=row.sha256,
        node=row.source,
        source=item.source,
        subject=row.subject,
        taken=row.taken.timestamp(),
        role=row.role,
        kind=item.kind,
        zone=item.zone,
        drawn=box,
    )
