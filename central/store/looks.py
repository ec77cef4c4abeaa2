"""One look at an epoch: what is due, what is accounted for, and what the look came to.

Nothing is locked while a look is read and thought about. What it came to holds only if nobody looked in
between, so of several centres one asks; and a look never waits for a row, so it can hold up no ingest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, func, select, update

from broker.events import SequenceRange
from central.gaps import Found, Heard, Look, Span, Standing
from central.store.bulk import among, rows_of
from central.store.bygone import bygone_spans
from central.store.database import Store, take_turn
from central.store.delivery_tables import digests, epochs, gone, refused, senders
from central.store.gaps import SETTLE
from central.store.schema import inbox

PAGE = 20_000  # sequences that one look reads

_OURS = and_(
    epochs.c.node == bindparam("of_node"),
    epochs.c.epoch == bindparam("of_epoch"),
    epochs.c.turn == bindparam("of_turn"),
)
# A row that somebody holds is somebody's look or news: either way there will be another look.
_FREE = select(epochs.c.turn).where(_OURS).with_for_update(skip_locked=True)
_KEPT = ("watermark", "holes", "missing", "hole_since", "asked_at", "tries", "end_asks")
_LATER, _HEARD_MORE = (bindparam(name, type_=epochs.c.due.type) for name in ("later", "heard_more"))
_KEEP = (
    update(epochs)
    .where(_OURS)
    .values(
        {name: bindparam(name) for name in _KEPT}
        | {
            "turn": epochs.c.turn + 1,
            "due": case((epochs.c.news == bindparam("of_news"), _LATER), else_=_HEARD_MORE),
        }
    )
)


@dataclass(frozen=True, slots=True)
class Due:
    """An epoch to look at. `turn` and `news`: to notice that somebody else looked, or that more came."""

    node: str
    epoch: str
    standing: Standing
    heard: Heard
    holes: int
    turn: int
    news: int


def seconds(instant: datetime | None) -> float | None:
    """UTC seconds, as decisions count."""
    return None if instant is None else instant.timestamp()


def instant(moment: float | None) -> datetime | None:
    """The other way round."""
    return None if moment is None else datetime.fromtimestamp(moment, tz=timezone.utc)


def due_epochs(store: Store, now: datetime, *, at_most: int) -> list[Due]:
    """Epochs whose time has come, the longest due first. Raises StoreAway."""
    wanted = (
        select(epochs, senders.c.online, senders.c.since, senders.c.heard, senders.c.epoch.label("now_in"))
        .select_from(epochs.outerjoin(senders, senders.c.node == epochs.c.node))
        .where(epochs.c.due <= now)
        .order_by(epochs.c.due)
        .limit(at_most)
    )
    with store.read() as connection:
        rows = connection.execute(wanted).all()
        came = _came(connection, {row.node for row in rows})
    return [due_of(row, _heard(row, *came[row.node])) for row in rows]


Came = tuple[datetime | None, datetime | None]


def _came(connection: Connection, nodes: set[str]) -> dict[str, Came]:
    """When something came last: of the node's newest epoch or any, and of any other than the newest."""
    earlier = case((epochs.c.epoch != senders.c.epoch, epochs.c.came))
    wanted = (
        select(epochs.c.node, func.max(epochs.c.came), func.max(earlier))
        .select_from(epochs.outerjoin(senders, senders.c.node == epochs.c.node))
        .where(epochs.c.node.in_(nodes))
        .group_by(epochs.c.node)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(wanted)}


def _heard(row: Row[Any], last: datetime | None, earlier: datetime | None) -> Heard:
    # An event that came after the node's last word shows that it is there, whatever that word was.
    online = row.online is not False or (last is not None and last > row.heard)
    current = None if row.now_in is None else row.now_in == row.epoch
    # What waits at a node is sent in order: what comes of its newest epoch shows that nothing older waits.
    came = earlier if current is False else last
    return Heard(row.highest, seconds(came), online, current, seconds(row.since))


def due_of(row: Row[Any], heard: Heard | None = None) -> Due:
    """A row of `epochs` as something to look at."""
    standing = Standing(
        row.watermark, seconds(row.hole_since), seconds(row.asked_at), row.tries, row.end_asks
    )
    return Due(row.node, row.epoch, standing, heard or Heard(row.highest), row.holes, row.turn, row.news)


def found_whole(store: Store, dues: Sequence[Due]) -> dict[tuple[str, str], Found]:
    """What `found` says of those epochs of which nothing is missing and nothing was given up, by their names.

    Nearly all are so, and these are asked for together. Raises StoreAway.
    """
    short = [due for due in dues if due.heard.highest - due.standing.watermark < PAGE]
    named = (gone.c.node, gone.c.epoch)
    with store.read() as connection:
        given_up = {(row.node, row.epoch) for row in rows_of(connection, named, named, map(_name, short))}
        runs = {(row.source, row.epoch): row for row in connection.execute(_runs(connection, short))}
    whole = {name: _whole(due, runs.get(name)) for due in short if (name := _name(due)) not in given_up}
    return {name: found for name, found in whole.items() if found is not None}


def _name(due: Due) -> tuple[str, str]:
    return due.node, due.epoch


def _runs(connection: Connection, dues: Sequence[Due]) -> Select[Any]:
    """From where to where events lie above the watermark of each epoch, and how many."""
    i, e = inbox.c, epochs.c
    above = (i.source == e.node) & (i.epoch == e.epoch) & (i.sequence > e.watermark)
    first, last, number = func.min(i.sequence), func.max(i.sequence), func.count(i.sequence.distinct())
    wanted = select(i.source, i.epoch, first.label("first"), last.label("last"), number.label("number"))
    named = among(connection, e.node, {due.node for due in dues})
    named &= among(connection, e.epoch, {due.epoch for due in dues})
    wanted = wanted.select_from(epochs.join(inbox, above)).group_by(i.source, i.epoch)
    return wanted.where(named, e.highest - e.watermark < PAGE, e.due.is_not(None))


def _whole(due: Due, run: Row[Any] | None) -> Found | None:
    """None where more has to be known."""
    watermark, highest = due.standing.watermark, due.heard.highest
    if run is None:
        return Found((), watermark, watermark) if highest <= watermark else None
    if run.first != watermark + 1 or run.last < highest or run.number != run.last - watermark:
        return None
    return Found((Span(run.first, run.last),), highest, run.last) if run.number < PAGE else None


def found(store: Store, due: Due) -> Found:
    """What is accounted for above the watermark, as far as one page reaches. Raises StoreAway."""
    with store.read() as connection:
        taken, upto = _taken(connection, due)
        aside, upto = _aside(connection, due, upto)
        given_up, upto = _given_up(connection, due, upto)
        erased, upto = _erased(connection, due, upto)
    here = [*taken, *aside, *erased]
    told = any(span.first <= due.heard.highest + 1 and span.last > due.heard.highest for span in given_up)
    reached = max((span.last for span in here), default=due.standing.watermark)
    return Found((*here, *given_up), max(upto, due.standing.watermark), reached, told)


def _taken(connection: Connection, due: Due) -> tuple[list[Span], int]:
    """Runs of sequences that lie in the inbox; the database joins them."""
    page = (
        select(inbox.c.sequence)
        .distinct()
        .where(
            inbox.c.source == due.node,
            inbox.c.epoch == due.epoch,
            inbox.c.sequence > due.standing.watermark,
        )
        .order_by(inbox.c.sequence)
        .limit(PAGE)
        .subquery()
    )
    run = page.c.sequence - func.row_number().over(order_by=page.c.sequence)
    numbered = select(page.c.sequence, run.label("run")).subquery()
    first, last = func.min(numbered.c.sequence), func.max(numbered.c.sequence)
    rows = connection.execute(
        select(first, last, func.count()).group_by(numbered.c.run).order_by(first)
    ).all()
    spans = [Span(row[0], row[1]) for row in rows]
    full = sum(row[2] for row in rows) >= PAGE
    return spans, min(spans[-1].last, due.heard.highest) if full else due.heard.highest


def _aside(connection: Connection, due: Due, upto: int) -> tuple[list[Span], int]:
    """Refused ones, each by itself."""
    wanted = (
        select(refused.c.sequence)
        .where(
            refused.c.node == due.node,
            refused.c.epoch == due.epoch,
            refused.c.sequence > due.standing.watermark,
            refused.c.sequence <= upto,
        )
        .order_by(refused.c.sequence)
        .limit(PAGE)
    )
    numbers = connection.execute(wanted).scalars().all()
    return [Span(n, n) for n in numbers], numbers[-1] if len(numbers) >= PAGE else upto


def _erased(connection: Connection, due: Due, upto: int) -> tuple[list[Span], int]:
    """Those that were taken so long ago that only their places are known."""
    first = due.standing.watermark + 1
    if first > upto:
        return [], upto
    place = SequenceRange(epoch=due.epoch, first=first, last=upto)
    spans = bygone_spans(connection, due.node, place, at_most=PAGE)
    return spans, min(upto, spans[-1].last) if len(spans) >= PAGE else upto


def _given_up(connection: Connection, due: Due, upto: int) -> tuple[list[Span], int]:
    wanted = (
        select(gone.c.first, gone.c.last)
        .where(
            gone.c.node == due.node,
            gone.c.epoch == due.epoch,
            gone.c.last > due.standing.watermark,
            gone.c.first <= upto + 1,
        )
        .order_by(gone.c.first, gone.c.last)
        .limit(PAGE)
    )
    spans = [Span(*row) for row in connection.execute(wanted)]
    return spans, min(upto, spans[-1].first) if len(spans) >= PAGE else upto


def keep(store: Store, looks: list[tuple[Due, Look]], now: datetime) -> list[tuple[Due, Look]]:
    """Write down what looks came to; returns those that hold. Raises StoreAway."""
    ordered = sorted(looks, key=lambda pair: (pair[0].node, pair[0].epoch))
    with store.write() as connection:
        kept = [(due, look) for due, look in ordered if _keep(connection, due, look, now)]
        closed = {due.node for due, look in kept if due.holes and not look.holes}
        if closed:
            waiting = digests.c.node.in_(closed) & (digests.c.state == "missing") & (digests.c.due > now)
            connection.execute(update(digests).where(waiting).values(due=now))
    return kept


def _keep(connection: Connection, due: Due, look: Look, now: datetime) -> bool:
    name = {"of_node": due.node, "of_epoch": due.epoch, "of_turn": due.turn}
    if connection.execute(_FREE, name).first() is None:
        return False
    soon, later = now + SETTLE, instant(look.due)
    heard_more = soon if later is None else min(soon, later)
    standing = look.standing
    values: dict[str, Any] = {
        "watermark": standing.watermark,
        "holes": len(look.holes),
        "missing": look.missing,
        "hole_since": instant(standing.hole_since),
        "asked_at": instant(standing.asked_at),
        "tries": standing.tries,
        "end_asks": standing.end_asks,
        "of_news": due.news,
        "later": later,
        "heard_more": heard_more,
    }
    return connection.execute(_KEEP, name | values).rowcount == 1


def look_at_all(store: Store, now: datetime) -> None:
    """Whatever waits for a time is looked at now: the clock may have been set. Raises StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        connection.execute(update(epochs).where(epochs.c.due > now).values(due=now))
        connection.execute(update(digests).where(digests.c.due > now).values(due=now))
