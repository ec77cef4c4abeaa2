"""What people do with the quarantine: look, take a message once more after a fix, drop it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, insert, select

from broker.events import Reason
from broker.topics import parse as parse_topic
from central.letters import Letter, Refusal, Told, short, understand
from central.people.asker import COMMAND_LINE
from central.store.aside import DOUBTS
from central.store.audit import record
from central.store.database import Store, StoreAway, StoreRefuses
from central.store.delivery_tables import quarantine_log
from central.store.schema import quarantine
from central.store.seating import Terms
from central.store.taking import take

log = logging.getLogger(__name__)

Doubt = Callable[[Letter], Refusal | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """One message in quarantine. `whole`: its bytes are all here."""

    number: int
    topic: str
    sha256: str
    size: int
    raw: bytes
    code: str
    reason: str
    first_received: datetime
    last_received: datetime
    deliveries: int
    proof: dict[str, str] | None

    @property
    def whole(self) -> bool:
        """Whether it can be taken once more."""
        return len(self.raw) == self.size and self.size > 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one message: taken, or refused as before, and why."""

    number: int
    done: Literal["taken", "refused"]
    reason: Reason


def kept_numbers(store: Store, code: str | None = None) -> list[int]:
    """Every message in quarantine, or those with a code, in the order in which they came."""
    wanted = select(quarantine.c.number).order_by(quarantine.c.number)
    if code is not None:
        wanted = wanted.where(quarantine.c.code == code)
    with store.read() as connection:
        return list(connection.execute(wanted).scalars())


def kept(store: Store, number: int) -> Kept | None:
    """One message, whole. Raises StoreAway."""
    with store.read() as connection:
        row = connection.execute(select(quarantine).where(quarantine.c.number == number)).one_or_none()
    return None if row is None else _kept(row)


def listed(store: Store, *, limit: int, after: int = 0, code: str | None = None) -> list[Kept]:
    """Messages by number, those behind `after`. Raises StoreAway."""
    wanted = select(quarantine).where(quarantine.c.number > after).order_by(quarantine.c.number)
    if code is not None:
        wanted = wanted.where(quarantine.c.code == code)
    with store.read() as connection:
        return [_kept(row) for row in connection.execute(wanted.limit(limit))]


def _kept(row: Row[Any]) -> Kept:
    return Kept(**{name: row._mapping[name] for name in Kept.__slots__})


def drop(store: Store, number: int, at: datetime) -> bool:
    """Remove one message for good; False when there is none of this number. Raises StoreAway."""
    found = kept(store, number)
    if found is None:
        return False
    with store.write() as connection:
        _close(connection, found, "dropped", Reason(code="by_hand", text="dropped by hand"), at)
    return True


def replay(
    store: Store,
    message: Kept,
    *,
    max_bytes: int,
    doubt: Doubt,
    now: datetime,
    terms: Terms | None = None,
) -> Replayed:
    """Take the kept bytes as if they came now, by the ingest's own way. Raises StoreAway.

    Taken: it is out of quarantine, and the node's receipt says `committed`. Refused: it stays as it was.
    """
    item = _item(message, max_bytes, doubt, now)
    if isinstance(item, Reason):
        return Replayed(message.number, "refused", item)
    reason = _taken(store, item, terms)
    if reason.code in ("taken", "known_already"):
        with store.write() as connection:  # killed before this, the next replay finds the event known
            _close(connection, message, "taken", reason, now)
        return Replayed(message.number, "taken", reason)
    return Replayed(message.number, "refused", reason)


def _item(message: Kept, max_bytes: int, doubt: Doubt, now: datetime) -> Told | Reason:
    """The event in the message, or why it cannot be taken."""
    if not message.whole:
        here = f"{len(message.raw)} of its {message.size} bytes were kept"
        return Reason(code="bytes_not_kept", text=f"{here}; only its node can send it again")
    try:
        address, channel = parse_topic(message.topic)
    except ValueError:
        return Reason(code="foreign_topic", text="it came on a topic of no node")
    if channel != "event":
        return Reason(code="not_an_event", text="what a node says of itself it says again by itself")
    proven = Letter(address.source, message.topic, message.raw, message.last_received, message.proof or {})
    if (why := _doubted(message, proven, doubt)) is not None:
        return why
    letter = Letter(address.source, message.topic, message.raw, now, message.proof or {})
    event = understand(letter, max_bytes=max_bytes)
    return Reason(code=event.code, text=event.text) if isinstance(event, Refusal) else Told(letter, event)


def _doubted(message: Kept, letter: Letter, doubt: Doubt) -> Reason | None:
    """Why nobody knows that the node has sent this. It is judged as of the day when it came."""
    if message.code not in DOUBTS:
        return None
    if message.proof is None:
        return Reason(code=message.code, text="nothing was kept that proves whose it is")
    why = doubt(letter)
    return None if why is None else Reason(code=why.code, text=short(why.text))


def _taken(store: Store, told: Told, terms: Terms | None) -> Reason:
    try:
        outcome = take(store, [told], terms=terms).outcomes[0]
    except StoreAway:
        raise
    except StoreRefuses as error:
        return Reason(code="not_storable", text=short(f"cannot be stored: {error}"))
    except Exception as error:
        log.exception("a message could not be processed")
        return Reason(code="not_processed", text=type(error).__name__)
    if outcome.effect == "quarantined":
        return outcome.reason
    if outcome.effect == "duplicate":
        return Reason(code="known_already", text=outcome.reason.text)
    return Reason(code="taken", text=short(f"{outcome.effect}: {outcome.reason.text}"))


def _close(connection: Connection, message: Kept, done: str, reason: Reason, at: datetime) -> None:
    """Out of quarantine, with a line that says so."""
    connection.execute(delete(quarantine).where(quarantine.c.number == message.number))
    line = {
        "number": message.number,
        "topic": message.topic,
        "sha256": message.sha256,
        "code": message.code,
        "done": done,
        "reason": reason.model_dump(mode="json", exclude_none=True),
        "at": at,
    }
    connection.execute(insert(quarantine_log).values(line))
    told = COMMAND_LINE.did("quarantine.replay", f"message {message.number}", f"{done}: {reason.text}")
    record(connection, at, told)
