"""A stall: two things of it, or with a name and without, are left, or hardly anything is."""

from typing import Final

from edge.checks import reasons
from edge.checks.known import Known
from edge.checks.look import Look, Sight
from edge.checks.sights.covers import hidden, share_of
from edge.observation import Box

OF_IT: Final = 0.5  # of a thing's box on the ground of the stall
LEAST: Final = 2  # as the rule has it: with fewer it has been packed up


def read(known: Known, look: Look) -> Sight:
    """Goods flicker: while the situation is open, its own rule says when it is packed up."""
    named = [s.box for s in look.seen.sightings if s.group == "thing" and not s.moving]
    heaps = [r.box for r in look.seen.regions if r.state == "settled" and r.verdict in ("left", "young")]
    things = [box for box in named if share_of(box, known.box) >= OF_IT]
    firm = len(things) >= LEAST
    things += [box for box in heaps if share_of(box, known.box) >= OF_IT and not _known(box, things)]
    if len(things) >= LEAST:
        if known.ended is None:
            return Sight("same", reasons.still_there("stall", 1.0), firm=firm)
        return Sight("another", reasons.another_there("stall", 1.0), firm=firm)
    carriers = (s.box for s in look.seen.sightings if s.group != "thing")
    veil = hidden(known.box, look, carriers)
    if veil is not None:
        return veil
    return Sight("missed", reasons.not_gone()) if known.ended is None else Sight("clean", reasons.clean())


def _known(box: Box, things: list[Box]) -> bool:
    return any(share_of(thing, box) >= OF_IT for thing in things)
