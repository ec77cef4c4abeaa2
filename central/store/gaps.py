"""What the ingest notes for the search for gaps, inside its own transactions: few statements a batch.

Every row tells when it is `due` to be looked at; whoever notes something only ever makes that earlier.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, case, func, or_, select, update

from broker.boundary import breach
from broker.events import AnyEvent, DayDigest, EventsDropped
from broker.fields import LARGEST
from broker.messages import NodeState
from central.gaps import ENDS_ASKED
from central.letters import Refused
from central.store.bulk import rows_of, write_rows
from central.store.database import insert, insert_in
from central.store.delivery_tables import digests, epochs, gone, refused, senders

SETTLE = timedelta(seconds=2)  # what belongs together comes together; also how stale a watermark may be
DIGEST_AFTER = timedelta(seconds=3)  # events that the digest counts may still be on their way
MOST_EPOCHS = 10_000  # of one node; a hundred boots a day for as long as they are kept
_EPOCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SEQUENCE = re.compile(r"[0-9]{1,12}")


def _earlier(due: Any) -> Any:
    """The due time of an epoch, brought forward."""
    return case((epochs.c.due < due, epochs.c.due), else_=due)


_LOOK_SOON = (
    update(epochs)
    .where(epochs.c.node == bindparam("of_node"), epochs.c.epoch == bindparam("of_epoch"))
    .values(due=_earlier(bindparam("soon", type_=epochs.c.due.type)), news=epochs.c.news + 1)
)


@dataclass(slots=True)
class _News:
    """What a batch tells of one epoch."""

    highest: int = -1
    came: bool = False

    def reaches(self, sequence: int) -> None:
        self.highest = max(self.highest, sequence)


def note_events(connection: Connection, events: Sequence[AnyEvent], received: datetime) -> None:
    """Events were taken: how far their epochs reach, what will never come, what a day amounted to."""
    news: dict[tuple[str, str], _News] = {}
    for event in events:
        its = news.setdefault((event.source, event.epoch), _News())
        its.reaches(int(event.sequence))
        its.came = True
        if isinstance(event, EventsDropped):
            for part in event.data.ranges:
                news.setdefault((event.source, part.epoch), _News())
        elif isinstance(event, DayDigest):
            for part in event.data.ranges:
                news.setdefault((event.source, part.epoch), _News()).reaches(part.last)
    _note_gone(connection, [event for event in events if isinstance(event, EventsDropped)], received)
    for event in events:
        if isinstance(event, DayDigest):
            _note_digest(connection, event, received)
    _note(connection, news, received)


def note_state(connection: Connection, node: str, state: NodeState, received: datetime) -> None:
    """A node spoke of itself: how far it has come, and whether it can be asked."""
    words = {"node": node, "epoch": state.epoch, "online": state.online, "since": received, "heard": received}
    statement = insert(connection, senders).values(words)
    new = statement.excluded
    another = new.epoch.is_not(None) & or_(senders.c.epoch.is_(None), senders.c.epoch != new.epoch)
    changed = or_(senders.c.online != new.online, another)
    statement = statement.on_conflict_do_update(
        index_elements=["node"],
        set_={
            "epoch": func.coalesce(new.epoch, senders.c.epoch),
            "online": new.online,
            "since": case((changed, new.since), else_=senders.c.since),
            "heard": new.heard,
        },
    )
    since = connection.execute(statement.returning(senders.c.since)).scalar_one()
    if state.epoch is not None:
        known = state.highest if state.highest is not None else -1
        _note(connection, {(node, state.epoch): _News(known)}, received)
        if state.online and since == received:
            _look_again(connection, node, state.epoch, received)


def note_refused(connection: Connection, letters: Iterable[Refused]) -> None:
    """Messages of nodes are in quarantine; where its place can be read, an event is accounted for.

    Only of epochs that are known: whoever sends nonsense must not fill the table with names.
    """
    placed: dict[tuple[str, str, int], Refused] = {}
    for each in letters:
        if (place := place_of(each.letter.body)) is not None:
            placed.setdefault((each.letter.node, *place), each)
    key = (epochs.c.node, epochs.c.epoch)
    known = {(row.node, row.epoch) for row in rows_of(connection, key, key, (place[:2] for place in placed))}
    rows = [_refused_row(*place, placed[place]) for place in sorted(placed) if place[:2] in known]
    if not rows:
        return
    statement = insert(connection, refused).on_conflict_do_nothing()
    new = connection.execute(statement.returning(refused.c.node, refused.c.epoch, refused.c.at), rows).all()
    soon: dict[tuple[str, str], datetime] = {}  # not of what was refused before
    for node, epoch, received in new:
        soon[node, epoch] = min(soon.get((node, epoch), received + SETTLE), received + SETTLE)
    if soon:
        of = [{"of_node": node, "of_epoch": epoch, "soon": soon[node, epoch]} for node, epoch in sorted(soon)]
        connection.execute(_LOOK_SOON, of)


def _refused_row(node: str, epoch: str, sequence: int, what: Refused) -> dict[str, Any]:
    return {
        "node": node,
        "epoch": epoch,
        "sequence": sequence,
        "event": what.why.event_id,
        "sha256": what.letter.sha256,
        "at": what.letter.received,
    }


def place_of(body: bytes) -> tuple[str, int] | None:
    """Epoch and sequence of whatever this is, if both can be read."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    epoch, sequence = (data.get("epoch"), data.get("sequence")) if isinstance(data, dict) else (None, None)
    if not isinstance(epoch, str) or not _EPOCH.fullmatch(epoch) or breach(epoch) is not None:
        return None
    if isinstance(sequence, str) and _SEQUENCE.fullmatch(sequence):
        return epoch, int(sequence)
    if isinstance(sequence, int) and not isinstance(sequence, bool) and 0 <= sequence <= LARGEST:
        return epoch, sequence
    return None


def _note(connection: Connection, news: dict[tuple[str, str], _News], received: datetime) -> None:
    """The rows always in one order, so that workers never wait for each other in a ring."""
    rows = [
        {
            "node": node,
            "epoch": epoch,
            "highest": its.highest,
            "came": received if its.came else None,
            "noted": received,
            "due": received + SETTLE,
        }
        for (node, epoch), its in sorted(_credible(connection, news).items())
    ]
    # Row by row: one event may name a thousand epochs, more than a statement may have values.
    write_rows(connection, _noting(connection.dialect.name), rows)


@cache
def _noting(dialect: str) -> Insert:
    statement = insert_in(dialect, epochs)
    new = statement.excluded
    changes: dict[str, Any] = {
        "highest": case((new.highest > epochs.c.highest, new.highest), else_=epochs.c.highest),
        "came": func.coalesce(new.came, epochs.c.came),
        "noted": new.noted,
        "due": _earlier(new.due),
        "news": epochs.c.news + 1,
    }
    return statement.on_conflict_do_update(index_elements=["node", "epoch"], set_=changes)


def _credible(connection: Connection, news: dict[tuple[str, str], _News]) -> dict[tuple[str, str], _News]:
    """Without the epochs that a node only names, once it has named more than any node lives through."""
    naming = {node for (node, _), its in news.items() if not its.came}
    of_node = select(func.count()).select_from(epochs)
    full = {n for n in naming if (connection.scalar(of_node.where(epochs.c.node == n)) or 0) >= MOST_EPOCHS}
    if not full:
        return news
    known = select(epochs.c.node, epochs.c.epoch).where(epochs.c.node.in_(full))
    here = {(row.node, row.epoch) for row in connection.execute(known)}
    return {key: its for key, its in news.items() if its.came or key[0] not in full or key in here}


def _look_again(connection: Connection, node: str, current: str, received: datetime) -> None:
    """The node is back or was begun anew: what it could not be asked for, it can be asked for now."""
    soon = received + SETTLE
    ended = (epochs.c.epoch != current) & (epochs.c.end_asks < ENDS_ASKED)
    behind = (epochs.c.node == node) & or_(epochs.c.due > soon, ended & epochs.c.due.is_(None))
    connection.execute(update(epochs).where(behind).values(due=soon, news=epochs.c.news + 1))


def _note_gone(connection: Connection, told: Iterable[EventsDropped], received: datetime) -> None:
    rows = {
        (event.source, part.epoch, part.first, part.last): {
            "node": event.source,
            "epoch": part.epoch,
            "first": part.first,
            "last": part.last,
            "code": event.data.reasons[0].code,
            "event": event.id,
            "at": received,
        }
        for event in told
        for part in event.data.ranges
    }
    if rows:
        ordered = [rows[key] for key in sorted(rows)]
        connection.execute(insert(connection, gone).on_conflict_do_nothing(), ordered)


def _note_digest(connection: Connection, event: DayDigest, received: datetime) -> None:
    said = event.data
    row = {
        "node": event.source,
        "event": event.id,
        "day": said.day,
        "said_at": event.time,
        "ranges": [part.model_dump() for part in said.ranges],
        "events": said.events,
        "sha256": said.sha256,
        "bodies": said.bodies,
        "due": received + DIGEST_AFTER,
    }
    connection.execute(insert(connection, digests).values(row).on_conflict_do_nothing())
