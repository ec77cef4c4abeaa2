"""What correlation looks at: one situation as one eye saw it. Pure."""

from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Literal

from central.grid.degrees import METRES_PER_DEGREE

Origin = Literal["camera", "drone", "gate", "sensor", "grid_worker", "citizen", "department"]
PEOPLE: frozenset[Origin] = frozenset({"grid_worker", "citizen", "department"})
FIXED: frozenset[Origin] = frozenset({"camera", "gate", "sensor"})
Box = tuple[float, float, float, float]
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on the ground: WGS84 degrees, and the metres within which the truth lies in 95 of 100 cases."""

    longitude: float
    latitude: float
    accuracy_m: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing wrong, as one eye saw it.

    key: who says it and what it is called there. eye: the camera, gate, sensor or flight; every report by
    people is an eye of its own. at: when it was found, since: when it began, until: when it was seen clear,
    None while it stands; all in seconds since 1970. box: in the picture of that eye, 0..1.
    """

    key: Key
    eye: str
    origin: Origin
    kind: str
    at: float
    since: float
    until: float | None = None
    spot: Spot | None = None
    box: Box | None = None
    zone: str | None = None

    @property
    def order(self) -> tuple[float, Key]:
        """Earlier ones decide first. Of two at one time the names decide, never the arrival."""
        return self.at, self.key


def metres_between(a: Spot, b: Spot) -> float:
    """On the ground; right to 0.1 % for the few hundred metres that matter here."""
    shrunk = cos(radians((a.latitude + b.latitude) / 2))
    x = (a.longitude - b.longitude) * shrunk
    return METRES_PER_DEGREE * hypot(x, a.latitude - b.latitude)


def overlap_of(a: Box, b: Box) -> float:
    """Intersection over union of two boxes; 0 where either is empty."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    if shared <= 0:  # boxes so small that no number holds their area
        return 0.0
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)
