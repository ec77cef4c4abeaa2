"""From what the book of flights found to the contract's events, and a drone as events name it. Pure."""

from collections.abc import Sequence
from typing import Any

import shapely

from broker.codes import code_of
from broker.events import (
    AnyEvent,
    Audit,
    Clock,
    ClockQuality,
    Evidence,
    Flight,
    Incident,
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    Location,
    ObjectCount,
    Point,
    Polygon,
    Reason,
    SceneAnswer,
    SceneVerification,
    SceneVerified,
    SourceRef,
)
from broker.fields import utc
from broker.messages import SourceAbout, ZoneAbout
from edge.deck.flightlog import Comes
from edge.deck.looks import Standpoint
from edge.deck.settings import ConfiguredGroundZone, FlightSettings
from edge.drafts import Draft
from edge.flight.found import FlightAnswer, FlightFinding
from edge.geometry import footprint
from edge.groups import group_of, label_word

EVENTS: dict[str, type[AnyEvent]] = {
    "opened": IncidentOpened,
    "updated": IncidentUpdated,
    "cleared": IncidentCleared,
}


def source_ref(settings: FlightSettings) -> SourceRef:
    """The drone."""
    return SourceRef(id=settings.id, kind="drone", name=settings.name, asset=settings.asset)


def flight_of(name: str, comes: Comes, here: Standpoint | None) -> Flight:
    """The pass, and from where it looked."""
    if here is None:
        return Flight(id=name, telemetry=comes)
    yaw = here.aim.yaw
    return Flight(
        id=name,
        height_above_ground_m=round(here.aim.height, 2),
        heading_deg=None if yaw is None else round(yaw % 360.0, 1) % 360.0,
        gimbal_pitch_deg=round(here.aim.pitch, 1),
        telemetry=comes,
    )


def incident(
    found: FlightFinding,
    settings: FlightSettings,
    flight: Flight | None,
    evidence: Sequence[Evidence],
    more: Sequence[Reason],
    audit: Audit,
) -> Draft:
    """The event of a finding. Raises pydantic.ValidationError for what may not be written."""
    shown = found.shown
    box = None if shown is None or shown.box is None else shown.box
    spot = found.spot
    here = Point(type="Point", coordinates=(round(spot.longitude, 7), round(spot.latitude, 7)))
    label = label_word(found.label)
    data = Incident(
        kind=found.kind,
        code=code_of(found.kind),
        state="cleared" if found.phase == "cleared" else "open",
        revision=found.revision,
        severity=found.severity,
        reasons=[*found.reasons, *more],
        since=utc(found.since),
        last_seen=utc(max(found.since, found.last_seen)),
        observed_s=round(found.observed_s, 2),
        coverage=round(min(1.0, found.coverage), 3),
        source=source_ref(settings),
        place=settings.place,
        zone=found.zone,
        rule=found.rule,
        box=box,
        footprint=None if box is None else [(round(x, 5), round(y, 5)) for x, y in footprint(box)],
        location=Location(
            geometry=here, accuracy_m=round(max(spot.accuracy_m, 0.01), 2), method="flight_log"
        ),
        objects=[
            ObjectCount(
                label=label if group_of(label) else found.group,
                count=1,
                score=round(min(1.0, found.score), 3),
            )
        ],
        flight=flight,
        evidence=list(evidence),
        audit=audit,
    )
    return Draft(EVENTS[found.phase], found.situation, found.at, data)


def answered(
    answer: FlightAnswer,
    settings: FlightSettings,
    flight: Flight | None,
    evidence: Sequence[Evidence],
    more: Sequence[Reason],
    audit: Audit,
    at: float,
) -> Draft:
    """The answer about one situation."""
    said = SceneAnswer(
        situation=answer.ask.situation,
        outcome=answer.outcome,
        reasons=[*answer.reasons, *more],
        seen=None if answer.seen is None else utc(answer.seen),
        evidence=list(evidence),
    )
    data = SceneVerified(
        command=answer.ask.command,
        source=source_ref(settings),
        answers=[said],
        flight=flight,
        audit=audit,
    )
    return Draft(SceneVerification, settings.id, at, data)


def audited(made_by: Audit, quality: ClockQuality) -> Audit:
    """With the clock of this moment."""
    return made_by.model_copy(update={"clock": Clock(quality=quality)})


def about(settings: FlightSettings) -> SourceAbout:
    """The drone, and where it looks for what."""
    return SourceAbout(
        source=source_ref(settings),
        place=settings.place,
        zones=[_zone(zone) for zone in settings.zones[:256]],
    )


def _zone(zone: ConfiguredGroundZone) -> ZoneAbout:
    kinds = sorted({rule.incident for rule in zone.rules})
    return ZoneAbout(id=zone.id, version=zone.version, name=zone.name, ground=_polygon(zone), kinds=kinds)


def area_of(zone: ConfiguredGroundZone) -> dict[str, Any]:
    """Its bare geometry."""
    inner = zone.ground.get("geometry") if zone.ground.get("type") == "Feature" else zone.ground
    return dict(inner or {})


def _polygon(zone: ConfiguredGroundZone) -> Polygon:
    """Its outline; of several parts, or of one with very many corners, the outline around all of them."""
    found = shapely.geometry.shape(area_of(zone))
    if not isinstance(found, shapely.Polygon) or _corners(found) > 512:
        found = shapely.simplify(found.convex_hull, 1e-6)
    if not isinstance(found, shapely.Polygon):
        raise ValueError(f"zone {zone.id} has no area")
    rings = [found.exterior, *found.interiors][:16]
    return Polygon(type="Polygon", coordinates=[[(x, y) for x, y, *_ in ring.coords] for ring in rings])


def _corners(shape: shapely.Polygon) -> int:
    return max(len(ring.coords) for ring in (shape.exterior, *shape.interiors))
