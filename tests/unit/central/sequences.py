"""Rows of events and digests over them, without making whole events."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete

from broker.daysums import body_value
from broker.events import DayDigest, Digest, SequenceRange
from broker.messages import NodeState
from broker.topics import Address
from central.store.database import Store, insert
from central.store.delivery_tables import epochs
from central.store.gaps import SETTLE, note_events, note_state
from central.store.schema import inbox
from tests.unit.central.makers import NODE, at

DAY = "2026-03-01"


def name(epoch: str, sequence: int) -> str:
    return f"{epoch}-{sequence}"


def sha256_of(epoch: str, sequence: int) -> str:
    return hashlib.sha256(name(epoch, sequence).encode()).hexdigest()


def take(store: Store, epoch: str, numbers: Iterable[int], *, seconds: float = 0.0) -> None:
    """Events of these numbers lie in the inbox, as an ingest would have put them there."""
    numbers = list(numbers)
    rows = [
        {
            "source": NODE.source,
            "id": name(epoch, n),
            "sha256": sha256_of(epoch, n),
            "type": "gewu.reading.v1",
            "subject": "lid-1",
            "epoch": epoch,
            "sequence": n,
            "time": at(n),
            "recorded": at(n),
            "received": at(seconds),
            "body": "{}",
        }
        for n in numbers
    ]
    with store.write() as connection:
        connection.execute(insert(connection, inbox).on_conflict_do_nothing(), rows)
        heard = {
            "node": NODE.source,
            "epoch": epoch,
            "highest": max(numbers),
            "came": at(seconds),
            "noted": at(seconds),
            "due": at(seconds) + SETTLE,
        }
        statement = insert(connection, epochs).values(heard)
        changes = {key: heard[key] for key in ("came", "noted", "due")} | {"news": epochs.c.news + 1}
        connection.execute(statement.on_conflict_do_update(index_elements=["node", "epoch"], set_=changes))


def lose(store: Store, epoch: str, numbers: Iterable[int]) -> None:
    """Somebody deletes events behind our back, or an older copy of the database is put in its place."""
    with store.write() as connection:
        gone = (inbox.c.epoch == epoch) & inbox.c.sequence.in_(list(numbers))
        connection.execute(delete(inbox).where(gone))


def state(store: Store, epoch: str | None, highest: int, seconds: float, *, online: bool = True) -> None:
    """The node says how far it has come."""
    with store.write() as connection:
        words = NodeState(online=online, epoch=epoch, highest=highest if epoch else None)
        note_state(connection, NODE.source, words, at(seconds))


def digest_of(places: Sequence[tuple[str, int, int]], *, event_id: str = "dig-1") -> DayDigest:
    """What a node would say that committed these places."""
    numbers = [(epoch, n) for epoch, first, last in sorted(places) for n in range(first, last + 1)]
    ids = "".join(f"{name(*number)}\n" for number in numbers)
    data = Digest(
        day=DAY,
        ranges=[SequenceRange(epoch=epoch, first=first, last=last) for epoch, first, last in places],
        events=len(numbers),
        sha256=hashlib.sha256(ids.encode()).hexdigest(),
        bodies=f"{sum(body_value(name(*n), sha256_of(*n)) for n in numbers) % 2**256:064x}",
    )
    return DayDigest(
        id=event_id,
        source=NODE.source,
        subject=NODE.node,
        time=at(0),
        recordedtime=at(0),
        epoch="boot-9",
        sequence="000000000000",
        data=data,
    )


def tell(store: Store, *events: DayDigest, received: datetime | None = None) -> None:
    """The ingest notes these events."""
    with store.write() as connection:
        note_events(connection, events, received or at(0))


OTHER = Address("131002", "yard-8")
