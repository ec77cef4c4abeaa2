"""Zones on the ground: GeoJSON outlines in WGS84 that apply to any flight and any calibrated camera. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from broker.events import Reason
from edge.ground.aim import Aim
from edge.ground.earth import Tangent
from edge.ground.spot import Point, Spot
from edge.ground.view import disc

MOST_CORNERS: Final = 10_000
LARGEST_DEG: Final = 0.5  # a wider zone is no plane any more
_SHARE: Final = 0.5

Where = Literal["inside", "outside", "uncertain"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a thing is in a zone. share: of the disc that holds it in 95 of 100 cases."""

    where: Where
    share: float
    reason: Reason


class GroundZone:
    """One named area. Raises ValueError for a geometry that is none, saying what is wrong."""

    def __init__(self, zone_id: str, geometry: dict[str, Any]) -> None:
        self.id = zone_id
        degrees = _polygons(geometry)
        self._degrees = degrees
        west, south, east, north = degrees.bounds
        self._tangent = Tangent((south + north) / 2.0, (west + east) / 2.0)
        self._shape = _flat(self._tangent, degrees)
        shapely.prepare(self._shape)

    def stands(self, spot: Spot) -> Standing:
        """In, out, or too near the edge to say, by the spot's own accuracy."""
        east, north, _ = self._tangent.metres(spot.latitude, spot.longitude)
        around = disc((east, north), max(spot.accuracy_m, 0.01))
        share = float(shapely.area(shapely.intersection(self._shape, around)) / shapely.area(around))
        away = float(shapely.distance(self._shape.boundary, shapely.Point(east, north)))
        where: Where = "uncertain"
        if away > spot.accuracy_m:
            where = "inside" if share >= _SHARE else "outside"
        text = f"{_WORDS[where]} zone {self.id}: {away:.1f} m from its edge, known to {spot.accuracy_m:.1f} m"
        values = {"edge_m": away, "accuracy_m": spot.accuracy_m, "share": min(1.0, share)}
        return Standing(where, min(1.0, share), Reason(code=f"zone_{where}", text=text, values=values))

    def share(self, outline: Sequence[tuple[float, float]]) -> float:
        """How much of an outline (latitude, longitude) lies inside, 0..1; 0 for one without area."""
        points = [self._tangent.metres(latitude, longitude)[:2] for latitude, longitude in outline]
        shape = shapely.make_valid(shapely.Polygon(points))
        whole = shapely.area(shape)
        return float(shapely.area(shapely.intersection(self._shape, shape)) / whole) if whole > 0.0 else 0.0

    def far(self, spot: Spot) -> bool:
        """Whether the whole disc lies beyond its bounds, which is soon known."""
        west, south, east, north = self._shape.bounds
        x, y, _ = self._tangent.metres(spot.latitude, spot.longitude)
        r = spot.accuracy_m
        return not (west - r <= x <= east + r and south - r <= y <= north + r)

    @property
    def outlines(self) -> list[tuple[float, list[tuple[float, float]]]]:
        """Of each of its parts: square metres, and latitude and longitude of each corner; without holes."""
        parts = zip(shapely.get_parts(self._shape), shapely.get_parts(self._degrees), strict=True)
        return [
            (float(flat.area), [(lat, lon) for lon, lat, *_ in part.exterior.coords]) for flat, part in parts
        ]

    def around(self, aim: Aim) -> BaseGeometry:
        """Its outline in metres east and north of a camera."""
        return _flat(Tangent(aim.latitude, aim.longitude), self._degrees)


_WORDS: Final = {"inside": "inside", "outside": "outside", "uncertain": "at the edge of"}


def places(aim: Aim, points: Sequence[Point]) -> list[tuple[float, float]]:
    """Latitude and longitude of metres east and north of a camera."""
    plane = Tangent(aim.latitude, aim.longitude)
    return [plane.place(east, north)[:2] for east, north in points]


def _flat(tangent: Tangent, degrees: BaseGeometry) -> BaseGeometry:
    return shapely.transform(
        degrees, lambda points: np.array([tangent.metres(lat, lon)[:2] for lon, lat in points])
    )


def _polygons(geometry: dict[str, Any]) -> BaseGeometry:
    """A Polygon or MultiPolygon of GeoJSON (RFC 7946), or a Feature that holds one."""
    inner = geometry.get("geometry") if geometry.get("type") == "Feature" else geometry
    kind = inner.get("type") if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"a zone is a GeoJSON Polygon or MultiPolygon, not {str(kind)[:40]!r}")
    corners = inner.get("coordinates")
    parts = [corners] if kind == "Polygon" else corners
    if not isinstance(parts, list) or not parts:
        raise ValueError("coordinates must be a list of rings")
    shape = shapely.union_all([_polygon(part) for part in parts])
    west, south, east, north = shape.bounds
    if max(east - west, north - south) > LARGEST_DEG:
        raise ValueError(f"a zone spans {LARGEST_DEG:g}° at most")
    return shape


def _polygon(rings: Any) -> BaseGeometry:
    if not isinstance(rings, list) or not rings:
        raise ValueError("coordinates must be a list of rings")
    lines = [_ring(ring) for ring in rings]
    shape = shapely.Polygon(lines[0], lines[1:])
    if not shape.is_valid:
        raise ValueError(f"the outline is not simple: {shapely.is_valid_reason(shape)}")
    return shape


def _ring(ring: Any) -> list[tuple[float, float]]:
    """Longitude first, as GeoJSON has it; closed."""
    if not isinstance(ring, list) or not 4 <= len(ring) <= MOST_CORNERS:
        raise ValueError(f"a ring has 4 to {MOST_CORNERS} points, the last as the first")
    points = [_corner(point) for point in ring]
    if points[0] != points[-1]:
        raise ValueError("the last point of a ring must be as the first")
    return points


def _corner(point: Any) -> tuple[float, float]:
    fits = isinstance(point, (list, tuple)) and 2 <= len(point) <= 3
    if not fits or not all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in point):
        raise ValueError("a point is [longitude, latitude]")
    longitude, latitude = (float(n) if abs(n) < 1e6 else 1e6 for n in point[:2])
    if not (-180.0 <= longitude <= 180.0 and -90.0 <= latitude <= 90.0):
        raise ValueError(f"[{longitude:g}, {latitude:g}] is no [longitude, latitude]")
    return longitude, latitude
