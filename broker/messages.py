"""Version 1 of what travels beside the events: receipts, commands, a node's state and pulse."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, TypeAdapter, model_validator
from typing_extensions import Self

from broker.asks import (
    Answer,
    Backtest,
    Discover,
    Entrust,
    Explain,
    Film,
    Inspect,
    Look,
    Probe,
)
from broker.events import Clock, Evidence, Location, ModelRef, Polygon, Ranges, Reason, SourceRef, ViewTrust
from broker.fields import (
    LARGEST,
    Count,
    Identifier,
    Label,
    Message,
    Seconds,
    Sha256,
    ShortText,
    Timestamp,
    Unit,
    Word,
)
from broker.fleet import FLEET, Diagnose, Examine, Renew, Reread, Restart, Tidy
from broker.inventory import Inventory
from broker.trees import permitted_tree

MOST_SOURCES = 16_384  # of one node: a gateway may carry ten thousand devices


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


class Scene(Message):
    """Where to look, and for what: for a node or a flight that does not know the situation itself."""

    situation: Identifier
    kind: Word
    location: Location


class Verify(Message):
    """Look at these situations and say which are still there. `scenes` tells of those that others found.

    `source`: this source alone is to look, such as a drone on its next flight. `until`: after this an answer
    is of no use; a node may set itself a shorter time, but not for a flight.
    """

    command: Literal["verify"] = "verify"
    id: Identifier
    situations: Annotated[list[Identifier], Field(min_length=1, max_length=256)]
    scenes: Annotated[list[Scene], Field(max_length=256)] | None = None
    source: Identifier | None = None
    until: Timestamp | None = None


class NodeState(Message):
    """Retained; the will says offline. `highest` is the highest sequence of this epoch, -1 for none."""

    online: bool
    at: Timestamp | None = None
    epoch: Identifier | None = None
    highest: Annotated[int, Field(ge=-1, le=LARGEST)] | None = None
    pending: Count | None = None


class ZoneAbout(Message):
    """A zone as the node applies it: `polygon` in shares of the picture, `ground` for any flight over it."""

    id: Identifier
    version: Identifier
    name: ShortText | None = None
    polygon: Annotated[list[tuple[Unit, Unit]], Field(min_length=3, max_length=512)] | None = None
    ground: Polygon | None = None
    kinds: Annotated[list[Word], Field(max_length=64)]

    @model_validator(mode="after")
    def _lies_somewhere(self) -> Self:
        if self.polygon is None and self.ground is None:
            raise ValueError("a zone has a polygon in the picture, one on the ground, or both")
        return self


class SourceAbout(Message):
    """A source, where it is and what it looks for. `kinds`: of a source without zones, such as a sensor."""

    source: SourceRef
    place: ShortText | None = None
    location: Location | None = None
    zones: Annotated[list[ZoneAbout], Field(max_length=256)] = []
    kinds: Annotated[list[Word], Field(max_length=64)] | None = None


class About(Message):
    """Retained: what the node is and runs."""

    at: Timestamp
    software: ShortText
    configuration: Sha256
    model: ShortText | None = None
    models: Annotated[list[ModelRef], Field(max_length=64)] | None = None
    sources: Annotated[list[SourceAbout], Field(max_length=MOST_SOURCES)]
    inventory: Inventory | None = None


class SourceReport(Message):
    """How one source fares. `delay_s`: from the picture to the look; `picture`: its last one, masked.

    `decoding`: of its pictures only the key frames, which come every `key_s` seconds, or all.
    """

    id: Identifier
    state: Literal["ok", "starting", "stalled", "lost", "ended", "failed"]
    frames: Count
    dropped: Count
    fps: Annotated[float, Field(ge=0.0)] | None = None
    age_s: Seconds | None = None
    trouble: ShortText | None = None
    delay_s: Seconds | None = None
    trust: ViewTrust | None = None
    picture: Evidence | None = None
    decoding: Literal["keyframes", "all"] | None = None
    key_s: Seconds | None = None


class LookingReport(Message):
    """How the detector fares, since it began. `ms`: of a picture; `things`: seen that rules are about."""

    model: ModelRef
    looks: Count
    things: Count
    failed: Count
    ms: Annotated[float, Field(ge=0.0)] | None = None


class ShadowThings(Message):
    """Things of one label, as the running model calls them, or as the shadow does that alone sees them.

    `renamed`: of those that both see, how many the shadow calls otherwise. `iou` and the scores: the means
    over what both see.
    """

    label: Label
    both: Count
    only_running: Count
    only_shadow: Count
    renamed: Count
    iou: Unit | None = None
    score: Unit | None = None
    shadow_score: Unit | None = None


class ShadowReport(Message):
    """A model that looks beside the one that decides, and is believed nothing. Counts are since `since`.

    `against`: the model that decides. `left_out`: looks for which the shadow had no time.
    """

    model: ModelRef | None = None
    against: ModelRef
    state: Literal["starting", "looking", "failed"]
    since: Timestamp
    pictures: Count
    left_out: Count
    failed: Count
    ms: Annotated[float, Field(ge=0.0)] | None = None
    running_ms: Annotated[float, Field(ge=0.0)] | None = None
    trouble: ShortText | None = None
    things: Annotated[list[ShadowThings], Field(max_length=64)] = []


class NodeHealth(Message):
    """QoS 0, expiring: the node's pulse. `troubles` are the node's own (storage, delivery)."""

    at: Timestamp
    uptime_s: Seconds
    pending: Count
    evidence_pending: Count
    disk_free_mb: Annotated[float, Field(ge=0.0)]
    sources: Annotated[list[SourceReport], Field(max_length=MOST_SOURCES)]
    troubles: Annotated[list[Reason], Field(max_length=64)] = []
    clock: Clock | None = None
    temperature_c: float | None = None
    memory_mb: Annotated[float, Field(ge=0.0)] | None = None
    certificate_until: Timestamp | None = None
    looking: LookingReport | None = None
    shadow: ShadowReport | None = None


class DesiredConfiguration(Message):
    """Retained: what the centre wants changed of the node's own file; an empty message takes it back.

    `body` says what differs, in the words of the file; sources are told apart by their ids. `sha256`: of the
    body as JSON with sorted keys and no spaces, in UTF-8.
    """

    version: Identifier
    sha256: Sha256
    body: Annotated[dict[str, JsonValue], AfterValidator(permitted_tree)]


class PlacedReason(Reason):
    """A reason that is about one place of a configuration, such as sources[cam-1].zones[0].polygon."""

    where: ShortText | None = None


class ReportedConfiguration(Message):
    """What became of the desired configuration. `rolled_back`: it was applied, and given up again.

    `preparing`: it needs a model that the node fetches and tries first; what ran before runs on, and one of
    the others follows. The reason says how far it is.
    """

    version: Identifier
    sha256: Sha256
    status: Literal["preparing", "applied", "refused", "rolled_back"]
    at: Timestamp
    reasons: Annotated[list[PlacedReason], Field(max_length=64)] = []


# What travels on each channel but `event`, by the channel's name.
CARRIED: dict[str, tuple[type[Message], ...]] = {
    "state": (NodeState,),
    "about": (About,),
    "health": (NodeHealth,),
    "receipt": (Receipts,),
    "command": (Resend, Verify, Look, Inspect, Explain, Backtest, Film, Discover, Probe, Entrust, *FLEET),
    "answer": (Answer,),
    "config": (DesiredConfiguration,),
    "config/reported": (ReportedConfiguration,),
}
MESSAGES: tuple[type[Message], ...] = tuple(model for models in CARRIED.values() for model in models)

OfNode = Examine | Diagnose | Reread | Restart | Renew | Tidy
Command = Resend | Verify | Look | Inspect | Explain | Backtest | Film | Discover | Probe | Entrust | OfNode


def _named(command: Command) -> Command:
    if "command" not in command.model_fields_set:
        raise ValueError("a command says which one it is")
    return command


# no discriminator: its error repeats what was given
_COMMAND: TypeAdapter[Command] = TypeAdapter(Annotated[Command, AfterValidator(_named)])


def parse_command(body: bytes) -> Command:
    """Read one command of any kind. Raises pydantic.ValidationError."""
    return _COMMAND.validate_json(body, extra="ignore", strict=True)
