"""What the book of flights says: phases of situations, answers, and what a flight came to. Plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from broker.events import Reason, RuleRef, ZoneRef
from edge.flight_rule import FlightRule, Severity
from edge.ground.zones import GroundZone
from edge.groups import Group
from edge.hours import ALWAYS, Hours
from edge.observation import Box

Outcome = Literal["occupied", "clear", "not_in_view", "not_seen"]


@dataclass(frozen=True, slots=True)
class FlightZone:
    """An area of the ground with its rules, as the book takes it."""

    id: str
    name: str
    version: str
    ground: GroundZone
    rules: tuple[FlightRule, ...]
    hours: Hours = ALWAYS


@dataclass(frozen=True, slots=True)
class GroundSpot:
    """A place in WGS84. accuracy_m: the radius that holds the truth in 95 of 100 cases.

    covariance: east, east-north, north, in square metres.
    """

    latitude: float
    longitude: float
    accuracy_m: float
    covariance: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shown:
    """The look that shows it. utc: of that look; t: in the source's time, None where that has passed with a
    restart. box: of the thing, None for an empty place.
    """

    utc: float
    t: float | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class FlightFinding:
    """A phase of a situation. at: UTC of the decision; since, last_seen: UTC of its first and last sighting.

    kind: of incident. flight: None where it ends without one. observed_s: seconds in which it was seen to
    stand. coverage: that as a share of since..last_seen. flights: that saw it. revision: counts from 0.
    """

    situation: str
    phase: Literal["opened", "updated", "cleared"]
    kind: str
    severity: Severity
    zone: ZoneRef
    rule: RuleRef
    flight: str | None
    group: str
    label: str
    score: float
    spot: GroundSpot
    at: float
    since: float
    last_seen: float
    observed_s: float
    coverage: float
    flights: int
    reasons: tuple[Reason, ...]
    revision: int
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class FlightAsk:
    """One situation of one `verify`. latitude, longitude, accuracy_m: where it is, for one that others found.

    kind: of incident. groups: what may answer for it; empty: as the kind says. until: UTC seconds.
    """

    command: str
    situation: str
    until: float
    kind: str = ""
    groups: tuple[Group, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class FlightAnswer:
    """What became of it. seen: UTC of the last look that saw the place. flight: None without a look."""

    ask: FlightAsk
    outcome: Outcome
    reasons: tuple[Reason, ...]
    flight: str | None = None
    seen: float | None = None
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Findings and answers of one call, in their order."""

    findings: tuple[FlightFinding, ...] = ()
    answers: tuple[FlightAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """A thing that stood and became nothing, and why."""

    group: str
    label: str
    spot: GroundSpot
    since: float
    last: float
    stood_s: float
    looks: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Waypoint:
    """Where the camera was. height: m above the ground."""

    utc: float
    latitude: float
    longitude: float
    height: float


@dataclass(frozen=True, slots=True)
class FlightSummary:
    """A flight that has ended. begin, end: UTC. cut: why it ended before its end, if so.

    looks: pictures; placed: of which the ground was known and could be trusted; refused: the others by the
    code of their reason, with its text. repeated: looks that came late or twice and were left out.
    coverage: GeoJSON of the ground that was seen, None for nothing; zones: by zone, the share of it that was
    seen. findings, answers: as `edge.flight.rows` writes them. nothing_more: how many of those found no room.
    passed: things that moved. shift: metres east and north by which this flight's places were off those
    known before, if clear.
    """

    flight: str
    begin: float
    end: float
    cut: Reason | None
    looks: int
    placed: int
    refused: Mapping[str, tuple[int, str]]
    repeated: int
    path: Sequence[Waypoint]
    area_m2: float
    coverage: dict[str, Any] | None
    coverage_full: bool
    zones: Mapping[str, float]
    findings: Sequence[Mapping[str, Any]]
    answers: Sequence[Mapping[str, Any]]
    nothing: Sequence[Nothing]
    nothing_more: int = 0
    passed: int = 0
    shift: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a flight: the last that is told, and what it came to."""

    told: Told
    summary: FlightSummary


@dataclass(frozen=True, slots=True)
class Begun:
    """cut: the flight before, where that had no end. refused: why this one is not taken."""

    cut: Ended | None = None
    refused: Reason | None = None
