"""A flight as poses in order of time, and where the camera was between them. Pure."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import cos, hypot, radians
from typing import Final

from broker.events import Reason
from edge.flight.pose import Gimbal, Pose, Spread
from edge.flight.turning import nearest

_DEGREE_M: Final = 111_320.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What may be bridged. gap_s: longest time between two poses. fastest: m/s that one flight can have.

    keep_s: how long a pose is kept behind the newest; most: how many at most. clock_sd_s: how well the times
    of pictures and telemetry fit; what the camera moved in that time is added to the deviations.
    """

    gap_s: float = 2.0
    fastest: float = 60.0
    keep_s: float = float("inf")
    most: int = 500_000
    clock_sd_s: float = 0.05


class Path:
    """One flight. `offset`: seconds added to a picture's time to find the telemetry's."""

    def __init__(self, pace: Pace = Pace(), offset: float = 0.0, *, by_utc: bool = False) -> None:
        self._pace = pace
        self._offset = offset
        self._by_utc = by_utc
        self._times: list[float] = []
        self._poses: list[Pose] = []

    def __len__(self) -> int:
        return len(self._poses)

    @property
    def poses(self) -> tuple[Pose, ...]:
        """Those that are kept, in order of time."""
        return tuple(self._poses)

    def add(self, poses: Iterable[Pose]) -> int:
        """In any order; a later one of the same time replaces the earlier. Returns how many had no time."""
        lost = 0
        for pose in poses:
            time = pose.utc if self._by_utc else pose.t
            if time is None:
                lost += 1
            else:
                self._put(time, pose)
        self._forget()
        return lost

    def _put(self, time: float, pose: Pose) -> None:
        if not self._times or time > self._times[-1]:
            self._times.append(time)
            self._poses.append(pose)
            return
        place = bisect_left(self._times, time)
        if self._times[place] == time:
            self._poses[place] = pose
        else:
            insort(self._times, time)
            self._poses.insert(place, pose)

    def _forget(self) -> None:
        """What lies too far behind the newest, and what is too many."""
        if not self._times:
            return
        old = bisect_left(self._times, self._times[-1] - self._pace.keep_s)
        cut = max(old, len(self._times) - self._pace.most)
        if cut > 0:
            del self._times[:cut], self._poses[:cut]

    def clear(self) -> None:
        """Forget the flight: it has ended."""
        self._times.clear()
        self._poses.clear()

    def at(self, time: float) -> Pose | Reason:
        """The camera at a picture's time, or why it is not known."""
        if not self._times:
            return Reason(code="no_telemetry", text="no telemetry has come")
        asked = time + self._offset
        place = bisect_left(self._times, asked)
        if place < len(self._times) and self._times[place] == asked:
            pose = self._poses[place]
            return replace(pose, spread=_wider(pose.spread, self._drift(place)))
        if place == 0 or place == len(self._times):
            return self._outside(asked)
        before, after = self._times[place - 1], self._times[place]
        reason = self._apart(place, after - before)
        if reason is not None:
            return reason
        return self._blend(place, (asked - before) / (after - before))

    def _outside(self, asked: float) -> Pose | Reason:
        """Before the first or after the last pose: that one, while it is near enough."""
        first, last = self._times[0], self._times[-1]
        away, pose = (first - asked, self._poses[0]) if asked < first else (asked - last, self._poses[-1])
        if away > self._pace.gap_s / 2:
            where = "before the first" if asked < first else "after the last"
            text = f"the picture is {away:.1f} s {where} word of the telemetry"
            return Reason(code="no_telemetry", text=text, values={"away_s": away})
        near = 0 if asked < first else len(self._poses) - 1
        return replace(pose, spread=_wider(pose.spread, self._speed(near) * away))

    def _apart(self, place: int, gap: float) -> Reason | None:
        """Why two neighbours cannot be bridged."""
        if gap > self._pace.gap_s:
            text = f"the telemetry has a gap of {gap:.1f} s; {self._pace.gap_s:g} s are bridged"
            return Reason(code="telemetry_gap", text=text, values={"gap_s": gap, "limit_s": self._pace.gap_s})
        a, b = self._poses[place - 1], self._poses[place]
        way = distance(a, b)
        if way > self._pace.fastest * gap + 3.0 * (a.spread.ground + b.spread.ground):
            text = f"the telemetry jumps {way:.0f} m in {gap:.2f} s: not one flight, or a wrong fix"
            return Reason(code="telemetry_jump", text=text, values={"way_m": way, "gap_s": gap})
        return None

    def _speed(self, place: int) -> float:
        """m/s to a pose from the one before it (the first: to the next); the fastest where it is alone."""
        if len(self._poses) < 2:
            return self._pace.fastest
        before = max(place, 1) - 1
        took = max(self._times[before + 1] - self._times[before], 1e-3)
        return min(self._pace.fastest, distance(self._poses[before], self._poses[before + 1]) / took)

    def _drift(self, place: int) -> float:
        """Metres that it moves while the clocks may differ."""
        return self._speed(place) * self._pace.clock_sd_s if len(self._poses) > 1 else 0.0

    def _blend(self, place: int, share: float) -> Pose:
        a, b = self._poses[place - 1], self._poses[place]
        return Pose(
            _mix(a.latitude, b.latitude, share),
            _round(_mix(a.longitude, nearest_longitude(b.longitude, a.longitude), share)),
            t=_optional(a.t, b.t, share),
            utc=_optional(a.utc, b.utc, share),
            height=_optional(a.height, b.height, share) if a.datum == b.datum else None,
            datum=a.datum,
            altitude=_optional(a.altitude, b.altitude, share),
            heading=_angle(a.heading, b.heading, share),
            gimbal=_look(a.gimbal, b.gimbal, share),
            spread=_wider(_larger(a.spread, b.spread), self._drift(place)),
            focal=a.focal if share < 0.5 else b.focal,
            field=a.field if share < 0.5 else b.field,
        )


def distance(a: Pose, b: Pose) -> float:
    """Metres over ground between two poses, near enough to tell a jump."""
    east = nearest_longitude(b.longitude, a.longitude) - a.longitude
    return _DEGREE_M * hypot(b.latitude - a.latitude, east * cos(radians(a.latitude)))


def nearest_longitude(longitude: float, to: float) -> float:
    """The same meridian, written within half a turn of another."""
    return nearest(longitude, to)


def _round(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0


def _mix(a: float, b: float, share: float) -> float:
    return a + (b - a) * share


def _optional(a: float | None, b: float | None, share: float) -> float | None:
    return None if a is None or b is None else _mix(a, b, share)


def _angle(a: float | None, b: float | None, share: float) -> float | None:
    """The shorter way round."""
    return None if a is None or b is None else _mix(a, nearest(b, a), share) % 360.0


def _look(a: Gimbal | None, b: Gimbal | None, share: float) -> Gimbal | None:
    if a is None or b is None:
        return None
    roll = _mix(a.roll, nearest(b.roll, a.roll), share)
    return Gimbal(_mix(a.pitch, b.pitch, share), _angle(a.yaw, b.yaw, share), roll)


def _larger(a: Spread, b: Spread) -> Spread:
    return Spread(max(a.ground, b.ground), max(a.height, b.height), max(a.yaw, b.yaw), max(a.tilt, b.tilt))


def _wider(spread: Spread, way: float) -> Spread:
    """With what the camera moved meanwhile, which is known in neither direction."""
    return replace(spread, ground=hypot(spread.ground, way))
