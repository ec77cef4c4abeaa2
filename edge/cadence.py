"""How often a source wants to be looked at. Pure."""

from typing import Final

from edge.perception.glance import Ripening
from edge.settings import SourceSettings

# So many idle looks the ledger needs to know that a thing stands.
LOOKS: Final = 3


def interval(source: SourceSettings, ripening: Ripening) -> float:
    """Seconds between looks: `idle` while nothing ripens, else as the most hurried rule needs it.

    A rule that lets things stand for longer than it takes to know, at the idle pace, that they do is in no
    hurry about what may just pass.
    """
    fastest = 1.0 / source.sample
    slowest = max(fastest, source.idle)
    if ripening == "nothing":
        return slowest
    rules = [rule for zone in source.zones for rule in zone.rules]
    stands = ripening == "standing"
    paces = [rule.pace_s for rule in rules if stands or rule.lets_stand_s < LOOKS * slowest]
    return min(max(min(paces, default=slowest), fastest), slowest)
