"""From a rule's finding to the contract's incident: words and figures only, nothing is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from broker.codes import code_of
from broker.events import (
    Audit,
    Evidence,
    Incident,
    Location,
    ObjectCount,
    Polygon,
    RuleRef,
    SourceRef,
    ZoneRef,
)
from broker.fields import utc
from edge.geometry import footprint
from edge.ground.fixed import on_ground
from edge.ground.plan import Plan
from edge.groups import group_of, label_word
from edge.observation import Box, View
from edge.places import Finding
from edge.viewwords import trust_of


@dataclass(frozen=True, slots=True)
class Context:
    """What is the same for every finding of one rule: the kind it opens, who looked, where, by which rule."""

    kind: str
    source: SourceRef
    zone: ZoneRef
    rule: RuleRef
    audit: Audit
    place: str | None = None
    location: Location | None = None
    plan: Plan | None = None
    severity: Literal["low", "normal", "high"] = "normal"


def incident(
    finding: Finding,
    context: Context,
    *,
    utc_minus_t: float,
    evidence: Sequence[Evidence],
    view: View = View(),  # noqa: B008 - frozen
) -> Incident:
    """The incident of a finding. utc_minus_t: seconds that turn its monotonic times into UTC."""
    place = finding.place
    box = _clipped(place.box)
    return Incident(
        kind=context.kind,
        code=code_of(context.kind),
        state=_state(finding),
        revision=finding.revision,
        severity=context.severity,
        reasons=list(finding.reasons),
        since=utc(place.since + utc_minus_t),
        last_seen=utc(max(place.since, place.last_seen) + utc_minus_t),
        observed_s=round(place.observed_s, 2),
        coverage=round(place.coverage, 3),
        source=context.source,
        place=context.place,
        zone=context.zone,
        rule=context.rule,
        box=box,
        footprint=[(round(x, 5), round(y, 5)) for x, y in footprint(box)],
        location=_location(context, box),
        objects=_objects(finding),
        trust=trust_of(view),
        evidence=list(evidence),
        audit=context.audit,
    )


def _state(finding: Finding) -> Literal["open", "occluded", "cleared"]:
    if finding.phase == "cleared":
        return "cleared"
    return "occluded" if finding.place.state == "occluded" else "open"


def _location(context: Context, box: Box) -> Location | None:
    """Of the thing itself where the camera's ground is known, else of all that the camera sees."""
    foot = None if context.plan is None else on_ground(context.plan, footprint(box))
    if foot is None:
        return context.location
    places, accuracy = foot
    shape = Polygon(type="Polygon", coordinates=[[*places, places[0]]])
    return Location(geometry=shape, accuracy_m=round(accuracy, 2), method="calibrated")


def _clipped(box: Box) -> Box:
    x1, y1, x2, y2 = (round(min(1.0, max(0.0, value)), 5) for value in box)
    return (x1, y1, x2, y2)


def _objects(finding: Finding) -> list[ObjectCount]:
    """What a group consists of, else the one thing of the place."""
    place = finding.place
    listed = finding.objects or ((place.label, 1, place.score),)
    return [_object(label, place.group, count, score) for label, count, score in listed]


def _object(given: str, group: str, count: int, score: float) -> ObjectCount:
    """Things under their own label, or under their group's where a label may not be written."""
    word = label_word(given)
    label = word if group_of(word) else group
    return ObjectCount(label=label, count=count, score=round(min(1.0, max(0.0, score)), 3))
