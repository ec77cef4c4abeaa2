"""What a rule over the flights of a drone is: a pure judgement of one thing that stands in a zone."""

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import Field

from broker.events import Reason
from broker.settings import Duration
from edge.groups import Group
from edge.settings import NamedRule

Severity = Literal["low", "normal", "high"]
LONGEST_S = 366 * 86_400.0
Lasting = Annotated[Duration, Field(ge=0.0, le=LONGEST_S)]


class FlightRuleSettings(NamedRule):
    """Fields of every rule over flights. groups: what it is about."""

    severity: Severity = "normal"
    groups: Annotated[list[Group], Field(min_length=1)] = ["vehicle"]


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a thing stands, as far as flights saw it.

    stood_s, looks: in this flight, in view and without moving. since, last: UTC of its first and its last
    sighting over all flights; lasted_s: what of that lies within the zone's hours. flights: that saw it.
    """

    stood_s: float
    looks: int
    since: float
    last: float
    lasted_s: float
    flights: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a situation opens, and the argument; the first reason is the one that decides."""

    opens: bool
    reasons: tuple[Reason, ...]


class FlightRule(Protocol):
    """One rule; `edge/flight_rules/<kind>.py` has `Settings` and `build` that makes it. It holds nothing."""

    settings: FlightRuleSettings

    def judge(self, stay: Stay) -> Judged:
        """Of one thing of its groups that stands inside its zone, within the zone's hours."""
        ...
