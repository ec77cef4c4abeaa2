"""What one flight has seen of one place: how long it was empty, and what stood in the way. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from broker.events import Reason
from edge.flight import words
from edge.flight.pairs import CHI2_95, CHI2_999, Covariance, Point, distances
from edge.flight.tracks import Track
from edge.ground.spot import radius95
from edge.ground.view import disc

CLEAN_LOOKS: Final = 3
_MOST_WAYS: Final = 16
Word = Literal["away", "part", "hidden", "undecided", "stands", "near", "clean"]


@dataclass(frozen=True, slots=True)
class Target:
    """Ground that is looked at. covariance: of its place as this flight sees it; known: without the flight's
    own part, which things bring with them. groups: that count.

    relative: whether it is known in this flight's own places, so that other things are told apart by metres.
    """

    point: Point
    covariance: Covariance
    known: Covariance
    groups: tuple[str, ...]
    relative: bool
    place: str | None = None

    @property
    def radius_m(self) -> float:
        """Of the ground that has to be seen."""
        return radius95(self.covariance)


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. ground: that it shows, prepared; hidden: of which that is covered (the flight's plane).

    tracks: what is seen now. linked: tracks by number, that are taken for a known place.
    """

    ground: BaseGeometry
    hidden: BaseGeometry | None
    tracks: tuple[Track, ...]
    linked: Mapping[int, str]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = shapely.bounds(self.ground).tolist()
        return west, south, east, north


@dataclass(frozen=True, slots=True)
class Sight:
    """What a look says of a place. near: something is so close that the place cannot be called empty."""

    word: Word
    reason: Reason | None = None
    track: Track | None = None


def sight(target: Target, seen: Seen) -> Sight:
    """Of one place."""
    radius = target.radius_m
    around = disc(target.point, radius)
    if not shapely.intersects(seen.ground, around):
        return Sight("away")
    there = _there(target, seen)
    if there is not None:
        return there
    if not shapely.contains(seen.ground, around):
        return Sight("part", words.half_in_view(radius))
    if seen.hidden is not None and shapely.intersects(seen.hidden, around):
        return Sight("hidden", words.hidden())
    return Sight("clean")


def _there(target: Target, seen: Seen) -> Sight | None:
    """The nearest thing that may be it. What moves is none; what is known to be another is none either."""
    tracks = [track for track in seen.tracks if track.group in target.groups and not track.moving]
    tracks = [track for track in tracks if not _another(target, seen, track)]
    if not tracks:
        return None
    zero = (0.0, 0.0, 0.0)
    theirs = [zero if target.relative else track.covariance for track in tracks]
    away = distances([target.point], [target.known], [track.point for track in tracks], theirs)[0]
    n = int(np.argmin(away))
    if away[n] > CHI2_999 and seen.linked.get(tracks[n].number) != target.place:
        return None
    return _called(target, tracks[n], bool(away[n] <= CHI2_95) or target.place is not None)


def _called(target: Target, track: Track, fits: bool) -> Sight:
    if not track.stands:
        return Sight("undecided", words.undecided(track.label), track)
    metres = shapely.distance(shapely.Point(target.point), shapely.Point(track.point))
    reason = words.stands_there(track.label, round(float(metres), 2), round(target.radius_m, 2))
    return Sight("stands" if fits else "near", reason, track)


def _another(target: Target, seen: Seen, track: Track) -> bool:
    known = seen.linked.get(track.number)
    return target.relative and known is not None and known != target.place


@dataclass(slots=True)
class Watch:
    """clean_s, looks: seen empty. seen: UTC of the last look that saw the place itself. ways: seconds by
    reason. stood_s: seconds in which something stood there.
    """

    clean_s: float = 0.0
    looks: int = 0
    was_clean: bool = False
    in_view: bool = False
    tried_s: float = 0.0
    tried: int = 0
    stood_s: float = 0.0
    seen: float | None = None
    ways: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def take(self, found: Sight, now: float, dt: float, most_s: float) -> None:
        """One look. most_s: what the time since the look before counts at most."""
        was, self.was_clean, self.in_view = self.was_clean, found.word == "clean", found.word != "away"
        if not self.in_view:
            return
        self.tried_s, self.tried = self.tried_s + dt, self.tried + 1
        if found.word in ("clean", "stands", "near", "undecided"):
            self.seen = now
        if found.word == "clean":
            self.clean_s += min(dt, most_s) if was else 0.0
            self.looks += 1
        elif found.word in ("stands", "near"):
            self.clean_s, self.looks = 0.0, 0
            self.stood_s += dt
        if found.reason is not None:
            self.way(found.reason, dt)

    def blind(self, why: Reason, dt: float) -> None:
        """A look that proves nothing; it was in view before."""
        self.was_clean = False
        if self.in_view:
            self.tried_s, self.tried = self.tried_s + dt, self.tried + 1
            self.way(why, dt)

    def way(self, why: Reason, dt: float) -> None:
        """What stood in the way for so long."""
        if why.code in self.ways or len(self.ways) < _MOST_WAYS:
            self.ways[why.code] = self.ways.get(why.code, 0.0) + dt
            self.texts[why.code] = why.text

    def enough(self, needed_s: float) -> bool:
        """Whether it was seen empty for long enough."""
        return self.clean_s >= needed_s - 1e-6 and self.looks >= CLEAN_LOOKS

    def why_not(self, needed_s: float) -> tuple[Reason, ...]:
        """What stood in the way most of the time, then how it was tried."""
        told = words.tried(self.tried_s, self.tried, self.ways)
        short = words.not_long_enough(self.clean_s, self.looks, needed_s)
        if not self.ways or (self.looks and self.clean_s >= max(self.ways.values())):
            return short, told
        code = max(self.ways, key=lambda way: self.ways[way])
        first = Reason(code=code, text=self.texts[code])
        return (first, short, told) if self.looks else (first, told)

    def dump(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)
