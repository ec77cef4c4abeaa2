"""What is known of the ground before a fixed camera, as people write it down, and what follows from it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

import shapely
from pydantic import Field, ValidationError, model_validator
from typing_extensions import Self

from broker.fields import Unit
from broker.settings import Settings
from edge.ground.plan import Pair, Plan, plan_of

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-85, le=85)]
Position = tuple[Longitude, Latitude]
NONE: Final[Mapping[str, Any]] = MappingProxyType({"points": []})
PLACES = 5  # decimals of a share of the picture


class KnownPoint(Settings):
    """A point that is known in the picture (shares of it) and on the ground (longitude, latitude, WGS84)."""

    picture: tuple[Unit, Unit]
    position: Position


class PlanSettings(Settings):
    """At least four points of flat ground, no three of four in one line; more of them show the error."""

    points: Annotated[list[KnownPoint], Field(min_length=4, max_length=64)]

    @model_validator(mode="after")
    def _makes_a_plan(self) -> Self:
        _ = self.plan
        return self

    @property
    def plan(self) -> Plan:
        """What the points come to."""
        pairs: tuple[Pair, ...] = tuple((point.picture, point.position) for point in self.points)
        return plan_of(pairs)


def drawn(source: Any) -> Any:
    """A source's settings as written, with outlines in the picture for zones that are given on the ground.

    Points that are given and empty are no calibration: so it is taken away, whoever wrote it. Raises
    ValueError for a zone that the picture does not show.
    """
    if isinstance(source, dict) and source.get("ground") == NONE:
        source = {**source, "ground": None}
    if not isinstance(source, dict) or not isinstance(source.get("zones"), list) or not source.get("ground"):
        return source
    try:
        plan = PlanSettings.model_validate(source["ground"]).plan
    except ValidationError:  # told at its own place
        return source
    zones = [_drawn(plan, zone, f"zones[{index}].ground") for index, zone in enumerate(source["zones"])]
    return {**source, "zones": zones}


def _drawn(plan: Plan, zone: Any, where: str) -> Any:
    if not isinstance(zone, dict) or zone.get("polygon") is not None:
        return zone
    try:
        places = [(float(lon), float(lat)) for lon, lat in zone["ground"]]
    except (KeyError, TypeError, ValueError):  # told at its own place
        return zone
    points = [plan.picture_of(*place) for place in places]
    seen = [point for point in points if point is not None]
    if len(seen) < max(3, len(points)):
        raise ValueError(f"{where}: part of it lies at the horizon or behind the camera; draw it nearer")
    shown = shapely.intersection(shapely.make_valid(shapely.Polygon(seen)), shapely.box(0, 0, 1, 1))
    parts = [part for part in shapely.get_parts(shown) if part.geom_type == "Polygon" and not part.is_empty]
    if not parts:
        raise ValueError(f"{where}: the picture shows nothing of it")
    largest = max(parts, key=lambda part: part.area)
    outline = [[round(x, PLACES), round(y, PLACES)] for x, y in largest.exterior.coords[:-1]]
    return {**zone, "polygon": outline}


def on_ground(plan: Plan, outline: Any) -> tuple[list[Position], float] | None:
    """An outline of the picture on the ground, and the worst 95 % radius of its corners, in metres."""
    found = [plan.locate(x, y) for x, y in outline]
    places = [place for place in found if place is not None]
    if len(places) < len(found):
        return None
    return [(round(p[0], 7), round(p[1], 7)) for p in places], max(place[2] for place in places)
