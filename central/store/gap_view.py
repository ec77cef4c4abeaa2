"""What is missing, told to people: nodes, their epochs with holes, and how their last days were judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Float, Row, cast, func, or_, select

from central.digests import State
from central.gaps import Span, holes
from central.store.database import Store, take_turn, written
from central.store.delivery_tables import digests, epochs, gone, senders
from central.store.looks import due_of, found

HOLES_SHOWN = 20  # of one epoch


@dataclass(frozen=True, slots=True)
class Figures:
    """For the metrics: ranges and events that are missing now, and the digests that are kept, by state."""

    ranges: int
    events: int
    digests: dict[str, int]


@dataclass(frozen=True, slots=True)
class EpochView:
    """One epoch of a node. `open_holes`: the first of its holes, as of now."""

    epoch: str
    current: bool
    watermark: int
    highest: int
    holes: int
    missing: int
    open_holes: tuple[Span, ...]
    hole_since: datetime | None
    asked_at: datetime | None
    tries: int
    given_up: int


@dataclass(frozen=True, slots=True)
class DigestView:
    """One digest and its judgement. `reason` None: not judged yet."""

    day: str
    event: str
    state: str
    said: int
    found: int | None
    given_up: int | None
    missing: int | None
    checked_at: datetime | None
    reason: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class NodeGaps:
    """One node. `online` None: it never said."""

    node: str
    online: bool | None
    epochs: tuple[EpochView, ...]
    digests: tuple[DigestView, ...]


def figures(store: Store) -> Figures:
    """Counts as of the last looks. Raises StoreAway."""
    with store.read() as connection:
        # As floats: what one node may claim, added up, is more than a whole number of 64 bits holds.
        sums = (func.coalesce(func.sum(cast(c, Float)), 0) for c in (epochs.c.holes, epochs.c.missing))
        ranges, events = connection.execute(select(*sums).where(epochs.c.holes > 0)).one()
        rows = connection.execute(select(digests.c.state, func.count()).group_by(digests.c.state)).all()
    states = dict.fromkeys(get_args(State), 0) | {row[0]: row[1] for row in rows}
    return Figures(int(ranges), int(events), states)


def overview(
    store: Store, *, node: str | None = None, days: int = 7, all_epochs: bool = False
) -> list[NodeGaps]:
    """Every node, or one: its current epoch and those with holes, and its last digests. Raises StoreAway."""
    with store.read() as connection:
        known = select(epochs.c.node).union(select(senders.c.node), select(digests.c.node)).subquery()
        wanted = select(known.c.node, senders.c.online, senders.c.epoch)
        wanted = wanted.select_from(known.outerjoin(senders, senders.c.node == known.c.node))
        if node is not None:
            wanted = wanted.where(known.c.node == node)
        rows = connection.execute(wanted.order_by(known.c.node)).all()
    return [
        NodeGaps(
            row.node,
            row.online,
            tuple(_epochs(store, row.node, row.epoch, all_epochs=all_epochs)),
            tuple(_digests(store, row.node, days)),
        )
        for row in rows
    ]


def _epochs(store: Store, node: str, current: str | None, *, all_epochs: bool) -> list[EpochView]:
    told = select(func.count()).where(gone.c.node == node, gone.c.epoch == epochs.c.epoch).scalar_subquery()
    wanted = (
        select(epochs, told.label("given_up")).where(epochs.c.node == node).order_by(epochs.c.epoch.desc())
    )
    if not all_epochs:
        wanted = wanted.where(or_(epochs.c.holes > 0, epochs.c.epoch == current))
    with store.read() as connection:
        rows = connection.execute(wanted.order_by(epochs.c.epoch.desc())).all()
    return [_epoch(store, row, current=row.epoch == current) for row in rows]


def _epoch(store: Store, row: Row[Any], *, current: bool) -> EpochView:
    due = due_of(row)
    here = found(store, due)
    watermark, open_holes = holes(row.watermark, here.upto, here.spans)
    return EpochView(
        row.epoch,
        current,
        watermark,
        row.highest,
        len(open_holes),
        sum(hole.length for hole in open_holes),
        tuple(open_holes[:HOLES_SHOWN]),
        row.hole_since if open_holes else None,
        row.asked_at,
        row.tries,
        row.given_up,
    )


def _digests(store: Store, node: str, days: int) -> Sequence[DigestView]:
    of_node = select(digests.c.day).distinct().where(digests.c.node == node)
    newest = of_node.order_by(digests.c.day.desc()).limit(days)
    wanted = select(digests).where(digests.c.node == node, digests.c.day.in_(newest))
    with store.read() as connection:
        rows = connection.execute(wanted.order_by(digests.c.day.desc(), digests.c.said_at.desc())).all()
    return [
        DigestView(
            row.day,
            row.event,
            row.state,
            row.events,
            row.found_events,
            row.given_up,
            row.missing,
            row.checked_at,
            row.reason,
        )
        for row in rows
    ]


def close_hole(store: Store, node: str, epoch: str, span: Span, at: datetime) -> bool:
    """A person says that these events will never come; False when that was said before. Raises StoreAway."""
    row = {"node": node, "epoch": epoch, "first": span.first, "last": span.last}
    with store.write() as connection:
        take_turn(connection)
        done = written(connection, gone, row | {"code": "given_up_by_hand", "event": None, "at": at})
        again = epochs.update().where(epochs.c.node == node, epochs.c.epoch == epoch)
        connection.execute(again.values(due=at, news=epochs.c.news + 1))
        late = digests.update().where(digests.c.node == node, digests.c.state == "missing")
        connection.execute(late.values(due=at))
    return done
