"""A thing that stood too long: the place ledger knows whether it, or another of its group, stands there."""

from collections.abc import Iterator
from typing import Final

from edge.checks import reasons
from edge.checks.known import Known
from edge.checks.look import Look, Sight
from edge.checks.sights.covers import COVER, hidden, share_of
from edge.geometry import area, footprint, iou, overlap
from edge.observation import Box, Sighting
from edge.places import Place

ON_GROUND: Final = 0.4  # of the smaller footprint: both cannot stand there
THE_SPOT: Final = 0.5  # IoU from which a sighting lies as the thing lay
STAMP_S: Final = 2.0  # UTC follows the clock; a thing that began later than that came later


def read(known: Known, look: Look) -> Sight:
    """The ledger's places first, then bare sightings, then what may hide the place."""
    here = [place for place in look.places if place.state != "cleared" and _on_it(known, place)]
    for place in sorted(here, key=lambda place: -iou(place.box, known.box)):
        if place.state == "confirmed" and place.last_seen >= look.seen.t:
            return _stands(known, place, look)
        if place.state == "occluded":
            return Sight("hidden", reasons.occluded(_covered(place)))
        return Sight("missed", reasons.not_gone())
    return _bare(known, look)


def same_ground(a: Box, b: Box) -> bool:
    """Whether two things of one group would stand on the same ground."""
    one, two = _foot(a), _foot(b)
    return overlap(one, two) >= ON_GROUND * max(min(area(one), area(two)), 1e-9)


def _foot(box: Box) -> Box:
    corners = footprint(box)
    return (*corners[0], *corners[2])


def _on_it(known: Known, place: Place) -> bool:
    return place.group == known.group and same_ground(known.box, place.box)


def _stands(known: Known, place: Place, look: Look) -> Sight:
    like = (s.box for s in look.seen.sightings if s.group == place.group)
    sighted = any(iou(box, place.box) >= THE_SPOT for box in like)
    if place.since + look.seen.utc - look.seen.t <= known.last_seen + STAMP_S:
        return Sight("same", reasons.still_there(place.label, place.score), firm=sighted)
    return Sight("another", reasons.another_there(place.label, place.score), firm=sighted)


def _covered(place: Place) -> float:
    """How much of it, as the ledger says."""
    values = (place.reasons[-1].values if place.reasons else None) or {}
    return values.get("share", 1.0)


def _bare(known: Known, look: Look) -> Sight:
    """No place of the ledger lies there."""
    like = [s for s in look.seen.sightings if s.group == known.group and same_ground(known.box, s.box)]
    if any(s.moving is False or (s.moving is None and iou(s.box, known.box) >= THE_SPOT) for s in like):
        return Sight("unclear", reasons.undecided(f"a {like[0].label} is seen"))
    if like:
        return Sight("hidden", reasons.passing())
    veil = hidden(known.box, look, _before(known, look))
    if veil is not None:
        return veil
    return Sight("missed", reasons.not_gone()) if known.ended is None else Sight("clean", reasons.clean())


def _before(known: Known, look: Look) -> Iterator[Box]:
    """Things that may hide the place; not those that stood there already while the thing was still seen."""
    utc_minus_t = look.seen.utc - look.seen.t
    old = [p.box for p in look.places if p.since + utc_minus_t <= known.last_seen and p.state != "cleared"]
    return (s.box for s in look.seen.sightings if not _one_of(s, old) and share_of(known.box, s.box) >= COVER)


def _one_of(sighting: Sighting, boxes: list[Box]) -> bool:
    return any(iou(sighting.box, box) >= THE_SPOT for box in boxes)
