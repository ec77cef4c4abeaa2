"""From what the book found to the contract's events, and a device as events name it. Pure."""

from collections.abc import Iterable
from typing import Literal

from broker.codes import code_of
from broker.events import (
    AnyEvent,
    Audit,
    Clock,
    ClockQuality,
    Incident,
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    Location,
    Point,
    Reading,
    RuleRef,
    SceneAnswer,
    SceneVerified,
    SourceHealth,
    SourceHealthChanged,
    SourceRef,
)
from broker.fields import utc
from broker.messages import SourceAbout, SourceReport
from edge.devices.asks import Answer
from edge.devices.device import Device
from edge.devices.findings import Found, Heard, SilenceFound, SituationFound
from edge.devices.state import DeviceState
from edge.drafts import Draft
from edge.readings import QUANTITIES

MOST_KINDS = 64  # of one source, by the contract
EVENTS: dict[str, type[AnyEvent]] = {
    "opened": IncidentOpened,
    "updated": IncidentUpdated,
    "cleared": IncidentCleared,
}


def draft(found: Found, made_by: Audit, quality: ClockQuality) -> Draft:
    """The event of a finding. Raises pydantic.ValidationError for what may not be written."""
    audit = made_by.model_copy(update={"clock": Clock(quality=quality)})
    if isinstance(found, SilenceFound):
        return Draft(SourceHealthChanged, found.device.id, found.at, _health(found, audit))
    return Draft(EVENTS[found.phase], found.situation, found.at, _incident(found, audit))


def source_ref(device: Device) -> SourceRef:
    """The sensor or gate."""
    return SourceRef(id=device.id, kind=device.kind, name=device.name, asset=device.asset)


def location(device: Device) -> Location | None:
    """Where it is said to be."""
    if device.here is None:
        return None
    point = Point(type="Point", coordinates=(device.here.lon, device.here.lat))
    return Location(geometry=point, accuracy_m=device.accuracy_m, method="source_position")


def about(devices: Iterable[Device]) -> list[SourceAbout]:
    """What the node tells of its devices."""
    return [
        SourceAbout(
            source=source_ref(each), place=each.place, location=location(each), kinds=_looks_for(each)
        )
        for each in devices
    ]


def _looks_for(device: Device) -> list[str] | None:
    """The kinds of incident that its rules open."""
    return sorted({rule.settings.incident for rule in device.duty.rules})[:MOST_KINDS] or None


def answered(answer: Answer, made_by: Audit, quality: ClockQuality) -> SceneVerified:
    """The answer about one of its situations."""
    asked, state = answer.asked, answer.state
    seen = utc(state.heard) if answer.seen else None
    told = SceneAnswer(situation=asked.situation, outcome=answer.outcome, reasons=[answer.why], seen=seen)
    audit = made_by.model_copy(update={"clock": Clock(quality=quality)})
    return SceneVerified(command=asked.command, source=source_ref(state.device), answers=[told], audit=audit)


def report(state: DeviceState, now: float) -> SourceReport:
    """How a device fares; its frames are its readings."""
    age = round(max(0.0, now - state.heard), 1) if state.ever else None
    known: Literal["lost", "ok", "starting"] = "ok" if state.ever else "starting"
    known = "lost" if state.silent else known
    return SourceReport(id=state.device.id, state=known, frames=state.readings, dropped=0, age_s=age)


def _incident(found: SituationFound, audit: Audit) -> Incident:
    device, rule = found.device, found.rule
    span = found.last - found.since
    return Incident(
        kind=rule.incident,
        code=code_of(rule.incident, device.part),
        state="cleared" if found.phase == "cleared" else "open",
        revision=found.revision,
        severity=rule.severity,
        reasons=list(found.reasons),
        since=utc(found.since),
        last_seen=utc(max(found.since, found.last)),
        observed_s=round(found.observed_s, 2),
        coverage=round(min(1.0, found.observed_s / span), 3) if span > 0.0 else 1.0,
        source=source_ref(device),
        place=device.place,
        rule=RuleRef(id=rule.id, kind=rule.kind, version=rule.version),
        location=location(device),
        readings=[_reading(each) for each in found.readings],
        audit=audit,
    )


def _reading(heard: Heard) -> Reading:
    return Reading(
        quantity=heard.quantity,
        value=heard.value,
        unit=QUANTITIES[heard.quantity].unit,
        at=utc(heard.at),
        device=heard.device,
        quality=heard.quality,
    )


def _health(found: SilenceFound, audit: Audit) -> SourceHealth:
    return SourceHealth(
        condition="silent",
        state=found.state,
        severity="high" if found.state == "raised" else "normal",
        since=utc(found.since),
        source=source_ref(found.device),
        reasons=[found.reason],
        audit=audit,
    )
