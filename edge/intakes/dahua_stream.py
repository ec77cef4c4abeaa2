"""Dahua's event manager: one long answer with a part for each event, and heartbeats."""

from typing import Annotated, Literal

from pydantic import Field

from edge.attached import Attached, AttachedSettings
from edge.frames import SourceClock

PATH = "/cgi-bin/eventManager.cgi?action=attach&codes=[{codes}]&heartbeat={heartbeat}"
Code = Annotated[str, Field(pattern=r"^[A-Za-z]{1,48}$")]
# Only what is taken is asked for: what is private stays in the device.
TAKEN = (
    "AlarmLocal",
    "VideoBlind",
    "SceneChange",
    "VideoAbnormalDetection",
    "VideoUnFocus",
    "VideoLoss",
    "ChassisIntruded",
    "ParkingDetection",
    "SmartMotionVehicle",
    "CrossRegionDetection",
    "CrossLineDetection",
    "DoorStatus",
    "DoorNotClosed",
    "BreakIn",
    "SmokeDetection",
)


class Settings(AttachedSettings):
    """codes: what is asked for; heartbeat: whole seconds between two, when nothing happens."""

    kind: Literal["dahua_stream"]
    codes: Annotated[list[Code], Field(min_length=1, max_length=64)] = list(TAKEN)
    heartbeat: Annotated[int, Field(ge=1, le=60)] = 5


def build(settings: Settings, clock: SourceClock) -> Attached:
    """The stream of one device."""
    path = PATH.format(codes=",".join(settings.codes), heartbeat=settings.heartbeat)
    return Attached(settings, clock, path, "myboundary")
