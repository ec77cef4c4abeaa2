"""Events before and after they get their number, and what is committed together."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from broker.events import AnyEvent
from broker.fields import Message, utc

NAMESPACE = uuid.UUID("5d0e5b1e-6f0c-5c3a-9c57-2f6c5f0b7c11")


@dataclass(frozen=True, slots=True)
class Draft:
    """An event without id and sequence: those it gets with the commit. `utc`: when it happened.

    traceparent: of its trace; empty where it was decided that there is none.
    """

    model: type[AnyEvent]
    subject: str
    utc: float
    data: Message
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that lies in the evidence store and has to reach the centre."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step of one source wants committed at once: events, pictures, and the state behind them.

    An empty snapshot: the state under that name is forgotten.

    lost: events that were given up before these, since there was no room for them; that is told with these.
    """

    drafts: tuple[Draft, ...] = ()
    uploads: tuple[Upload, ...] = ()
    snapshots: Mapping[str, bytes] = field(default_factory=dict)
    lost: int = 0

    def then(self, later: "Batch") -> "Batch":
        """Both as one: events in order, of every source the later state."""
        return Batch(
            self.drafts + later.drafts,
            self.uploads + later.uploads,
            {**self.snapshots, **later.snapshots},
            self.lost + later.lost,
        )

    def __bool__(self) -> bool:
        return bool(self.drafts or self.uploads or self.snapshots or self.lost)


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event as it is stored and sent: these bytes under this id, for ever."""

    id: str
    epoch: str
    sequence: int
    subject: str
    body: bytes
    sha256: str


def event_id(source: str, epoch: str, sequence: int) -> str:
    """The id of an event: the same for the same place in the same sequence."""
    return str(uuid.uuid5(NAMESPACE, f"{source}/{epoch}/{sequence}"))


def stamp(draft: Draft, source: str, epoch: str, sequence: int, recorded: float) -> Stamped:
    """Number an event and write it down. Raises pydantic.ValidationError for what may not be written."""
    fields: dict[str, Any] = {
        "id": event_id(source, epoch, sequence),
        "source": source,
        "subject": draft.subject,
        "time": utc(draft.utc),
        "recordedtime": utc(recorded),
        "epoch": epoch,
        "sequence": f"{sequence:012d}",
        "traceparent": draft.traceparent or None,
        "data": draft.data,
    }
    body = draft.model(**fields).encode()
    return Stamped(fields["id"], epoch, sequence, draft.subject, body, hashlib.sha256(body).hexdigest())


def next_epoch(last: str | None, now: float, token: str) -> str:
    """A name for this boot that sorts after every earlier one, also when the clock went back.

    `now` is UTC seconds. `token`, four random hex digits, keeps it unique when the store was lost.
    """
    milliseconds = int(now * 1000)
    if last is not None:
        milliseconds = max(milliseconds, int(last.partition("-")[0]) + 1)
    return f"{milliseconds:013d}-{token}"
