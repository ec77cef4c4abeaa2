"""Could a decision hang on the next look? Sightings and places near the zones are compared. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from edge.observation import Sighting, StaticRegion
from edge.perception.boxes import Array, array_of, intersections, ious
from edge.perception.glance import Ripening
from edge.places import Place

SETTLED = 0.5  # IoU from which a sighting is that of a confirmed place
# What has stood for so long without becoming anything (a sign that is taken for a car) is no cause to hurry.
HURRY_S = 60.0

Thing = TypeVar("Thing", Sighting, Place)


@dataclass(frozen=True, slots=True)
class Ripe:
    """What is undecided: sightings that are no confirmed place yet, and open places that are not sighted."""

    sightings: tuple[Sighting, ...]
    places: tuple[Place, ...]

    def __bool__(self) -> bool:
        return bool(self.sightings or self.places)

    @property
    def stands(self) -> bool:
        """Whether any of it is known to stand, or stood. Traffic passes, and a first sight says nothing."""
        return bool(self.places) or any(sighting.moving is False for sighting in self.sightings)


class Hurry:
    """What to call it, look after look: `standing` for a while at most."""

    def __init__(self) -> None:
        self._since: float | None = None

    def word(self, t: float, *, ripens: bool, stands: bool) -> Ripening:
        """In order of time; a step back starts afresh."""
        if not stands:
            self._since = None
            return "something" if ripens else "nothing"
        if self._since is None or t < self._since:
            self._since = t
        return "standing" if t - self._since <= HURRY_S else "something"


@dataclass(frozen=True, slots=True)
class Watched:
    """Where and what may ripen. zones: (N, 4) boxes, none for everywhere. groups: none for all."""

    zones: Array
    groups: tuple[str, ...] = ()

    def ripe(self, sightings: Sequence[Sighting], places: Sequence[Place]) -> Ripe:
        """What a decision hangs on."""
        seen, standing = self._of(sightings), self._of(open_places(places))
        groups = np.array(
            [[s.group == p.group and p.state != "candidate" for p in standing] for s in seen], bool
        )
        overlaps = ious(array_of([s.box for s in seen]), array_of([p.box for p in standing]))
        match = (overlaps >= SETTLED) & groups.reshape(overlaps.shape)
        new, missed = ~match.any(axis=1), ~match.any(axis=0)
        return Ripe(
            tuple(s for s, undecided in zip(seen, new, strict=True) if undecided),
            tuple(p for p, undecided in zip(standing, missed, strict=True) if undecided),
        )

    def _of(self, things: Sequence[Thing]) -> list[Thing]:
        return _near([one for one in things if not self.groups or one.group in self.groups], self.zones)


def open_places(places: Sequence[Place]) -> list[Place]:
    """Those that are not cleared."""
    return [place for place in places if place.state != "cleared"]


def settling(regions: Sequence[StaticRegion]) -> bool:
    """Whether the next look may decide about something that lies there."""
    return any(region.state == "settled" and region.verdict == "young" for region in regions)


def _near(things: Sequence[Thing], zones: Array) -> list[Thing]:
    """The things that lie within their own size of a zone; all of them where there are no zones."""
    if not len(zones):
        return list(things)
    boxes = array_of([thing.box for thing in things])
    size = boxes[:, 2:] - boxes[:, :2]
    reach = np.hstack([boxes[:, :2] - size, boxes[:, 2:] + size])
    near = np.flatnonzero((intersections(reach, zones) > 0).any(axis=1)).tolist()
    return [things[index] for index in near]
