"""What events are made of: their data, and the reasons, places, readings and evidence in it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Strict, model_validator
from typing_extensions import Self

from broker.fields import (
    Box,
    Count,
    Identifier,
    Label,
    Message,
    Permitted,
    Seconds,
    Sha256,
    ShortText,
    Timestamp,
    Unit,
    Word,
)

ClockQuality = Literal["synchronised", "free_running", "unknown"]
SourceKind = Literal["camera", "drone", "gate", "sensor"]


class Reason(Message):
    """One step of the argument behind a decision: a code for machines, a sentence for people, the figures.

    `words`: names and terms of the sentence, for who says it in another language.
    """

    code: Word
    text: ShortText
    values: Annotated[dict[Word, float], Field(max_length=32)] | None = None
    words: Annotated[dict[Word, ShortText], Field(max_length=8)] | None = None


class EventCode(Message):
    """The kind's number in a published code table."""

    system: ShortText
    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,24}$"), Permitted]
    name: ShortText | None = None


class SourceRef(Message):
    """The camera, drone, gate or sensor that saw it. `asset` is its number in another register."""

    id: Identifier
    kind: SourceKind
    name: ShortText | None = None
    asset: Identifier | None = None


class ZoneRef(Message):
    """The zone that applied, with the version of its outline."""

    id: Identifier
    version: Identifier
    name: ShortText | None = None


class RuleRef(Message):
    """The rule that decided, with the version of its settings."""

    id: Identifier
    kind: Word
    version: Identifier


Longitude = Annotated[float, Field(ge=-180.0, le=180.0)]
Latitude = Annotated[float, Field(ge=-90.0, le=90.0)]
Position = tuple[Longitude, Latitude]
Reasons = Annotated[list[Reason], Field(min_length=1, max_length=64)]


def _closed(ring: list[Position]) -> list[Position]:
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a GeoJSON ring has at least four positions and ends where it began")
    return ring


Ring = Annotated[list[Position], Field(min_length=4, max_length=512), AfterValidator(_closed)]


class Point(Message):
    """GeoJSON point, WGS84 longitude and latitude in degrees."""

    type: Literal["Point"]
    coordinates: Position


class Polygon(Message):
    """GeoJSON polygon, WGS84, outer ring first."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=16)]


class Location(Message):
    """Where on the ground, and how well that is known (95 % of the truth within `accuracy_m`)."""

    geometry: Point | Polygon  # told apart by their type; a discriminator's error would repeat what was given
    accuracy_m: Annotated[float, Field(gt=0.0)]
    method: Literal["surveyed", "calibrated", "flight_log", "device", "source_position"]


class ObjectCount(Message):
    """How many things of one label belong to the situation, and how sure the detector was (median)."""

    label: Label
    count: Count
    score: Unit | None = None


class Reading(Message):
    """One typed value. A state is a word, never free text. `device`: which one, where there are several."""

    quantity: Word
    value: Annotated[bool, Strict()] | Annotated[float, Strict()] | Word
    unit: Annotated[str, Field(pattern=r"^[A-Za-z0-9%°/²³µμΩ\u2126.·-]{1,12}$"), Permitted] | None = None
    at: Timestamp
    device: Identifier | None = None
    quality: Literal["good", "uncertain", "bad"] | None = None


class Flight(Message):
    """The drone pass that saw it."""

    id: Identifier
    height_above_ground_m: float | None = None
    heading_deg: Annotated[float, Field(ge=0.0, lt=360.0)] | None = None
    gimbal_pitch_deg: Annotated[float, Field(ge=-180.0, le=180.0)] | None = None
    telemetry: Literal["log", "embedded", "live", "none"]


class ViewTrust(Message):
    """How far the picture could be trusted when the decision was made."""

    state: Literal["ok", "low", "none"]
    score: Unit | None = None
    reasons: Annotated[list[Reason], Field(max_length=64)] | None = None


EvidenceRole = Literal["scene", "before", "after", "detail", "clip"]


class Evidence(Message):
    """A masked picture or clip, addressed by the sha256 of its bytes. It never travels over MQTT."""

    role: EvidenceRole
    sha256: Sha256
    size: Annotated[Count, Field(gt=0)]
    media_type: Annotated[str, Field(pattern=r"^(image/(jpeg|png|webp)|video/mp4)$")]
    masked: Literal[True]
    taken: Timestamp


class Clock(Message):
    """How good the node's clock was; `offset_s` is the last measured difference to the reference."""

    quality: ClockQuality
    offset_s: float | None = None


class ModelRef(Message):
    """A model that looks. `role` says for what (detector, faces, plates, shadow ...)."""

    name: Identifier
    sha256: Sha256
    version: Identifier | None = None
    role: Word | None = None


class Audit(Message):
    """What made this event, so that it can be made again."""

    software: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$"), Permitted]
    configuration: Sha256
    model: ModelRef | None = None
    clock: Clock


class Incident(Message):
    """A situation: one thing wrong at one place. Opened, updated and cleared events carry the same shape."""

    kind: Word
    code: EventCode | None = None
    state: Literal["open", "occluded", "cleared"]
    revision: Count
    severity: Literal["low", "normal", "high"] = "normal"
    reasons: Reasons
    since: Timestamp
    last_seen: Timestamp
    observed_s: Seconds
    coverage: Unit
    source: SourceRef
    place: ShortText | None = None
    zone: ZoneRef | None = None
    rule: RuleRef
    box: Box | None = None
    footprint: Annotated[list[tuple[Unit, Unit]], Field(min_length=3, max_length=64)] | None = None
    location: Location | None = None
    objects: Annotated[list[ObjectCount], Field(max_length=64)] = []
    readings: Annotated[list[Reading], Field(max_length=256)] = []
    flight: Flight | None = None
    trust: ViewTrust | None = None
    evidence: Annotated[list[Evidence], Field(max_length=32)] = []
    audit: Audit

    @model_validator(mode="after")
    def _seen_after_it_began(self) -> Self:
        if self.last_seen < self.since:
            raise ValueError("last_seen is before since")
        return self


class SourceHealth(Message):
    """A source that cannot be trusted or heard: the camera itself is the incident.

    `condition` uses ONVIF's names where there is one (image_too_blurry, image_too_dark, image_too_bright,
    global_scene_change, signal_loss), else a word of ours (frozen, clock_step, decode_error, silent ...).
    """

    condition: Word
    state: Literal["raised", "cleared"]
    severity: Literal["low", "normal", "high"] = "normal"
    since: Timestamp
    source: SourceRef
    reasons: Reasons
    trust: ViewTrust | None = None
    audit: Audit


class DeviceReadings(Message):
    """Readings that a rule asks to forward."""

    source: SourceRef
    place: ShortText | None = None
    location: Location | None = None
    readings: Annotated[list[Reading], Field(min_length=1, max_length=256)]
    audit: Audit


class SequenceRange(Message):
    """Sequences first..last of one epoch, both included."""

    epoch: Identifier
    first: Count
    last: Count

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last is before first")
        return self


Ranges = Annotated[list[SequenceRange], Field(min_length=1, max_length=1000)]


def _a_day(text: str) -> str:
    date.fromisoformat(text)
    return text


class Dropped(Message):
    """Events the node had to give up, said aloud: a bound was reached and they will never come."""

    ranges: Ranges
    reasons: Reasons


class Digest(Message):
    """What a node committed in one day, for the daily reconciliation.

    `sha256` is over every id, each followed by a line feed, in order of epoch and sequence. `bodies`: the sum
    modulo 2^256 (64 hex digits, in any order) of the sha256 over each id, a space and the event's own sha256.
    """

    day: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_a_day)]
    ranges: Annotated[list[SequenceRange], Field(max_length=1000)]
    events: Count
    sha256: Sha256
    bodies: Sha256 | None = None


class SceneAnswer(Message):
    """What became of one situation that the centre asked about."""

    situation: Identifier
    outcome: Literal["occupied", "clear", "not_in_view", "not_seen"]
    reasons: Reasons
    seen: Timestamp | None = None
    evidence: Annotated[list[Evidence], Field(max_length=32)] = []


class SceneVerified(Message):
    """The answer to a `verify` command."""

    command: Identifier
    source: SourceRef
    answers: Annotated[list[SceneAnswer], Field(min_length=1, max_length=256)]
    flight: Flight | None = None
    audit: Audit
