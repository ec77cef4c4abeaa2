"""How often a source wants to be looked at. Pure."""

from edge.settings import SourceSettings


def interval(source: SourceSettings, *, ripening: bool) -> float:
    """Seconds between looks: `idle` while nothing ripens, else as the most hurried rule needs it."""
    fastest = 1.0 / source.sample
    slowest = max(fastest, source.idle)
    if not ripening:
        return slowest
    paces = [rule.pace_s for zone in source.zones for rule in zone.rules]
    return min(max(min(paces, default=slowest), fastest), slowest)
