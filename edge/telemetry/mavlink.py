"""MAVLink 1 and 2: telemetry logs (.tlog) and bare streams of PX4, ArduPilot and others. Pure.

`read` takes the next bytes of a log or a stream, cut anywhere. One pose a GLOBAL_POSITION_INT, with the
latest attitude, gimbal and terrain of the same system. Its t is seconds since that system started.
"""

from dataclasses import dataclass
from math import degrees, isfinite
from typing import ClassVar, Final, Literal, TypeVar

from pydantic import Field

from broker.events import Reason
from edge.decoding import NotDecoded
from edge.flight import mavframes, turning
from edge.flight.mavframes import Frame, Tally
from edge.flight.pose import Gimbal, Pose
from edge.flight.telling import LARGEST, MOST, Leftovers, TelemetrySettings, Told

T = TypeVar("T")

_CAUSES: Final = {
    "no_fix": "positions of 0, 0",
    "impossible": "positions whose values no flight can have",
    "too_many": f"positions beyond the {MOST} that one call reads",
}
_UNKNOWN_HEADING: Final = 65_535
_YAW_LOCKED: Final = 16
_YAW_ON_VEHICLE: Final = 32
_YAW_ON_EARTH: Final = 64


class Settings(TelemetrySettings):
    """form: tlog has the time before each frame, stream has none. system: whose; by default the first's.

    stale_s: an attitude, gimbal or terrain older than that is not used.
    """

    suffix: ClassVar[str] = ".tlog"
    kind: Literal["mavlink"] = "mavlink"
    form: Literal["tlog", "stream"] = "tlog"
    system: int | None = Field(default=None, ge=1, le=255)
    stale_s: float = Field(default=2.0, gt=0, le=60)


def build(settings: Settings) -> "Link":
    """The reader."""
    return Link(settings)


@dataclass(slots=True)
class _Latest:
    """What one system last said, each with its seconds since start. bound: UTC of its start."""

    heading: tuple[float, float] | None = None
    gimbal: tuple[float, Gimbal] | None = None
    terrain: tuple[float, float] | None = None
    bound: float | None = None
    now: float = 0.0


class Link:
    """Reads on from call to call; keeps a part of one frame and the latest word of one system."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cutter = mavframes.Cutter(stamped=settings.form == "tlog")
        self._system = settings.system
        self._latest = _Latest()

    def read(self, body: bytes, t: float | None = None) -> Told:  # noqa: ARG002 - the protocol's
        """The next bytes; t is not used, the messages have times of their own."""
        if len(body) > LARGEST:
            raise NotDecoded("too_large", f"{len(body)} bytes at once; {LARGEST} are read")
        tally, left, poses = Tally(), Leftovers(_CAUSES, what="position"), list[Pose]()
        for count, frame in enumerate(self._cutter.cut(body, tally), 1):
            pose = self._take(frame, left, count)
            if pose is not None and len(poses) < MOST:
                poses.append(pose)
            elif pose is not None:
                left.add("too_many", count)
        if not poses and not tally.others and tally.stray + tally.broken > mavframes.LONGEST:
            raise NotDecoded(
                "no_frame", f"no MAVLink frame of {self._settings.form} form in {len(body)} bytes"
            )
        return Told(tuple(poses), (*left.reasons(), *_damage(tally)))

    def _take(self, frame: Frame, left: Leftovers, count: int) -> Pose | None:
        """Only one system's; a position makes a pose of all that is known."""
        if self._system is None and frame.message == _POSITION:
            self._system = frame.system
        if self._system is not None and frame.system != self._system:
            return None
        if frame.message != _POSITION:
            _TAKERS[frame.message](self._latest, frame)
            return None
        if frame.values[1] == 0 and frame.values[2] == 0:
            left.add("no_fix", count)
            return None
        try:
            return self._pose(frame)
        except ValueError:
            left.add("impossible", count)
            return None

    def _pose(self, frame: Frame) -> Pose:
        boot, latitude, longitude, altitude, relative, _, _, _, heading = frame.values
        latest, at = self._latest, boot / 1000.0
        latest.now = at
        if frame.at is not None and latest.bound is None:
            latest.bound = frame.at - at
        if heading != _UNKNOWN_HEADING and self._fresh(latest.heading) is None:
            latest.heading = (at, heading / 100.0)
        pointed = self._fresh(latest.heading)
        above = self._fresh(latest.terrain)
        return Pose(
            latitude / 1e7,
            longitude / 1e7,
            t=at,
            utc=latest.bound + at if latest.bound is not None else None,
            height=above if above is not None else relative / 1000.0,
            datum="takeoff" if above is None else "ground",
            altitude=altitude / 1000.0,
            heading=heading / 100.0 if heading != _UNKNOWN_HEADING else pointed,
            gimbal=self._fresh(latest.gimbal),
            spread=self._settings.spread(),
        )

    def _fresh(self, said: tuple[float, T] | None) -> T | None:
        return (
            said[1]
            if said is not None and abs(self._latest.now - said[0]) <= self._settings.stale_s
            else None
        )


def _clock(latest: _Latest, frame: Frame) -> None:
    """SYSTEM_TIME ties the time since start to UTC, better than the clock of whoever wrote the log."""
    micros, boot = frame.values
    if micros > 0:
        latest.bound = micros / 1e6 - boot / 1000.0


def _attitude(latest: _Latest, frame: Frame) -> None:
    boot, yaw = frame.values[0] / 1000.0, frame.values[3]
    latest.now = boot
    if isfinite(yaw):
        latest.heading = (boot, degrees(yaw) % 360.0)


def _terrain(latest: _Latest, frame: Frame) -> None:
    """TERRAIN_REPORT has no time of its own; pending means that the height is a guess."""
    height, pending, loaded = frame.values[3], frame.values[5], frame.values[6]
    latest.terrain = (latest.now, float(height)) if loaded and not pending and isfinite(height) else None


def _mount(latest: _Latest, frame: Frame) -> None:
    """MOUNT_ORIENTATION: yaw is the vehicle's own, the absolute one an extension that may be absent."""
    boot, roll, pitch, yaw, absolute = frame.values
    if not all(map(isfinite, frame.values)):
        return
    at = boot / 1000.0
    heading = latest.heading[1] if latest.heading is not None else None
    over_ground = absolute if absolute != 0.0 else None if heading is None else (heading + yaw) % 360.0
    latest.gimbal = (at, Gimbal(float(pitch), over_ground, float(roll)))


def _device(latest: _Latest, frame: Frame) -> None:
    """GIMBAL_DEVICE_ATTITUDE_STATUS: pitch, roll over ground; yaw over ground or from the nose, by flags."""
    boot, flags = frame.values[0], int(frame.values[9])
    try:
        yaw, pitch, roll = turning.of_quaternion(*frame.values[1:5])
    except ValueError:
        return
    heading = latest.heading[1] if latest.heading is not None else None
    locked = bool(flags & (_YAW_ON_EARTH | _YAW_LOCKED)) and not flags & _YAW_ON_VEHICLE
    over_ground = yaw if locked else None if heading is None else (heading + yaw) % 360.0
    latest.gimbal = (boot / 1000.0, Gimbal(pitch, over_ground, roll))


_POSITION: Final = 33
_TAKERS: Final = {2: _clock, 30: _attitude, 136: _terrain, 265: _mount, 285: _device}


def _damage(tally: Tally) -> tuple[Reason, ...]:
    """What was passed over between whole frames."""
    if not tally.broken and not tally.stray:
        return ()
    text = f"{tally.broken} frames whose checksum does not fit and {tally.stray} bytes outside of frames"
    values = {"broken": float(tally.broken), "stray": float(tally.stray)}
    return (Reason(code="damaged", text=text, values=values),)
