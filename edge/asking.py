"""Asks the rules of a source at a look, so that one real thing is told once. Pure but for its log."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from typing_extensions import TypeIs

from edge.geometry import area, overlap
from edge.observation import Observation, StaticRegion
from edge.places import Finding, Place
from edge.rule import Held, Holder, Rule
from edge.steps import Lookout

log = logging.getLogger(__name__)

WITHIN: Final = 0.5  # of what lies there: on the ground that is held
BEFORE_S: Final = 10.0  # changed ground is noticed before a detector is sure of a name


def findings(
    lookouts: Sequence[Lookout], seen: Observation, places: Sequence[Place]
) -> Iterator[tuple[Lookout, Finding]]:
    """What each rule finds, rule by rule in their order.

    A rule that holds things as its own decides first; for the others in its zone they are explained.
    """
    holders = [(lookout, lookout.rule) for lookout in lookouts if _holds(lookout.rule)]
    own = {lookout.key: _found(lookout, seen, places) for lookout, _ in holders}
    for lookout in lookouts:
        found = own.get(lookout.key)
        if found is None:
            near = [rule for other, rule in holders if other.zone.id == lookout.zone.id]
            held = [ground for rule in near for ground in rule.held()]
            found = _found(lookout, explained(seen, held), places)
        yield from ((lookout, finding) for finding in found)


def _holds(rule: Rule) -> TypeIs[Holder]:
    """Asked at every look of every rule, and `isinstance` of a protocol takes twenty times as long."""
    return hasattr(rule, "held")


def explained(seen: Observation, held: Sequence[Held]) -> Observation:
    """The look with what lies on held ground explained. What lay there long before is a thing of its own."""
    if not held:
        return seen
    regions = tuple(
        replace(region, verdict="explained") if any(_on(region, ground) for ground in held) else region
        for region in seen.regions
    )
    return replace(seen, regions=regions) if regions != seen.regions else seen


def _on(region: StaticRegion, ground: Held) -> bool:
    if region.verdict != "left" or region.since < ground.since - BEFORE_S:
        return False
    return overlap(region.box, ground.box) >= WITHIN * area(region.box)


def _found(lookout: Lookout, seen: Observation, places: Sequence[Place]) -> Sequence[Finding]:
    try:
        return lookout.rule.step(seen, places)
    except Exception:  # what the other rules found is told already, as far as they know
        log.exception("source %s: the rule %s failed at this look", seen.source, lookout.key)
        return ()
