"""A point of the picture as a place on the ground, with its covariance and its 95 % radius. Pure.

Every uncertain value is moved by one deviation each way and the larger way of the point is taken: to first
order as exact as derivatives, and no smaller where the view is flat and the way is not linear.
The 95 % radius: I. Leenhouts, "On the computation of bi-normal radial error", Navigation 32 (1985).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import atan2, cos, degrees, hypot, radians, sin, sqrt
from typing import Final

from broker.events import Reason
from edge.flight.turning import Matrix
from edge.ground.aim import Aim
from edge.ground.camera import Camera
from edge.ground.earth import Tangent
from edge.ground.settings import GroundSettings

Point = tuple[float, float]  # metres east and north of the camera
_RADIUS: Final = (1.960790, 0.004121, 0.114276, 0.371625)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place. accuracy_m: the radius that holds the true place in 95 of 100 cases.

    covariance: east, east-north, north, in square metres. away_m: over ground, from the camera or from the
    middle of a sheet. depression: degrees below the horizon under which it is seen. assumed: what of the
    look was not measured.
    """

    latitude: float
    longitude: float
    accuracy_m: float
    covariance: tuple[float, float, float]
    away_m: float
    depression: float | None = None
    assumed: tuple[str, ...] = ()


def locate(
    settings: GroundSettings, camera: Camera, aim: Aim, x: float, y: float, tangent: Tangent | None = None
) -> Spot | Reason:
    """The place that a point of the picture (shares) shows, or why none can be told.

    tangent: the plane around the camera, where a caller has it already.
    """
    ray = _over(aim.turn(), camera.ray(x, y))
    hit = _checked(settings, aim, ray)
    if isinstance(hit, Reason):
        return hit
    ways = _ways(camera, aim, x, y, hit)
    if ways is None:
        return Reason(code="too_flat", text="the view there reaches the horizon within its own uncertainty")
    covariance = _covariance(ways)
    accuracy = radius95(covariance)
    away = hypot(*hit)
    if aim.yaw is None:  # somewhere on a ring around the camera: its middle errs least
        accuracy, hit = away + accuracy, (0.0, 0.0)
        covariance = (covariance[0] + away**2 / 2, covariance[1], covariance[2] + away**2 / 2)
    if accuracy > settings.worst_m:
        text = f"the place is known to {accuracy:.0f} m only; {settings.worst_m:g} m is the limit"
        return Reason(code="too_uncertain", text=text, values={"accuracy_m": accuracy})
    plane = tangent if tangent is not None else Tangent(aim.latitude, aim.longitude)
    latitude, longitude, _ = plane.place(*hit)
    depression = degrees(_below(ray))
    return Spot(latitude, longitude, accuracy, covariance, away, depression, aim.assumed)


def ground_point(settings: GroundSettings, camera: Camera, aim: Aim, x: float, y: float) -> Point | Reason:
    """Metres east and north of the camera, without its uncertainty."""
    return _checked(settings, aim, _over(aim.turn(), camera.ray(x, y)))


def _over(turn: Matrix, ray: tuple[float, float, float]) -> tuple[float, float, float]:
    """A direction of the camera as one over ground: east, north, down."""
    right, down, ahead = ray
    north, east, below = (row[0] * ahead + row[1] * right + row[2] * down for row in turn)
    return east, north, below


def _below(ray: tuple[float, float, float]) -> float:
    """Radians below the horizon."""

    return atan2(ray[2], hypot(ray[0], ray[1]))


def _hit(height: float, ray: tuple[float, float, float]) -> Point | None:
    """Where it meets the plane; None at and above the horizon."""
    east, north, down = ray
    return (east * height / down, north * height / down) if down > 1e-6 else None


def _checked(settings: GroundSettings, aim: Aim, ray: tuple[float, float, float]) -> Point | Reason:
    hit = _hit(aim.height, ray)
    if hit is None:
        return Reason(code="above_horizon", text="the picture shows the sky there, or what stands against it")
    below = degrees(_below(ray))
    if below < settings.flattest_deg:
        text = f"seen {below:.1f}° below the horizon; {settings.flattest_deg:g}° are needed"
        return Reason(code="too_flat", text=text, values={"depression_deg": below})
    if hypot(*hit) > settings.farthest_m:
        text = f"{hypot(*hit):.0f} m away; {settings.farthest_m:g} m is the limit"
        return Reason(code="too_far", text=text, values={"away_m": hypot(*hit)})
    return hit


def _ways(camera: Camera, aim: Aim, x: float, y: float, hit: Point) -> list[Point] | None:
    """How far the point moves with each uncertain value; None where it leaves the ground."""
    ways: list[Point] = [(aim.ground_sd, 0.0), (0.0, aim.ground_sd)]
    for both in _moved(camera, aim, x, y):
        steps = [(point[0] - hit[0], point[1] - hit[1]) for point in both if point is not None]
        if len(steps) < len(both):
            return None
        ways.append(max(steps, key=lambda way: hypot(*way)))
    return ways


def _moved(camera: Camera, aim: Aim, x: float, y: float) -> Iterator[list[Point | None]]:
    """Where the point goes when one value after the other is a deviation off, down and up.

    The look errs about level axes, not about the camera's own: straight down, its roll would be a yaw.
    """
    both, turn, height = (-1.0, 1.0), aim.turn(), aim.height
    east, north, down = ray = _over(turn, camera.ray(x, y))
    yield [_hit(max(0.1, height + k * aim.height_sd), ray) for k in both]
    s, c = sin(radians(aim.tilt_sd)), cos(radians(aim.tilt_sd))
    yield [_hit(height, (east, c * north - k * s * down, c * down + k * s * north)) for k in both]
    yield [_hit(height, (c * east - k * s * down, north, c * down + k * s * east)) for k in both]
    if aim.yaw is not None:
        s, c = sin(radians(aim.yaw_sd)), cos(radians(aim.yaw_sd))
        yield [_hit(height, (c * east + k * s * north, c * north - k * s * east, down)) for k in both]
    step = aim.pixel_sd * camera.pixel
    yield [_hit(height, _over(turn, camera.ray(x + k * step, y))) for k in both]
    yield [_hit(height, _over(turn, camera.ray(x, y + k * step * camera.aspect))) for k in both]
    lenses = (replace(camera, focal=camera.focal * (1.0 + k * camera.focal_sd)) for k in both)
    yield [_hit(height, _over(turn, lens.ray(x, y))) for lens in lenses]


def _covariance(ways: list[Point]) -> tuple[float, float, float]:
    return (
        sum(e * e for e, _ in ways),
        sum(e * n for e, n in ways),
        sum(n * n for _, n in ways),
    )


def radius95(covariance: tuple[float, float, float]) -> float:
    """The radius that holds 95 % of a normal distribution in the plane."""
    ee, en, nn = covariance
    middle, half = (ee + nn) / 2.0, hypot((ee - nn) / 2.0, en)
    long, short = sqrt(max(0.0, middle + half)), sqrt(max(0.0, middle - half))
    if long == 0.0:
        return 0.0
    c = short / long
    return long * (_RADIUS[0] + c * (_RADIUS[1] + c * (_RADIUS[2] + c * _RADIUS[3])))
