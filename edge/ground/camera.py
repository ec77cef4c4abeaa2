"""How a camera turns directions into places of its picture. Pure.

Camera axes: x to the right, y down, z forward. Places are shares of the picture (0..1), y downwards.
Distortion: Brown and Conrady's model as OpenCV writes it (k1, k2, p1, p2, k3).
"""

from dataclasses import dataclass
from math import radians, tan
from typing import Final

from edge.flight.pose import Pose

# The width of the film that focal lengths are compared with. Makers mean its width, its diagonal, or that of
# a whole 4:3 sensor of which the film uses a part; on the same lens that is -5 % to +4 % of this.
FILM_MM: Final = 36.0
FILM_SD: Final = 0.03
FIELD_SD: Final = 0.01
_STEPS: Final = 12

Lens = tuple[float, float, float, float, float]
PLAIN: Final[Lens] = (0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Camera:
    """focal: in widths of the picture. aspect: width by height. middle: the principal point in shares.

    focal_sd: deviation of the focal length, as a share of it. pixel: what one pixel is of the width.
    """

    focal: float
    aspect: float
    pixel: float
    focal_sd: float = FIELD_SD
    middle: tuple[float, float] = (0.5, 0.5)
    lens: Lens = PLAIN

    def ray(self, x: float, y: float) -> tuple[float, float, float]:
        """The direction of a place in the picture, with z = 1."""
        right, down = self.plane(x, y)
        if self.lens == PLAIN:
            return right, down, 1.0
        return (*_straight(self.lens, right, down), 1.0)

    def plane(self, x: float, y: float) -> tuple[float, float]:
        """The place as the lens has bent it, in units of the focal length."""
        return (x - self.middle[0]) / self.focal, (y - self.middle[1]) / self.focal / self.aspect

    def share(self, right: float, down: float) -> tuple[float, float]:
        """Where a direction (z = 1) is in the picture; outside of 0..1 where it is not in it."""
        if self.lens != PLAIN:
            right, down = _bent(self.lens, right, down)
        return self.middle[0] + right * self.focal, self.middle[1] + down * self.focal * self.aspect


def of_film(width: int, height: int, focal_mm: float, lens: Lens = PLAIN) -> Camera:
    """From a focal length as of a 35 mm film."""
    return Camera(focal_mm / FILM_MM, width / height, 1.0 / width, FILM_SD, lens=lens)


def of_field(width: int, height: int, degrees: float, lens: Lens = PLAIN) -> Camera:
    """From the angle that the picture's width covers."""
    return Camera(0.5 / tan(radians(degrees) / 2.0), width / height, 1.0 / width, FIELD_SD, lens=lens)


def of_pixels(
    width: int, height: int, fx: float, middle: tuple[float, float] | None = None, lens: Lens = PLAIN
) -> Camera:
    """From a calibration in pixels; its focal length is taken to be right within half a percent."""
    cx, cy = middle if middle is not None else (width / 2.0, height / 2.0)
    return Camera(fx / width, width / height, 1.0 / width, 0.005, (cx / width, cy / height), lens)


def of_pose(width: int, height: int, pose: Pose, lens: Lens = PLAIN) -> Camera | None:
    """As the telemetry tells it; None where it tells neither angle nor focal length."""
    if pose.field is not None:
        return of_field(width, height, pose.field, lens)
    return of_film(width, height, pose.focal, lens) if pose.focal is not None else None


def _bent(lens: Lens, x: float, y: float) -> tuple[float, float]:
    k1, k2, p1, p2, k3 = lens
    r2 = x * x + y * y
    radial = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3))
    return (
        x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x),
        y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y,
    )


def _straight(lens: Lens, x: float, y: float) -> tuple[float, float]:
    """Undo the bending, step by step."""
    right, down = x, y
    for _ in range(_STEPS):
        bent = _bent(lens, right, down)
        right, down = right + x - bent[0], down + y - bent[1]
    return right, down
