"""Which drones look at a place when they fly, by what their nodes tell of them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, hypot, radians
from typing import TYPE_CHECKING, Any

from broker.events import Location
from broker.messages import About, SourceAbout
from central.correlation.bonds import Kinds
from central.correlation.sightings import Spot
from central.grid.degrees import METRES_PER_DEGREE

if TYPE_CHECKING:  # what draws outlines takes a while to load, and few commands need it
    from shapely.geometry.base import BaseGeometry

MOST_DRONES = 8  # that are asked for one ticket


@dataclass(frozen=True)
class Ground:
    """Where a drone looks. kinds: what it looks for there, none: whatever it finds. margin_m: around it."""

    geometry: Any
    kinds: frozenset[str]
    margin_m: float = 0.0

    @cached_property
    def shape(self) -> "BaseGeometry":
        """In degrees, mended where the outline crosses itself."""
        import shapely

        found: BaseGeometry = shapely.make_valid(shapely.geometry.shape(self.geometry))
        return found


@dataclass(frozen=True)
class Drone:
    """A drone of a node. grounds: none where it did not tell any."""

    node: str
    source: str
    grounds: tuple[Ground, ...] = ()


def drones_of(node: str, about: About) -> list[Drone]:
    """The drones that a node tells of."""
    flying = [each for each in about.sources if each.source.kind == "drone"]
    return [Drone(node, each.source.id, tuple(_grounds(each))) for each in flying]


def over(drones: Iterable[Drone], spot: Spot, kind: str, kinds: Kinds) -> list[Drone]:
    """Those whose ground holds the place, within what is known of both, and that look for such a thing."""
    found = [each for each in drones if any(_holds(ground, spot, kind, kinds) for ground in each.grounds)]
    return sorted(found, key=lambda each: (each.node, each.source))[:MOST_DRONES]


def _grounds(about: SourceAbout) -> Iterable[Ground]:
    """Its zones on the ground; without any, where it is said to be."""
    zones = [zone for zone in about.zones if zone.ground is not None]
    for zone in zones:
        yield Ground(zone.ground.model_dump(), frozenset(zone.kinds))  # type: ignore[union-attr]
    if not zones and about.location is not None:
        yield _around(about.location, about.kinds or ())


def _around(location: Location, kinds: Sequence[str]) -> Ground:
    return Ground(location.geometry.model_dump(), frozenset(kinds), location.accuracy_m)


def _holds(ground: Ground, spot: Spot, kind: str, kinds: Kinds) -> bool:
    if ground.kinds and kinds.family(kind) not in {kinds.family(each) for each in ground.kinds}:
        return False
    margin_m = ground.margin_m + spot.accuracy_m
    return _box_m(ground, spot) <= margin_m and _shape_m(ground, spot) <= margin_m


def _box_m(ground: Ground, spot: Spot) -> float:
    """Metres to the box around the ground: never more than to the ground, and soon counted."""
    west, south, east, north = ground.shape.bounds
    beside = max(west - spot.longitude, spot.longitude - east, 0.0) * cos(radians(spot.latitude))
    return METRES_PER_DEGREE * hypot(beside, max(south - spot.latitude, spot.latitude - north, 0.0))


def _shape_m(ground: Ground, spot: Spot) -> float:
    import shapely

    from central.grid.plane import Plane

    flat = Plane(spot.longitude, spot.latitude).flat(ground.shape)
    return float(shapely.distance(flat, shapely.Point(0, 0)))
