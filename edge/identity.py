"""Sources, zones and rules as events name them."""

from broker.events import Audit, Location, Point, RuleRef, SourceRef, ZoneRef
from edge.incidents import Context
from edge.settings import RuleSettings, SourceSettings, ZoneSettings


def source_ref(source: SourceSettings) -> SourceRef:
    """The camera; films and folders stand for one."""
    return SourceRef(id=source.id, kind="camera", name=source.name, asset=source.asset)


def source_location(source: SourceSettings) -> Location | None:
    """Where the source is said to look, until something is calibrated."""
    if (position := source.position) is None:
        return None
    point = Point(type="Point", coordinates=(position.lon, position.lat))
    return Location(geometry=point, accuracy_m=position.accuracy_m, method="source_position")


def context(source: SourceSettings, zone: ZoneSettings, rule: RuleSettings, audit: Audit) -> Context:
    """What is the same for every incident of one rule."""
    return Context(
        kind=rule.incident,
        source=source_ref(source),
        zone=ZoneRef(id=zone.id, version=zone.version, name=zone.name),
        rule=RuleRef(id=rule.name, kind=rule.kind, version=rule.version),
        audit=audit,
        place=source.place,
        location=source_location(source),
        plan=source.ground.plan if source.ground else None,
    )
