"""Version 1 of the events: CloudEvents 1.0, structured JSON.

`source` and `id` identify an event for ever; `subject` is the situation (or source, or device) it is about;
`sequence` is contiguous within one `epoch` (one boot of one node); `time` is when it happened,
`recordedtime` when the node committed it.
"""

from typing import Annotated, Generic, Literal, TypeVar, get_args

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.boundary import breach
from broker.fields import (
    Identifier,
    Message,
    Permitted,
    Timestamp,
    read,
)
from broker.flights import Coverage, FlightReported, FlownZone, LineString, MultiPolygon, NotPlaced
from broker.parts import (
    Audit,
    Clock,
    ClockQuality,
    DeviceReadings,
    Digest,
    Dropped,
    EventCode,
    Evidence,
    Flight,
    Incident,
    Location,
    ModelRef,
    ObjectCount,
    Point,
    Polygon,
    Ranges,
    Reading,
    Reason,
    Reasons,
    RuleRef,
    SceneAnswer,
    SceneVerified,
    SequenceRange,
    SourceHealth,
    SourceKind,
    SourceRef,
    ViewTrust,
    ZoneRef,
)

__all__ = [
    "EVENTS",
    "AnyEvent",
    "Audit",
    "Clock",
    "ClockQuality",
    "Coverage",
    "DayDigest",
    "DeviceReadings",
    "Digest",
    "Dropped",
    "Event",
    "EventCode",
    "EventsDropped",
    "Evidence",
    "Flight",
    "FlightFinished",
    "FlightReported",
    "FlownZone",
    "Incident",
    "IncidentCleared",
    "IncidentOpened",
    "IncidentUpdated",
    "LineString",
    "Location",
    "ModelRef",
    "MultiPolygon",
    "NotPlaced",
    "ObjectCount",
    "Point",
    "Polygon",
    "Ranges",
    "Reading",
    "ReadingForwarded",
    "Reason",
    "Reasons",
    "RuleRef",
    "SceneAnswer",
    "SceneVerification",
    "SceneVerified",
    "SequenceRange",
    "SourceHealth",
    "SourceHealthChanged",
    "SourceKind",
    "SourceRef",
    "UnknownEventError",
    "ViewTrust",
    "ZoneRef",
    "parse",
]


D = TypeVar("D", bound=Message)
TraceParent = Annotated[str, Field(pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]


class Event(Message, Generic[D]):
    """The CloudEvents envelope. Extension attributes: recordedtime, epoch, sequence, traceparent.

    `traceparent`: of the few that are traced, where in its trace it was decided (W3C Trace Context).
    """

    specversion: Literal["1.0"] = "1.0"
    id: Identifier
    source: Annotated[str, Field(pattern=r"^gewu://[0-9]{6}/[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"), Permitted]
    type: str
    subject: Identifier
    time: Timestamp
    recordedtime: Timestamp
    epoch: Identifier
    sequence: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    traceparent: TraceParent | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    data: D


class _OfIncident(Event[Incident]):
    @model_validator(mode="after")
    def _type_fits_the_state(self) -> Self:
        if (self.data.state == "cleared") != self.type.endswith(".cleared.v1"):
            raise ValueError(f"an event of type {self.type} does not carry the state {self.data.state!r}")
        return self


class IncidentOpened(_OfIncident):
    """A situation was confirmed."""

    type: Literal["gewu.incident.opened.v1"] = "gewu.incident.opened.v1"


class IncidentUpdated(_OfIncident):
    """Something about an open situation changed that people should know."""

    type: Literal["gewu.incident.updated.v1"] = "gewu.incident.updated.v1"


class IncidentCleared(_OfIncident):
    """The place was seen empty."""

    type: Literal["gewu.incident.cleared.v1"] = "gewu.incident.cleared.v1"


class SourceHealthChanged(Event[SourceHealth]):
    """A source became untrustworthy or silent, or recovered."""

    type: Literal["gewu.source.health.v1"] = "gewu.source.health.v1"


class ReadingForwarded(Event[DeviceReadings]):
    """Readings a rule asked to forward."""

    type: Literal["gewu.reading.v1"] = "gewu.reading.v1"


class EventsDropped(Event[Dropped]):
    """Events that will never come."""

    type: Literal["gewu.delivery.dropped.v1"] = "gewu.delivery.dropped.v1"


class DayDigest(Event[Digest]):
    """The daily reconciliation."""

    type: Literal["gewu.delivery.digest.v1"] = "gewu.delivery.digest.v1"


class SceneVerification(Event[SceneVerified]):
    """The answer to a `verify` command."""

    type: Literal["gewu.scene.verified.v1"] = "gewu.scene.verified.v1"


class FlightFinished(Event[FlightReported]):
    """A drone has flown: its path, the ground that it saw, and what was found, seen again and cleared."""

    type: Literal["gewu.flight.reported.v1"] = "gewu.flight.reported.v1"


AnyEvent = (
    IncidentOpened
    | IncidentUpdated
    | IncidentCleared
    | SourceHealthChanged
    | ReadingForwarded
    | EventsDropped
    | DayDigest
    | SceneVerification
    | FlightFinished
)
EVENTS: dict[str, type[AnyEvent]] = {
    model.model_fields["type"].default: model for model in get_args(AnyEvent)
}


class UnknownEventError(ValueError):
    """A CloudEvent of a type this version does not know; the text names those it knows."""


class _Typed(Message):
    type: str


def parse(body: bytes) -> AnyEvent:
    """Read one event of any type. Raises UnknownEventError or pydantic.ValidationError."""
    kind = read(_Typed, body).type
    model = EVENTS.get(kind)
    if model is None:
        known = ", ".join(EVENTS)
        raise UnknownEventError(f"event type {_brief(kind)} is not known here; known are {known}")
    return read(model, body)


def _brief(given: str) -> str:
    return "(withheld)" if breach(given) else repr(given[:64])
