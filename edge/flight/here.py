"""How well a place on the ground is known by one look at it, where nothing is seen that stands there. Pure.

To first order, from the deviations of the look; where something is seen, `ground.spot` says it exactly.
"""

from math import cos, hypot, radians, sin, tan
from typing import Final

from edge.flight.pairs import Covariance
from edge.ground.aim import Aim
from edge.ground.camera import FILM_SD
from edge.ground.spot import Point

_FLAT_DEG: Final = -10.0  # a look flatter than that has no middle on the ground


def covariance_at(aim: Aim, point: Point) -> Covariance:
    """Of a place so many metres east and north of the camera: east, east-north, north."""
    east, north = point
    away = hypot(east, north)
    u, v = (east / away, north / away) if away > 1e-9 else (1.0, 0.0)
    tilt, height = radians(aim.tilt_sd), max(1.0, aim.height)
    along = hypot(away / height * aim.height_sd, (height + away * away / height) * tilt)
    across = hypot(height * tilt, away * radians(aim.yaw_sd))
    off = _off_axis(aim, point)
    ways = ((aim.ground_sd, 0.0), (0.0, aim.ground_sd), (along * u, along * v), (-across * v, across * u))
    every = (*ways, (FILM_SD * off[0], FILM_SD * off[1]))
    return sum(e * e for e, _ in every), sum(e * n for e, n in every), sum(n * n for _, n in every)


def _off_axis(aim: Aim, point: Point) -> Point:
    """From where the picture's middle lies; a focal length that is wrong moves a place along that."""
    if aim.pitch > _FLAT_DEG or aim.pitch < -90.0:
        return point
    reach, yaw = aim.height / tan(radians(-aim.pitch)), radians(aim.yaw or 0.0)
    return point[0] - reach * sin(yaw), point[1] - reach * cos(yaw)
