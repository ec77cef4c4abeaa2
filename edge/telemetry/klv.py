"""MISB ST 0601 local sets, as STANAG 4609 video carries them in MPEG-TS. Pure.

`read` takes one packet of the data stream; t: the stream's time of it. A set's own precision time stamp is
the UTC time. Source: MISB ST 0601 (UAS Datalink Local Set), ST 1402 (KLV in MPEG-2 transport streams).
"""

from typing import ClassVar, Final, Literal

from edge.decoding import LARGEST, NotDecoded
from edge.flight import localset, turning
from edge.flight.pose import Gimbal, Pose
from edge.flight.telling import Leftovers, TelemetrySettings, Told

_CAUSES: Final = {
    "cut": "local sets that are cut short",
    "no_checksum": "local sets without a checksum",
    "checksum": "local sets whose checksum does not fit",
    "no_position": "local sets without a sensor position (tags 13, 14)",
    "impossible": "local sets whose values no flight can have",
    "no_time": "local sets without a time stamp in a stream without times",
    "no_attitude": "local sets that tell the sensor's angles but not the platform's (tags 5, 6, 7)",
}


class Settings(TelemetrySettings):
    """Nothing of its own."""

    film_time: ClassVar[bool] = True
    kind: Literal["klv"] = "klv"


def build(settings: Settings) -> "LocalSets":
    """The reader."""
    return LocalSets(settings)


class LocalSets:
    """Reads one packet at a time and remembers nothing of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def read(self, body: bytes, t: float | None = None) -> Told:
        """One packet of the data stream; any framing around the sets is passed over."""
        if len(body) > LARGEST:
            raise NotDecoded("too_large", f"the packet has {len(body)} bytes; {LARGEST} are read")
        left, poses, count = Leftovers(_CAUSES, what="set"), list[Pose](), 0
        for count, one in enumerate(localset.sets(body), 1):
            pose = self._pose(one, t, left, count)
            if pose is not None:
                poses.append(pose)
        if not count:
            raise NotDecoded("no_set", "no UAS Datalink Local Set (MISB ST 0601) is in the packet")
        if not poses:
            code = left.reasons()[0].code
            raise NotDecoded(code, f"no position in {count} sets: {_CAUSES[code]}")
        return Told(tuple(poses), left.reasons())

    def _pose(self, body: bytes, t: float | None, left: Leftovers, count: int) -> Pose | None:
        """None, and counted, where the set has none."""
        try:
            found = localset.items(body)
        except localset.Broken as cause:
            left.add(str(cause), count)
            return None
        values, utc = localset.numbers(found), localset.stamp(found)
        code = _lacking(values, t, utc)
        if code is not None:
            left.add(code, count)
            return None
        gimbal = _gimbal(values)
        if gimbal is None and "sensor_elevation" in values:
            left.add("no_attitude", count)
        try:
            return self._built(values, gimbal, t, utc)
        except ValueError:
            left.add("impossible", count)
            return None

    def _built(
        self, values: dict[str, float], gimbal: Gimbal | None, t: float | None, utc: float | None
    ) -> Pose:
        """Where the ground in the middle of the picture is told, the height above it is known."""
        altitude, ground = values.get("altitude"), values.get("ground")
        known = altitude is not None and ground is not None
        return Pose(
            values["latitude"],
            values["longitude"],
            t=t,
            utc=utc,
            height=altitude - ground if altitude is not None and ground is not None else None,
            datum="ground" if known else "takeoff",
            altitude=altitude,
            heading=values.get("heading"),
            gimbal=gimbal,
            spread=self._settings.spread(),
            field=values.get("field") or None,
        )


def _lacking(values: dict[str, float], t: float | None, utc: float | None) -> str | None:
    if "latitude" not in values or "longitude" not in values:
        return "no_position"
    return "no_time" if t is None and utc is None else None


def _gimbal(values: dict[str, float]) -> Gimbal | None:
    """The look over ground: the sensor's turn on the platform's."""
    if not {"heading", "pitch", "roll", "sensor_azimuth", "sensor_elevation"} <= values.keys():
        return None
    platform = (values["heading"], values["pitch"], values["roll"])
    own = (values["sensor_azimuth"], values["sensor_elevation"], values.get("sensor_roll", 0.0))
    yaw, pitch, roll = turning.carried(platform, own)
    return Gimbal(pitch, yaw, roll)
