"""Which situations have no ticket because a suppression hides them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, select

from broker.events import IncidentOpened, IncidentUpdated, parse
from broker.fields import utc
from central.correlation.sightings import FIXED, Key
from central.feedback.suppressing import (
    Looks,
    Span,
    Suppression,
    counts_for,
    hidden_by,
    looks_of,
    may_hide,
    unlike,
)
from central.situations import IncidentEvent, Situation
from central.store.bulk import among
from central.store.feedback_tables import suppressions
from central.store.schema import inbox

TOLD = ("gewu.incident.opened.v1", "gewu.incident.updated.v1")
_Known = dict[str, dict[int, Suppression]]  # by node and number


@dataclass(frozen=True, slots=True)
class Unseated:
    """A situation without a ticket, and what was told of it in this batch. hidden: by what it was so far."""

    now: Situation
    hidden: int | None = None
    events: Sequence[IncidentEvent] = field(default_factory=tuple)

    @property
    def key(self) -> Key:
        """Its name."""
        return self.now.source, self.now.subject


def hidden(connection: Connection, unseated: Collection[Unseated], at: datetime) -> dict[Key, Suppression]:
    """Those of them that a suppression hides at that time. The turn is the caller's."""
    mine = [each for each in unseated if _may_be(each.now)]
    known = _suppressions(connection, mine)
    found = ((each.key, _hides(connection, each, known[each.now.source], at)) for each in mine)
    return {key: by for key, by in found if by is not None}


def suppression_in(row: Row[Any]) -> Suppression:
    """A row of `suppressions` as decisions know it."""
    box = (row.box_x1, row.box_y1, row.box_x2, row.box_y2)
    like = Looks(row.node, row.source, row.kind, row.zone, frozenset(row.things), box)
    return Suppression(row.number, like, row.made.timestamp(), row.ends.timestamp())


def _may_be(now: Situation) -> bool:
    return now.first is not None and now.first.origin in FIXED and now.first.box is not None


def _suppressions(connection: Connection, mine: Sequence[Unseated]) -> _Known:
    """Those that count, or counted when one of these was opened."""
    found: _Known = defaultdict(dict)
    if mine:
        first = utc(min(each.now.first.at for each in mine if each.now.first is not None))
        nodes = among(connection, suppressions.c.node, {each.now.source for each in mine})
        for row in connection.execute(select(suppressions).where(nodes, suppressions.c.ends > first)):
            found[row.node][row.number] = suppression_in(row)
    return found


def _hides(
    connection: Connection, one: Unseated, known: dict[int, Suppression], at: datetime
) -> Suppression | None:
    sighting, now = one.now.sighting, at.timestamp()
    if not known or sighting is None:
        return None
    known = {number: each for number, each in known.items() if may_hide(each, sighting)}
    span = Span(sighting.at, sighting.until)
    so_far = known.get(one.hidden or 0)
    if so_far is not None and counts_for(so_far, span, now) and _goes_on(so_far, one.events):
        return so_far
    return hidden_by(known.values(), span, partial(_told, connection, one.key), now)


def _goes_on(so_far: Suppression, events: Sequence[IncidentEvent]) -> bool:
    told = [looks_of(each) for each in events if isinstance(each, IncidentOpened | IncidentUpdated)]
    return all(unlike(so_far.like, each) is None for each in told)


def _told(connection: Connection, key: Key) -> list[Looks | None]:
    """All that openings and updates told of a situation; this batch is written down already."""
    i = inbox.c
    mine = (i.source == key[0]) & (i.subject == key[1]) & i.type.in_(TOLD) & (i.body != "")
    bodies = connection.execute(select(i.body).where(mine)).scalars()
    events = (parse(body.encode()) for body in bodies)
    return [looks_of(each) for each in events if isinstance(each, IncidentOpened | IncidentUpdated)]
