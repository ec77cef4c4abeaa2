"""Whether a source can still look at the place of a situation that it told."""

from broker.events import Reason
from edge.checks import reasons
from edge.checks.known import Known
from edge.settings import SourceSettings


def misfit(known: Known, source: SourceSettings) -> Reason | None:
    """Why it cannot, if so: its box may be another place now."""
    zones = [zone for zone in source.zones if (zone.id, zone.version) == (known.zone, known.version)]
    if not zones:
        return reasons.plain("zone_changed")
    if known.rule == "left" and not any(rule.of_ground for rule in zones[0].rules):
        return reasons.plain("rule_gone")
    return None
