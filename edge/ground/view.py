"""Boxes on the ground, what of the ground a picture shows, and ground outlines in the picture. Pure."""

from collections.abc import Iterator, Sequence
from math import atan2, cos, hypot, pi, radians, sin
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from broker.events import Reason
from edge.ground.aim import Aim
from edge.ground.camera import PLAIN, Camera
from edge.ground.settings import GroundSettings
from edge.ground.spot import Point, ground_point
from edge.observation import Box

Ring = Sequence[Point]

_SIDE: Final = 8  # points of each side of the picture
_NEAR: Final = 0.02  # of the height: nearer to the camera's own plane nothing is drawn
_MARGIN: Final = 0.1
_STEP: Final = 0.02
_PICTURE: Final = shapely.box(0.0, 0.0, 1.0, 1.0)


def outline(settings: GroundSettings, camera: Camera, aim: Aim, box: Box) -> list[Point] | Reason:
    """What a thing in a box stands on: metres east and north of the camera, or why that is not known.

    Seen from above that is the whole box; the flatter the view, the more of the box is the thing's side.
    """
    x1, y1, x2, y2 = box
    bottom = ground_point(settings, camera, aim, (x1 + x2) / 2.0, y2)
    if isinstance(bottom, Reason):
        return bottom
    top = y2 - (y2 - y1) * standing_share(aim.height, hypot(*bottom), settings.lean)
    points: list[Point] = []
    for x, y in ((x1, top), (x2, top), (x2, y2), (x1, y2)):
        point = ground_point(settings, camera, aim, x, y)
        if isinstance(point, Reason):
            return point
        points.append(point)
    return points


def standing_share(height: float, away: float, lean: float) -> float:
    """How much of a box is ground: a thing as long as 1 and as high as `lean`, seen from there."""
    below = atan2(height, away)
    return sin(below) / (sin(below) + lean * cos(below))


def seen(settings: GroundSettings, camera: Camera, aim: Aim) -> BaseGeometry | Reason:
    """The ground that the picture shows, as far as points are told: metres east and north of the camera."""
    if aim.yaw is None:
        return Reason(
            code="no_heading", text="which ground the picture shows is not known without its heading"
        )
    border = list(_border())
    hits = [ground_point(settings, camera, aim, x, y) for x, y in border]
    if all(isinstance(hit, Reason) for hit in hits):
        return Reason(code="above_horizon", text="the picture shows no ground that is near enough")
    reached = [
        _reach(settings, camera, aim, x, y) if isinstance(hit, Reason) else hit
        for hit, (x, y) in zip(hits, border, strict=True)
    ]
    return shapely.MultiPoint([point for point in reached if point is not None]).convex_hull


def _border() -> Iterator[Point]:
    shares = [step / _SIDE for step in range(_SIDE)]
    yield from ((share, 0.0) for share in shares)
    yield from ((1.0, share) for share in shares)
    yield from ((1.0 - share, 1.0) for share in shares)
    yield from ((0.0, 1.0 - share) for share in shares)


def _reach(settings: GroundSettings, camera: Camera, aim: Aim, x: float, y: float) -> Point | None:
    """The farthest place told in the direction of a ray that meets no ground; None for one straight up."""
    right, down, ahead = camera.ray(x, y)
    rows = aim.turn()
    north, east = (row[0] * ahead + row[1] * right + row[2] * down for row in rows[:2])
    way = hypot(east, north)
    far = min(settings.farthest_m, aim.height / max(1e-6, _tangent(settings.flattest_deg)))
    return (east / way * far, north / way * far) if way > 1e-9 else None


def _tangent(angle: float) -> float:
    return sin(radians(angle)) / max(1e-9, cos(radians(angle)))


def drawn(camera: Camera, aim: Aim, ground: BaseGeometry) -> BaseGeometry:
    """Ground outlines (polygons, metres east and north of the camera) in the picture, in shares of it."""
    parts = [_drawn(camera, aim, part) for part in shapely.get_parts(ground)]
    return shapely.union_all([part for part in parts if not part.is_empty])


def _drawn(camera: Camera, aim: Aim, ground: BaseGeometry) -> BaseGeometry:
    if not isinstance(ground, shapely.Polygon):
        return shapely.Polygon()
    flat: BaseGeometry = _flat(aim, _ring(ground.exterior))
    for hole in ground.interiors:
        flat = flat.difference(_flat(aim, _ring(hole)))
    x1, y1 = camera.plane(-_MARGIN, -_MARGIN)
    x2, y2 = camera.plane(1.0 + _MARGIN, 1.0 + _MARGIN)
    flat = flat.intersection(shapely.box(x1, y1, x2, y2))
    if camera.lens != PLAIN:
        flat = flat.segmentize(_STEP)
    bent = shapely.transform(flat, lambda points: np.array([camera.share(x, y) for x, y in points]))
    return shapely.make_valid(bent).intersection(_PICTURE)


def _ring(line: shapely.LinearRing) -> list[Point]:
    """Each corner once."""
    return [(x, y) for x, y, *_ in line.coords[:-1]]


def _flat(aim: Aim, ring: Ring) -> BaseGeometry:
    """A ring as the camera sees it, one unit ahead, without what is beside or behind it."""
    rows = aim.turn()
    points = []
    for east, north in ring:
        world = (north, east, aim.height)
        ahead, right, down = (sum(world[i] * rows[i][axis] for i in range(3)) for axis in range(3))
        points.append((right, down, ahead))
    front = _before(points, _NEAR * aim.height)
    flat = [(right / ahead, down / ahead) for right, down, ahead in front]
    return shapely.make_valid(shapely.Polygon(flat)) if len(flat) >= 3 else shapely.Polygon()


def _before(points: Sequence[tuple[float, float, float]], near: float) -> list[tuple[float, float, float]]:
    """The part of a ring that lies ahead (Sutherland and Hodgman, one plane)."""
    kept: list[tuple[float, float, float]] = []
    for a, b in zip(points, [*points[1:], *points[:1]], strict=True):
        if a[2] >= near:
            kept.append(a)
        if (a[2] >= near) != (b[2] >= near):
            share = (near - a[2]) / (b[2] - a[2])
            kept.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), near))
    return kept


def disc(middle: Point, radius: float, corners: int = 48) -> BaseGeometry:
    """A circle as a polygon that encloses it."""
    outer = radius / cos(pi / corners)
    angles = (2 * pi * k / corners for k in range(corners))
    return shapely.Polygon([(middle[0] + outer * cos(a), middle[1] + outer * sin(a)) for a in angles])
