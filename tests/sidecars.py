"""DJI sidecars as tests read them."""

from dataclasses import dataclass

from edge.flight.pose import Pose
from edge.telemetry import dji_srt

Look = tuple[float, float, float]  # gimbal pitch, yaw, roll


@dataclass(frozen=True)
class Entry:
    """What a person reads in an entry: seconds, latitude, longitude, height, above sea."""

    t: float
    latitude: float
    longitude: float
    height: float | None = None
    altitude: float | None = None
    heading: float | None = None
    look: Look | None = None
    focal: float | None = None


def reader(**settings: object) -> dji_srt.Sidecar:
    return dji_srt.build(dji_srt.Settings.model_validate({"kind": "dji_srt", **settings}))


def entry(pose: Pose) -> Entry:
    """A pose as the table has it."""
    gimbal = pose.gimbal
    look = None if gimbal is None or gimbal.yaw is None else (gimbal.pitch, gimbal.yaw, gimbal.roll)
    assert pose.t is not None
    return Entry(
        round(pose.t, 3),
        pose.latitude,
        pose.longitude,
        pose.height,
        pose.altitude,
        pose.heading,
        look,
        pose.focal,
    )
