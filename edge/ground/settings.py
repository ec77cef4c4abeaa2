"""What is known of a flying camera and of the ground below it, as people write it down."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.settings import Settings

Deviation = Annotated[float, Field(gt=0, le=90)]


class CameraSettings(Settings):
    """At most one of focal_mm, field_deg, fx; without any, the telemetry must tell.

    focal_mm: as of a 35 mm film. field_deg: of the picture's width. fx, middle: pixels of a calibration.
    lens: k1, k2, p1, p2, k3 as OpenCV writes them.
    """

    focal_mm: float | None = Field(default=None, ge=1, le=2000)
    field_deg: float | None = Field(default=None, ge=0.1, le=170)
    fx: float | None = Field(default=None, gt=0, le=1e6)
    middle: tuple[float, float] | None = None
    lens: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.focal_mm, self.field_deg, self.fx)) > 1:
            raise ValueError("focal_mm, field_deg and fx say the same; give one of them")
        if self.middle is not None and self.fx is None:
            raise ValueError("middle belongs to fx")
        return self


class GroundSettings(Settings):
    """How a pose becomes a look at the ground, and where a point is refused.

    nadir: whether a camera without gimbal data is taken to look straight down. heading_deg: of the picture's
    top where the telemetry tells none. terrain_m: the ground's height above sea; rise_m: its height above the
    place of take-off, used where no altitude above sea is told. worst_m: an accuracy beyond which no point is
    given. lean: how high things are, as a share of how long they look from above.
    """

    camera: CameraSettings = CameraSettings()
    nadir: Literal["refuse", "assume"] = "refuse"
    nadir_sd_deg: Deviation = 3.0
    heading_deg: float | None = Field(default=None, ge=0, lt=360)
    heading_sd_deg: Deviation = 5.0
    terrain_m: float | None = Field(default=None, ge=-500, le=9000)
    rise_m: float = Field(default=0.0, ge=-1000, le=1000)
    ground_sd_m: float = Field(default=3.0, gt=0, le=500)
    pixel_sd: float = Field(default=3.0, gt=0, le=200)
    farthest_m: float = Field(default=1500.0, gt=0, le=20_000)
    flattest_deg: float = Field(default=8.0, ge=1, le=80)
    worst_m: float = Field(default=300.0, gt=0, le=10_000)
    lean: float = Field(default=0.5, ge=0, le=10)
