"""What the book finds: a phase of a situation, or a device's silence and its end. Plain values."""

from dataclasses import dataclass
from typing import Literal

from broker.events import Reason
from edge.device_rule import DeviceRuleSettings, Severity
from edge.devices.device import Device
from edge.readings import Quality, Value


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule as events name it, and the kind of incident that it opens."""

    id: str
    kind: str
    version: str
    incident: str
    severity: Severity

    @classmethod
    def of(cls, settings: DeviceRuleSettings, version: str) -> "RuleTold":
        """The same of its settings."""
        return cls(settings.name, settings.kind, version, settings.incident, settings.severity)


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading behind a finding. device: its id in the configuration."""

    device: str
    quantity: str
    value: Value
    at: float
    quality: Quality = "good"


@dataclass(frozen=True, slots=True)
class SituationFound:
    """A phase of a situation. at: when it was so (UTC seconds). observed_s: seconds in which it was known."""

    situation: str
    phase: Literal["opened", "updated", "cleared"]
    device: Device
    rule: RuleTold
    at: float
    since: float
    last: float
    observed_s: float
    reasons: tuple[Reason, ...]
    readings: tuple[Heard, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class SilenceFound:
    """A device is silent for longer than is normal, or is heard again. since: when it was heard last."""

    device: Device
    state: Literal["raised", "cleared"]
    at: float
    since: float
    reason: Reason


Found = SituationFound | SilenceFound
