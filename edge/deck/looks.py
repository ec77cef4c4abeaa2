"""From a picture, its pose and what was seen in it to a look at the ground. Pure; no pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians, sin

import shapely
from shapely.geometry.base import BaseGeometry

from broker.events import ClockQuality, Reason
from edge.flight.look import Look, Thing
from edge.flight.pose import Pose
from edge.ground.aim import Aim, aim_of, camera_of
from edge.ground.camera import Camera
from edge.ground.earth import Tangent
from edge.ground.settings import GroundSettings
from edge.ground.spot import ground_point, locate
from edge.ground.view import outline, seen, standing_share
from edge.ground.zones import places
from edge.observation import Box, Sighting
from edge.perception.sorting import Seen


@dataclass(frozen=True, slots=True)
class Standpoint:
    """From where a picture looks, and what ground it shows; None where its heading is not known."""

    camera: Camera
    aim: Aim
    ground: BaseGeometry | None

    @property
    def metre(self) -> float | None:
        """Pixels that a metre of the ground is long in the middle of the picture; None for a flat view."""
        down = sin(radians(-self.aim.pitch))
        if down <= 0.1:
            return None
        return self.camera.focal / self.camera.pixel * down / self.aim.height


def standpoint(settings: GroundSettings, pose: Pose | Reason, width: int, height: int) -> Standpoint | Reason:
    """Where the camera of a picture is above the ground, or why that is not known."""
    if isinstance(pose, Reason):
        return pose
    camera = camera_of(settings, pose, width, height)
    if isinstance(camera, Reason):
        return camera
    aim = aim_of(settings, pose)
    if isinstance(aim, Reason):
        return aim
    ground = seen(settings, camera, aim)
    if not isinstance(ground, Reason):
        return Standpoint(camera, aim, ground)
    return Standpoint(camera, aim, None) if ground.code == "no_heading" else ground


def blind(t: float, utc: float, clock: ClockQuality, why: Reason) -> Look:
    """A look that sees nothing and proves nothing."""
    return Look(t, utc, clock, None, trusted=False, refused=why)


def look(
    settings: GroundSettings,
    here: Standpoint,
    saw: Seen,
    *,
    t: float,
    utc: float,
    clock: ClockQuality,
    trusted: bool,
) -> tuple[Look, list[Reason]]:
    """The look, and why the place of things in it is not known, one reason for each of them."""
    plane = Tangent(here.aim.latitude, here.aim.longitude)
    found = [_thing(settings, here, plane, one) for one in saw.sightings]
    things = tuple(one for one in found if isinstance(one, Thing))
    unplaced = [one for one in found if isinstance(one, Reason)]
    hidden = _hidden(settings, here, saw.hidden)
    return Look(t, utc, clock, here.aim, here.ground, things, hidden, trusted), unplaced


def _thing(settings: GroundSettings, here: Standpoint, plane: Tangent, saw: Sighting) -> Thing | Reason:
    """Where it stands: the middle of its footprint, or of its foot where there is none."""
    x1, y1, x2, y2 = saw.box
    corners = outline(settings, here.camera, here.aim, saw.box)
    foot = locate(settings, here.camera, here.aim, (x1 + x2) / 2.0, y2, plane)
    if isinstance(foot, Reason):
        return foot
    if isinstance(corners, Reason):
        return Thing(saw.group, saw.label, saw.score, saw.box, foot)
    share = standing_share(here.aim.height, foot.away_m, settings.lean)
    middle = y2 - (y2 - y1) * share / 2.0
    spot = locate(settings, here.camera, here.aim, (x1 + x2) / 2.0, middle, plane)
    if isinstance(spot, Reason):
        return spot
    return Thing(saw.group, saw.label, saw.score, saw.box, spot, tuple(places(here.aim, corners)))


def _hidden(settings: GroundSettings, here: Standpoint, boxes: Sequence[Box]) -> BaseGeometry | None:
    """The ground behind boxes: all that lies under them in the picture."""
    parts = []
    for x1, y1, x2, y2 in boxes:
        corners = ((x1, y1), (x2, y1), (x2, y2), (x1, y2))
        points = [ground_point(settings, here.camera, here.aim, x, y) for x, y in corners]
        parts.append(shapely.MultiPoint([p for p in points if not isinstance(p, Reason)]).convex_hull)
    return shapely.union_all(parts) if parts else None
