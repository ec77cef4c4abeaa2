"""One place and look of a flying camera, with how far each value can be trusted. Pure."""

from dataclasses import dataclass, fields
from typing import Final, Literal

# Beyond these a value is no flight but a fault of the file.
HIGHEST_M: Final = 30_000.0
LOWEST_M: Final = -1_000.0

Datum = Literal["takeoff", "ground"]


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations. ground: m, to the east and to the north each. height: m. yaw, tilt: degrees.

    tilt is of pitch and of roll each.
    """

    ground: float = 2.5
    height: float = 2.0
    yaw: float = 3.0
    tilt: float = 1.0


@dataclass(frozen=True, slots=True)
class Gimbal:
    """How the camera looks, in degrees. pitch: 0 level, -90 straight down. roll: right side down is positive.

    yaw: of the view, from true north, clockwise; None where only the tilt is known.
    """

    pitch: float
    yaw: float | None = None
    roll: float = 0.0


@dataclass(frozen=True, slots=True)
class Pose:
    """One moment of a flight, in WGS84. At least one of t and utc is known.

    t: seconds in the time base of the telemetry (that of the film for sidecars and for streams). height: m
    above `datum`, the place of take-off unless the source knows the ground below. altitude: m above sea.
    heading: where the nose points, degrees from true north, clockwise. focal: the focal length in mm as of a
    35 mm film. field: degrees of the picture's width. Raises ValueError for what no flight can have.
    """

    latitude: float
    longitude: float
    t: float | None = None
    utc: float | None = None
    height: float | None = None
    datum: Datum = "takeoff"
    altitude: float | None = None
    heading: float | None = None
    gimbal: Gimbal | None = None
    spread: Spread = Spread()
    focal: float | None = None
    field: float | None = None

    def __post_init__(self) -> None:
        if self.t is None and self.utc is None:
            raise ValueError("a moment without a time")
        for name, low, high in _BOUNDS:
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} outside {low:g}..{high:g}")
        if self.gimbal is not None:
            _sound(self.gimbal)


_BOUNDS: Final = (
    ("latitude", -90.0, 90.0),
    ("longitude", -180.0, 180.0),
    ("t", -1e12, 1e12),
    ("utc", 0.0, 1e11),
    ("height", LOWEST_M, HIGHEST_M),
    ("altitude", LOWEST_M, HIGHEST_M),
    ("heading", -360.0, 360.0),
    ("focal", 1.0, 2000.0),
    ("field", 0.1, 179.0),
)


def _sound(gimbal: Gimbal) -> None:
    for field in fields(gimbal):
        value = getattr(gimbal, field.name)
        if value is not None and not -360.0 <= value <= 360.0:
            raise ValueError(f"gimbal {field.name} outside -360..360")
