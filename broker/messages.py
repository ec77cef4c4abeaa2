"""Version 1 of what travels beside the events: receipts, commands, a node's state and pulse."""

from typing import Annotated, Any, Literal

from pydantic import Field

from broker.events import Location, Reason, SequenceRange, SourceRef
from broker.fields import Identifier, Message, Seconds, Sha256, ShortText, Timestamp, Word


class Receipt(Message):
    """The centre's word about one event. `committed` alone, or `rejected`, lets the node forget it.

    `rejected` means: kept in quarantine at the centre with this reason; sending it again will not help.
    """

    id: Identifier
    status: Literal["committed", "rejected"]
    sha256: Sha256
    ticket: Identifier | None = None
    reason: ShortText | None = None


class Receipts(Message):
    """A batch of receipts for one node."""

    at: Timestamp
    receipts: Annotated[list[Receipt], Field(min_length=1)]


class Resend(Message):
    """Send these again; the centre has a hole."""

    command: Literal["resend"] = "resend"
    id: Identifier
    ranges: Annotated[list[SequenceRange], Field(min_length=1)]


class Verify(Message):
    """Look at these situations and say which are still there."""

    command: Literal["verify"] = "verify"
    id: Identifier
    situations: Annotated[list[Identifier], Field(min_length=1)]


class NodeState(Message):
    """Retained; the will says offline. `highest` is the highest sequence of this epoch, -1 for none."""

    online: bool
    at: Timestamp | None = None
    epoch: Identifier | None = None
    highest: Annotated[int, Field(ge=-1)] | None = None
    pending: Annotated[int, Field(ge=0)] | None = None


class ZoneAbout(Message):
    """A zone as the node applies it. The polygon is in shares of the picture."""

    id: Identifier
    version: Identifier
    name: ShortText | None = None
    polygon: list[tuple[float, float]]
    kinds: list[Word]


class SourceAbout(Message):
    """A source, where it is and what it looks for."""

    source: SourceRef
    place: ShortText | None = None
    location: Location | None = None
    zones: list[ZoneAbout] = []


class About(Message):
    """Retained: what the node is and runs."""

    at: Timestamp
    software: ShortText
    configuration: Sha256
    model: ShortText | None = None
    sources: list[SourceAbout]


class SourceReport(Message):
    """How one source fares."""

    id: Identifier
    state: Literal["ok", "starting", "stalled", "lost", "ended", "failed"]
    frames: Annotated[int, Field(ge=0)]
    dropped: Annotated[int, Field(ge=0)]
    fps: Annotated[float, Field(ge=0.0)] | None = None
    age_s: Seconds | None = None
    trouble: ShortText | None = None


class NodeHealth(Message):
    """QoS 0, expiring: the node's pulse. `troubles` are the node's own (storage, delivery)."""

    at: Timestamp
    uptime_s: Seconds
    pending: Annotated[int, Field(ge=0)]
    evidence_pending: Annotated[int, Field(ge=0)]
    disk_free_mb: Annotated[float, Field(ge=0.0)]
    sources: list[SourceReport]
    troubles: list[Reason] = []


class DesiredConfiguration(Message):
    """Retained: what the centre wants the node to run. `body` is the same model as the configuration file."""

    version: Identifier
    sha256: Sha256
    body: dict[str, Any]


class ReportedConfiguration(Message):
    """What became of the desired configuration."""

    version: Identifier
    sha256: Sha256
    status: Literal["applied", "refused"]
    at: Timestamp
    reasons: list[Reason] = []


MESSAGES: tuple[type[Message], ...] = (
    Receipts,
    Resend,
    Verify,
    NodeState,
    About,
    NodeHealth,
    DesiredConfiguration,
    ReportedConfiguration,
)
