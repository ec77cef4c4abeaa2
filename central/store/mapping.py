"""What a map shows of the tickets that lie in its view: points, or how many lie in each square."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from central.correlation.tiles import ABOVE_0, ROW, View
from central.store.database import Store
from central.store.schema import STILL_OPEN, tickets

_TOLD = (
    "number", "id", "state", "kind", "severity", "department", "longitude", "latitude", "opened_at", "due_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """Points, where there are no more than were asked for; else so many in each square, by its corner."""

    points: Sequence[Row[Any]]
    squares: Sequence[tuple[float, float, int]]
    step: float
    total: int


def seen_in(
    store: Store,
    view: View,
    *,
    most: int,
    since: datetime | None,
    kind: str | None = None,
    department: str | None = None,
) -> Seen:
    """Tickets of a view, the newest first. since None: what is still open; else all opened after it."""
    t = tickets.c
    of = [*_within(view), t.opened_at >= since if since is not None else STILL_OPEN]
    of += [t[name] == each for name, each in (("kind", kind), ("department", department)) if each is not None]
    wanted = select(*(t[name] for name in _TOLD)).where(*of)
    with store.read() as connection:
        tiles = connection.execute(select(t.tile, func.count()).where(*of).group_by(t.tile)).all()
        total = sum(count for _, count in tiles)
        if total > most:
            squares = view.squares()
            return Seen([], squares.count((tile, count) for tile, count in tiles), squares.step, total)
        rows = connection.execute(wanted.order_by(t.number.desc())).all()
    return Seen(rows, [], 0.0, len(rows))


def _within(view: View) -> Iterator[ColumnElement[bool]]:
    """By tiles alone, so that an index has all it takes to count them."""
    tile = tickets.c.tile
    yield tile.between(*view.numbers)
    yield ((tile + ABOVE_0) % ROW).between(*view.columns)
