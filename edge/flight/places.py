"""A place on the ground that the book keeps, and the situations that are told of it. Plain values."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

from broker.events import Reason, RuleRef, ZoneRef
from edge.flight.found import FlightFinding, FlightZone, GroundSpot, Shown
from edge.flight_rule import FlightRuleSettings, Severity

MOST_PLACES: Final = 10_000


@dataclass(slots=True)
class Situation:
    """One that is open, as it was told. flight: the last that is told to have seen it."""

    id: str
    zone: ZoneRef
    rule: RuleRef
    kind: str
    severity: Severity
    flight: str
    revision: int = 0


@dataclass(slots=True)
class GroundPlace:
    """Where something stands, or stood. since, last: UTC of its first and its last sighting.

    flight: the last that saw it; flights: how many did. observed_s: seconds in which it was seen to stand.
    situations: those that are open, by zone and rule. ended: those that are not. cleared: when it was seen
    empty, or given up; None while it stands as far as is known.
    """

    id: str
    group: str
    label: str
    score: float
    spot: GroundSpot
    since: float
    last: float
    flight: str
    flights: int = 1
    observed_s: float = 0.0
    situations: dict[str, Situation] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    cleared: float | None = None

    @property
    def open(self) -> bool:
        """Whether a situation is told of it."""
        return bool(self.situations)

    def opens(self, zone: FlightZone, rule: FlightRuleSettings) -> Situation:
        """A situation, the same for this place, zone and rule for ever."""
        name = situation_id(self.id, zone.id, rule.name, rule.incident)
        about = ZoneRef(id=zone.id, version=zone.version, name=zone.name[:240])
        by = RuleRef(id=rule.name, kind=rule.kind, version=rule.version)
        told = Situation(name, about, by, rule.incident, rule.severity, self.flight)
        self.situations[key_of(zone.id, rule.name)] = told
        return told

    def finding(
        self,
        told: Situation,
        phase: Literal["opened", "updated", "cleared"],
        reasons: tuple[Reason, ...],
        *,
        flight: str | None,
        at: float,
        shown: Shown | None = None,
    ) -> FlightFinding:
        """A phase of one of its situations; every phase but the first is another revision."""
        if phase != "opened":
            told.revision += 1
        lasted = self.last - self.since
        return FlightFinding(
            situation=told.id,
            phase=phase,
            kind=told.kind,
            severity=told.severity,
            zone=told.zone,
            rule=told.rule,
            flight=flight,
            group=self.group,
            label=self.label,
            score=self.score,
            spot=self.spot,
            at=at,
            since=self.since,
            last_seen=self.last,
            observed_s=self.observed_s,
            coverage=min(1.0, self.observed_s / lasted) if lasted > 0.0 else 1.0,
            flights=self.flights,
            reasons=reasons,
            revision=told.revision,
            shown=shown,
        )

    def ends(self, key: str) -> Situation:
        """One of its situations is over."""
        told = self.situations.pop(key)
        self.ended.append(told.id)
        return told

    def dump(self) -> dict[str, Any]:
        """JSON-able."""
        told = {key: _dumped(each) for key, each in self.situations.items()}
        return {**asdict(replace(self, situations={})), "situations": told}

    @classmethod
    def restore(cls, data: Mapping[str, Any]) -> "GroundPlace":
        """Raises KeyError, TypeError or ValueError for what is no dump."""
        told = {key: _situation(each) for key, each in data["situations"].items()}
        return cls(**{**data, "spot": spot_of(data["spot"]), "situations": told})


def spot_of(data: Mapping[str, Any]) -> GroundSpot:
    """A spot that was dumped. Raises KeyError, TypeError or ValueError."""
    ee, en, nn = map(float, data["covariance"])
    return GroundSpot(**{**data, "covariance": (ee, en, nn)})


def key_of(zone: str, rule: str) -> str:
    """Neither may have a bar in it."""
    return f"{zone}|{rule}"


def place_id(source: str, flight: str, number: int) -> str:
    """The same thing of the same flight is the same place, also where the flight is taken twice."""
    return "g-" + hashlib.sha256(f"{source}|{flight}|{number}".encode()).hexdigest()[:20]


def situation_id(place: str, zone: str, rule: str, incident: str) -> str:
    """The same for a place, zone and rule, over flights and restarts."""
    return "s-" + hashlib.sha256(f"{place}|{zone}|flight|{incident}|{rule}".encode()).hexdigest()[:20]


def _dumped(told: Situation) -> dict[str, Any]:
    names = {"zone": told.zone.model_dump(mode="json"), "rule": told.rule.model_dump(mode="json")}
    rest = ("id", "kind", "severity", "flight", "revision")
    return {**{name: getattr(told, name) for name in rest}, **names}


def _situation(data: Mapping[str, Any]) -> Situation:
    zone, rule = ZoneRef.model_validate(data["zone"]), RuleRef.model_validate(data["rule"])
    return Situation(**{**data, "zone": zone, "rule": rule})
