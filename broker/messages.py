"""Version 1 of what travels beside the events: receipts, commands, a node's state and pulse."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, TypeAdapter
from pydantic_core import PydanticCustomError

from broker.boundary import breach
from broker.events import Location, Ranges, Reason, SourceRef
from broker.fields import (
    LARGEST,
    Count,
    Identifier,
    Message,
    Seconds,
    Sha256,
    ShortText,
    Timestamp,
    Unit,
    Word,
)


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
    receipts: Annotated[list[Receipt], Field(min_length=1, max_length=1000)]


class Resend(Message):
    """Send these again; the centre has a hole."""

    command: Literal["resend"] = "resend"
    id: Identifier
    ranges: Ranges


class Verify(Message):
    """Look at these situations and say which are still there."""

    command: Literal["verify"] = "verify"
    id: Identifier
    situations: Annotated[list[Identifier], Field(min_length=1, max_length=256)]


class NodeState(Message):
    """Retained; the will says offline. `highest` is the highest sequence of this epoch, -1 for none."""

    online: bool
    at: Timestamp | None = None
    epoch: Identifier | None = None
    highest: Annotated[int, Field(ge=-1, le=LARGEST)] | None = None
    pending: Count | None = None


class ZoneAbout(Message):
    """A zone as the node applies it. The polygon is in shares of the picture."""

    id: Identifier
    version: Identifier
    name: ShortText | None = None
    polygon: Annotated[list[tuple[Unit, Unit]], Field(min_length=3, max_length=512)]
    kinds: Annotated[list[Word], Field(max_length=64)]


class SourceAbout(Message):
    """A source, where it is and what it looks for."""

    source: SourceRef
    place: ShortText | None = None
    location: Location | None = None
    zones: Annotated[list[ZoneAbout], Field(max_length=256)] = []


class About(Message):
    """Retained: what the node is and runs."""

    at: Timestamp
    software: ShortText
    configuration: Sha256
    model: ShortText | None = None
    sources: Annotated[list[SourceAbout], Field(max_length=1024)]


class SourceReport(Message):
    """How one source fares."""

    id: Identifier
    state: Literal["ok", "starting", "stalled", "lost", "ended", "failed"]
    frames: Count
    dropped: Count
    fps: Annotated[float, Field(ge=0.0)] | None = None
    age_s: Seconds | None = None
    trouble: ShortText | None = None


class NodeHealth(Message):
    """QoS 0, expiring: the node's pulse. `troubles` are the node's own (storage, delivery)."""

    at: Timestamp
    uptime_s: Seconds
    pending: Count
    evidence_pending: Count
    disk_free_mb: Annotated[float, Field(ge=0.0)]
    sources: Annotated[list[SourceReport], Field(max_length=1024)]
    troubles: Annotated[list[Reason], Field(max_length=64)] = []


def _permitted_tree(value: JsonValue) -> JsonValue:
    """Every key and every text of a free tree passes the boundary too."""
    if isinstance(value, str) and (why := breach(value)) is not None:
        raise PydanticCustomError("boundary", "{why}", {"why": why})
    if isinstance(value, dict):
        for key, item in value.items():
            _permitted_tree(key)
            _permitted_tree(item)
    elif isinstance(value, list):
        for item in value:
            _permitted_tree(item)
    return value


class DesiredConfiguration(Message):
    """Retained: what the centre wants the node to run. `body` is the same model as the configuration file."""

    version: Identifier
    sha256: Sha256
    body: Annotated[dict[str, JsonValue], AfterValidator(_permitted_tree)]


class ReportedConfiguration(Message):
    """What became of the desired configuration."""

    version: Identifier
    sha256: Sha256
    status: Literal["applied", "refused"]
    at: Timestamp
    reasons: Annotated[list[Reason], Field(max_length=64)] = []


# What travels on each channel but `event`, by the channel's name.
CARRIED: dict[str, tuple[type[Message], ...]] = {
    "state": (NodeState,),
    "about": (About,),
    "health": (NodeHealth,),
    "receipt": (Receipts,),
    "command": (Resend, Verify),
    "config": (DesiredConfiguration,),
    "config/reported": (ReportedConfiguration,),
}
MESSAGES: tuple[type[Message], ...] = tuple(model for models in CARRIED.values() for model in models)

Command = Resend | Verify
_COMMAND: TypeAdapter[Command] = TypeAdapter(Command)  # no discriminator: its error repeats what was given


def parse_command(body: bytes) -> Command:
    """Read one command of any kind. Raises pydantic.ValidationError."""
    return _COMMAND.validate_json(body, extra="ignore", strict=True)
