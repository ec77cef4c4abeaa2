"""A day's digest against the inbox, read in pages: no transaction stays open, no day is too long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import null, select, tuple_, union_all, update

from broker.events import SequenceRange
from central.digests import Held, Said, Tally, Verdict
from central.gaps import Span
from central.store.bygone import bygone_spans
from central.store.database import Store, take_turn
from central.store.delivery_tables import digests, epochs, gone, refused
from central.store.schema import inbox

PAGE = 5_000


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A digest to judge. `turn`: to notice that another centre was faster."""

    node: str
    event: str
    day: str
    tries: int
    turn: int
    ranges: list[Any]
    events: int
    sha256: str
    bodies: str | None

    @property
    def said(self) -> Said:
        """The day in the node's words. Raises pydantic.ValidationError for what no ingest wrote."""
        ranges = tuple(SequenceRange.model_validate(part) for part in self.ranges)
        return Said(ranges, self.events, self.sha256, self.bodies)


def due_digest(store: Store, now: datetime) -> DigestDue | None:
    """The digest that waits longest for its judgement. Raises StoreAway."""
    wanted = select(digests).where(digests.c.due <= now).order_by(digests.c.due).limit(1)
    with store.read() as connection:
        row = connection.execute(wanted).one_or_none()
    return None if row is None else DigestDue(*(row._mapping[name] for name in DigestDue.__slots__))


def counted(store: Store, due: DigestDue) -> Iterator[Verdict | None]:
    """Counts on at every step: None while there is more, then the verdict. Raises StoreAway."""
    tally = Tally(due.said)
    for place in tally.places:
        after = (place.first - 1, "")
        while page := _page(store, due.node, place, after):
            tally.add(page)
            after = (page[-1].sequence, page[-1].id)
            yield None
        tally.end(place, _given_up(store, due.node, place))
    yield tally.verdict()


def _page(store: Store, node: str, place: SequenceRange, after: tuple[int, str]) -> Sequence[Held]:
    """The next events of a range: those that were taken, and refused ones whose place nothing took."""
    here = select(inbox.c.sequence, inbox.c.id, inbox.c.sha256).where(
        inbox.c.source == node,
        inbox.c.epoch == place.epoch,
        inbox.c.sequence.between(max(place.first, after[0]), place.last),
        tuple_(inbox.c.sequence, inbox.c.id) > tuple_(*after),
    )
    taken = select(inbox.c.id).where(
        inbox.c.source == node, inbox.c.epoch == place.epoch, inbox.c.sequence == refused.c.sequence
    )
    aside = select(refused.c.sequence, refused.c.event, refused.c.sha256).where(
        refused.c.node == node,
        refused.c.epoch == place.epoch,
        refused.c.event.is_not(None),
        refused.c.sequence.between(max(place.first, after[0]), place.last),
        tuple_(refused.c.sequence, refused.c.event) > tuple_(*after),
        ~taken.exists(),
    )
    parts = [part.order_by(*list(part.selected_columns)[:2]).limit(PAGE).subquery() for part in (here, aside)]
    both = union_all(*(select(part) for part in parts)).subquery()
    sequence, name, digest = both.c
    with store.read() as connection:
        rows = connection.execute(select(sequence, name, digest).order_by(sequence, name).limit(PAGE))
        return [Held(*row) for row in rows]


def _given_up(store: Store, node: str, place: SequenceRange) -> list[Span]:
    """What will never come; and what cannot be counted: in quarantine without an id, or erased long since."""
    told = select(gone.c.first, gone.c.last).where(
        gone.c.node == node,
        gone.c.epoch == place.epoch,
        gone.c.last >= place.first,
        gone.c.first <= place.last,
    )
    nameless = select(refused.c.sequence, refused.c.sequence).where(
        refused.c.node == node,
        refused.c.epoch == place.epoch,
        refused.c.sequence.between(place.first, place.last),
        refused.c.event.is_(None),
    )
    with store.read() as connection:
        found = [*connection.execute(told).all(), *connection.execute(nameless).all()]
        erased = bygone_spans(connection, node, place)
    return [*(Span(row[0], row[1]) for row in found), *erased]


def settle(store: Store, due: DigestDue, verdict: Verdict, now: datetime, again: float) -> bool:
    """Write the verdict down; False when another centre did. What is missing is looked for from now on.

    `again`: after how many seconds to judge anew when events are missing. Raises StoreAway.
    """
    missing = verdict.state == "missing"
    ours = (digests.c.node == due.node) & (digests.c.event == due.event) & (digests.c.turn == due.turn)
    values = {
        "state": verdict.state,
        "reason": verdict.reason.model_dump(mode="json", exclude_none=True),
        "found_events": verdict.found,
        "given_up": verdict.given_up,
        "missing": verdict.missing_events,
        "checked_at": now,
        "tries": due.tries + 1,
        "turn": digests.c.turn + 1,
        "due": now + timedelta(seconds=again) if missing else null(),
    }
    with store.write() as connection:
        take_turn(connection)  # the ingest, too, holds one epoch and waits for another
        if connection.execute(update(digests).where(ours).values(values)).rowcount != 1:
            return False
        for epoch, spans in sorted(verdict.missing.items()):
            connection.execute(_reopened(due.node, epoch, spans[0], now))
    return True


def postpone(store: Store, due: DigestDue, until: datetime) -> None:
    """Leave a digest for later that cannot be judged now, so that it does not hold up the others."""
    ours = (digests.c.node == due.node) & (digests.c.event == due.event)
    with store.write() as connection:
        connection.execute(update(digests).where(ours).values(due=until))


def _reopened(node: str, epoch: str, first: Span, now: datetime) -> Any:
    """An epoch that was thought whole is not: its watermark goes back to before what is missing."""
    wrong = (epochs.c.node == node) & (epochs.c.epoch == epoch) & (epochs.c.watermark >= first.first)
    values = {
        "watermark": first.first - 1,
        "hole_since": now,
        "asked_at": None,
        "tries": 0,
        "turn": epochs.c.turn + 1,
        "due": now,
    }
    return update(epochs).where(wrong).values(values)
