"""A thing that was left on the ground: the ground's own picture knows whether it is clean."""

from typing import Final

from edge.checks import reasons
from edge.checks.known import Known
from edge.checks.look import Look, Sight
from edge.checks.sights.covers import hidden
from edge.checks.sights.dwell import STAMP_S
from edge.geometry import area, overlap
from edge.observation import StaticRegion

ON_IT: Final = 0.3  # of the smaller box


def read(known: Known, look: Look) -> Sight:
    """Ground that was learnt after the thing was last seen may hold it; then its look says nothing."""
    for region in look.seen.regions:
        if (sight := _of(region, known, look)) is not None:
            return sight
    veil = hidden(known.box, look, (s.box for s in look.seen.sightings))
    if veil is not None:
        return veil
    if known.ended is None:
        return Sight("missed", reasons.not_gone())
    if look.proof.ground_since is None:
        return Sight("hidden", reasons.ground_unknown())
    if look.proof.ground_since > known.last_seen or not known.seen_empty:
        return Sight("unsure", reasons.learnt_anew("ground"))
    return Sight("clean", reasons.clean())


def _of(region: StaticRegion, known: Known, look: Look) -> Sight | None:
    """What a region says of the place; None where it is not there, or no thing."""
    if overlap(region.box, known.box) < ON_IT * max(min(area(region.box), area(known.box)), 1e-9):
        return None
    if region.state == "covered":
        return Sight("hidden", reasons.occluded(1.0))
    if region.state != "settled":
        return None
    if region.verdict == "left":
        began = region.since + look.seen.utc - look.seen.t
        score = min(1.0, max(0.0, region.unlike))
        if began <= known.last_seen + STAMP_S:
            return Sight("same", reasons.still_there("thing", score))
        return Sight("another", reasons.another_there("thing", score))
    if region.verdict in ("explained", "alive"):
        return Sight("hidden", reasons.occluded(1.0))
    if region.verdict == "young":
        return Sight("unclear", reasons.undecided("the ground is changed"))
    return None
