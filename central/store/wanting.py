"""Which tickets somebody asks for."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_

from central.casework.machine import DONE, HELD
from central.store.schema import STILL_OPEN, tickets

_EQUAL = (
    "number", "state", "scene", "kind", "node", "source", "department", "post", "level", "parent", "spot",
    "supervised",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets to list. None asks for all. open: whether they are still open.

    states: any of these; at: also those held from any of these. overdue: still open and due before then.
    folded: whether they are part of a storm that is told by another. area: digits that the code of their
    cell begins with. places: the numbers of the words for places. since, until: of the opening.
    """

    state: str | None = None
    scene: str | None = None
    open: bool | None = None
    kind: str | None = None
    node: str | None = None
    source: str | None = None
    department: str | None = None
    post: str | None = None
    level: str | None = None
    states: Collection[str] | None = None
    at: Collection[str] | None = None
    overdue: datetime | None = None
    parent: int | None = None
    spot: int | None = None
    folded: bool | None = None
    supervised: bool | None = None
    number: int | None = None
    area: str | None = None
    places: Collection[int] | None = None
    since: datetime | None = None
    until: datetime | None = None


def conditions_of(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """What holds for the tickets that are wanted."""
    t = tickets.c
    if wanted.open is not None:
        yield STILL_OPEN if wanted.open else t.state.in_(DONE)  # type: ignore[misc]
    for name in _EQUAL:
        if (value := getattr(wanted, name)) is not None:
            yield t[name] == value
    if wanted.folded is not None:
        yield t.parent.is_not(None) if wanted.folded else t.parent.is_(None)
    if wanted.states is not None:
        yield t.state.in_(sorted(wanted.states))
    if wanted.at is not None:
        yield t.state.in_(sorted(wanted.at)) | (t.state.in_(HELD) & t.held_from.in_(sorted(wanted.at)))
    if wanted.overdue is not None:
        yield and_(STILL_OPEN, t.due_at < wanted.overdue)
    if wanted.since is not None:
        yield t.opened_at >= wanted.since
    if wanted.until is not None:
        yield t.opened_at < wanted.until
    if wanted.area is not None:
        yield within(wanted.area)
    if wanted.places is not None:
        yield t.place.in_(sorted(wanted.places))


def within(area: str) -> ColumnElement[bool]:
    """Whether a cell lies in a district, street or community, or is it; by an index, unlike LIKE."""
    return and_(tickets.c.cell >= area, tickets.c.cell < f"{area}:")  # what comes after 9
