"""From a pose to one look at the ground: what is known, what settings assume, or why there is none. Pure."""

from dataclasses import dataclass
from math import hypot
from typing import Final

from broker.events import Reason
from edge.flight.pose import Gimbal, Pose
from edge.flight.turning import Matrix, matrix
from edge.ground.camera import Camera, of_field, of_film, of_pixels, of_pose
from edge.ground.settings import GroundSettings

_STRAIGHT_DOWN: Final = -90.0
LOWEST_M: Final = 1.0


@dataclass(frozen=True, slots=True)
class Aim:
    """The camera above a plane. height: m above it. yaw: of the view, None where nobody knows it.

    The deviations are of each value by itself: m, m, degrees, degrees, pixels. assumed: what is not measured.
    """

    latitude: float
    longitude: float
    height: float
    pitch: float
    yaw: float | None
    roll: float
    ground_sd: float
    height_sd: float
    tilt_sd: float
    yaw_sd: float
    pixel_sd: float
    assumed: tuple[str, ...] = ()

    def turn(self) -> Matrix:
        """Columns: forward, right, down of the camera, in north, east, down. An unknown yaw counts as 0."""
        return matrix(self.yaw or 0.0, self.pitch, self.roll)


def camera_of(settings: GroundSettings, pose: Pose, width: int, height: int) -> Camera | Reason:
    """The camera that the settings describe, or the telemetry."""
    own = settings.camera
    if own.fx is not None:
        return of_pixels(width, height, own.fx, own.middle, own.lens)
    if own.field_deg is not None:
        return of_field(width, height, own.field_deg, own.lens)
    if own.focal_mm is not None:
        return of_film(width, height, own.focal_mm, own.lens)
    told = of_pose(width, height, pose, own.lens)
    if told is None:
        text = "neither the telemetry nor camera in the settings tells the focal length or the angle of view"
        return Reason(code="no_focal_length", text=text)
    return told


def aim_of(settings: GroundSettings, pose: Pose) -> Aim | Reason:
    """How the camera stands above the ground, or why that is not known."""
    gimbal = _gimbal(settings, pose)
    if isinstance(gimbal, Reason):
        return gimbal
    look, tilt_sd, assumed = gimbal
    above = _height(settings, pose)
    if isinstance(above, Reason):
        return above
    yaw, yaw_sd, guessed = _yaw(settings, pose, look)
    return Aim(
        pose.latitude,
        pose.longitude,
        above,
        look.pitch,
        yaw,
        look.roll,
        pose.spread.ground,
        hypot(pose.spread.height, settings.ground_sd_m),
        tilt_sd,
        yaw_sd,
        settings.pixel_sd,
        assumed + guessed,
    )


def _gimbal(settings: GroundSettings, pose: Pose) -> tuple[Gimbal, float, tuple[str, ...]] | Reason:
    """How it looks, the deviation of its tilt, and what of it is assumed."""
    if pose.gimbal is not None:
        return pose.gimbal, pose.spread.tilt, ()
    if settings.nadir == "assume":
        return Gimbal(_STRAIGHT_DOWN), settings.nadir_sd_deg, ("nadir",)
    text = "the telemetry tells no gimbal angles; set nadir to assume if the camera looks straight down"
    return Reason(code="no_gimbal", text=text)


def _yaw(settings: GroundSettings, pose: Pose, gimbal: Gimbal) -> tuple[float | None, float, tuple[str, ...]]:
    """The picture's heading: the gimbal's, the aircraft's, the settings', nobody's."""
    if gimbal.yaw is not None:
        return gimbal.yaw, pose.spread.yaw, ()
    if pose.heading is not None:
        return pose.heading, hypot(pose.spread.yaw, settings.heading_sd_deg), ("heading_of_aircraft",)
    if settings.heading_deg is not None:
        return settings.heading_deg, settings.heading_sd_deg, ("heading",)
    return None, 0.0, ("no_heading",)


def _height(settings: GroundSettings, pose: Pose) -> float | Reason:
    """Above the ground: as told, else by sea level and the terrain, else above the place of take-off."""
    if pose.height is not None and pose.datum == "ground":
        above = pose.height
    elif settings.terrain_m is not None and pose.altitude is not None:
        above = pose.altitude - settings.terrain_m
    elif pose.height is not None:
        above = pose.height - settings.rise_m
    else:
        text = "the telemetry tells no height above the ground, and no altitude to which terrain_m is set"
        return Reason(code="no_height", text=text)
    if above < LOWEST_M:
        text = f"the camera is {above:.1f} m above the ground; it must be {LOWEST_M:g} m at least"
        return Reason(code="too_low", text=text, values={"height_m": above})
    return above
