"""Which things stand beside each other, and whether together they are a stall."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import Final

from edge.geometry import area, overlap
from edge.observation import Box, StaticRegion
from edge.places import Place
from edge.stalls.spots import Spot
from edge.stalls.words import SHELTERS

OWN: Final = 0.5  # of what lies there under a thing with a name: it is that thing
HEAPS_MAX: Final = 2  # light makes more of them than there are
WITHIN: Final = 0.7  # of the smaller of two boxes of one label: one thing, boxed twice


@dataclass
class Gathering:
    """Things linked together: spots, then what stands with them without linking others.

    carriers: standing vehicles and cycles. heaps: static regions that nobody can name.
    """

    spots: list[Spot]
    carriers: list[Place] = field(default_factory=list)
    heaps: list[StaticRegion] = field(default_factory=list)

    @property
    def box(self) -> Box:
        """Around all of it but the vehicles: their box says where they stand, not the trade."""
        boxes = [spot.box for spot in self.spots] + [heap.box for heap in self.heaps]
        return around(boxes or [place.box for place in self.carriers])

    @property
    def oldest(self) -> Spot:
        """The thing that was put down first."""
        return min(self.spots, key=lambda spot: (spot.since, spot.id))

    @property
    def key(self) -> str:
        """Of its place: the id of its oldest thing, or of what is a stall by itself."""
        return (self.stall or self.oldest).id

    @property
    def names(self) -> set[str]:
        """Ids of its spots."""
        return {spot.id for spot in self.spots}

    @cached_property
    def distinct(self) -> list[Spot]:
        """Its things, each once, in the smallest box: an umbrella is boxed with and without what is under it.

        Kept: `spots` does not change once it is gathered.
        """
        kept: list[Spot] = []
        for spot in sorted(self.spots, key=lambda s: (area(s.box), s.id)):
            if not any(_same(spot, other) for other in kept):
                kept.append(spot)
        return sorted(kept, key=lambda s: (s.since, s.id))

    @property
    def carried(self) -> bool:
        """Whether a vehicle that stands there is of it: not for one bag that somebody put down by a car."""
        own = self.distinct
        return bool(self.carriers) and (len(own) >= 2 or bool(self.nameless) or own[0].role != "goods")

    @property
    def beside(self) -> int:
        """What counts besides its things: a vehicle or cycle, and what lies there without a name."""
        return int(self.carried) + len(self.nameless)

    def shelter(self, minded: float) -> Spot | None:
        """An umbrella or tent that stands by itself, with somebody by it for less than that share."""
        own = (spot for spot in self.distinct if spot.label in SHELTERS and spot.company < minded)
        return next(own, None)

    @property
    def nameless(self) -> list[StaticRegion]:
        """What lies there and is none of the things that have a name; the largest are enough."""
        others = [heap for heap in self.heaps if not any(_is(heap, spot) for spot in self.distinct)]
        return sorted(others, key=lambda heap: (-heap.area, heap.id))[:HEAPS_MAX]

    @property
    def company(self) -> float:
        """Share of the looks in which somebody stands by it."""
        return max((spot.company for spot in self.spots), default=0.0)

    @property
    def stall(self) -> Spot | None:
        """The thing that a custom model calls a stall, if there is one."""
        return next((spot for spot in self.spots if spot.role == "stall"), None)

    def objects(self) -> tuple[tuple[str, int, float], ...]:
        """Labels with their number and median score, most of all first."""
        scores: dict[str, list[float]] = {}
        for spot in self.distinct:
            scores.setdefault(spot.label, []).append(median(spot.scores))
        for place in self.carriers if self.carried else ():
            scores.setdefault(place.label, []).append(place.score)
        rows = [(label, len(own), round(median(own), 3)) for label, own in scores.items()]
        return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


def _is(heap: StaticRegion, spot: Spot) -> bool:
    """Whether what lies there without a name is a thing that has one."""
    return overlap(heap.box, spot.box) >= OWN * area(heap.box)


def _same(a: Spot, b: Spot) -> bool:
    if a.label != b.label or (shared := overlap(a.box, b.box)) == 0.0:
        return False
    return shared >= WITHIN * min(area(a.box), area(b.box))


def around(boxes: Sequence[Box]) -> Box:
    """The box around some boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def gathered(
    spots: Sequence[Spot],
    carriers: Sequence[Place],
    heaps: Sequence[StaticRegion],
    reach: float,
    aspect: float,
) -> list[Gathering]:
    """Groups of settled things, each at most `reach` sizes from another; then what stands by a group."""
    groups = [Gathering(list(group)) for group in _linked(spots, reach, aspect)]
    for place in carriers:
        if (near := _nearest(place.box, groups, reach, aspect)) is not None:
            near.carriers.append(place)
    for heap in heaps:
        if (near := _nearest(heap.box, groups, reach, aspect)) is not None:
            near.heaps.append(heap)
    return groups


def _linked(spots: Sequence[Spot], reach: float, aspect: float) -> Iterator[list[Spot]]:
    left = sorted(spots, key=lambda spot: (spot.since, spot.id))
    while left:
        group, edge = [left.pop(0)], 0
        while edge < len(group):
            here = group[edge]
            near = [other for other in left if near_by(here.box, other.box, reach, aspect)]
            group += near
            left = [other for other in left if other not in near]
            edge += 1
        yield group


def _nearest(box: Box, groups: Sequence[Gathering], reach: float, aspect: float) -> Gathering | None:
    gaps = [
        (min(gap(box, spot.box, aspect) for spot in group.spots), index)
        for index, group in enumerate(groups)
        if any(near_by(box, spot.box, reach, aspect) for spot in group.spots)
    ]
    return groups[min(gaps)[1]] if gaps else None


def near_by(a: Box, b: Box, reach: float, aspect: float) -> bool:
    """Whether the gap is within `reach` times the mean size; the mean of a van and a bag is between them."""
    return gap(a, b, aspect) <= reach * math.sqrt(_length(a, aspect) * _length(b, aspect))


def gap(a: Box, b: Box, aspect: float) -> float:
    """Between two boxes, in heights of the picture; 0 where they meet."""
    aside = max(a[0] - b[2], b[0] - a[2], 0.0) * aspect
    return math.hypot(aside, max(a[1] - b[3], b[1] - a[3], 0.0))


def _length(box: Box, aspect: float) -> float:
    return max((box[2] - box[0]) * aspect, box[3] - box[1], 1e-6)


def meets(group: Gathering, ground: Box) -> bool:
    """Whether it stands mostly on that ground, or that ground lies mostly within it."""
    box = group.box
    return overlap(box, ground) >= 0.5 * max(1e-9, min(area(box), area(ground)))
