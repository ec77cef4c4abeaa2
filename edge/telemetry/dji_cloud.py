"""DJI Cloud API: the aircraft's `osd` messages over MQTT (thing/product/<serial>/osd). Pure.

`read` takes one message. Docks and remote controls write to the same topics; what has no attitude is refused
before its position is looked at, since a remote control is where a person stands. Source: DJI Cloud API,
thing model, aircraft properties (`elevation` above take-off, `height` above the ellipsoid).
"""

import json
import re
from math import isfinite
from typing import Any, Final, Literal

from pydantic import Field

from broker.events import Reason
from edge.decoding import LARGEST, NotDecoded
from edge.flight.pose import Gimbal, Pose
from edge.flight.telling import TelemetrySettings, Told

_INDEX: Final = re.compile(r"\d{1,5}-\d{1,2}-\d{1,2}")
_NO_GIMBAL: Final = Reason(code="no_gimbal", text="the message tells no gimbal angles")


class Settings(TelemetrySettings):
    """payload: the index of the camera, such as 52-0-0; without it the only one is taken.

    geoid_m: how high the geoid lies above the ellipsoid there; with it the altitude above sea is known.
    """

    kind: Literal["dji_cloud"] = "dji_cloud"
    payload: str | None = Field(default=None, pattern=r"^\d{1,5}-\d{1,2}-\d{1,2}$")
    geoid_m: float | None = Field(default=None, ge=-120, le=100)


def build(settings: Settings) -> "Osd":
    """The reader."""
    return Osd(settings)


class Osd:
    """Reads one message at a time and remembers nothing of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def read(self, body: bytes, t: float | None = None) -> Told:
        """One message; its own time stamp is the UTC time."""
        message = _object(body)
        data = message.get("data")
        if not isinstance(data, dict):
            raise NotDecoded("no_data", "data: must be an object")
        if _number(data, "attitude_head") is None:
            raise NotDecoded("no_aircraft", "data.attitude_head is missing: not the message of an aircraft")
        gimbal, reason = self._gimbal(data)
        pose = self._pose(message, data, gimbal, t)
        return Told((pose,), (reason,) if reason is not None else ())

    def _pose(
        self, message: dict[str, Any], data: dict[str, Any], gimbal: Gimbal | None, t: float | None
    ) -> Pose:
        latitude, longitude = _number(data, "latitude"), _number(data, "longitude")
        if latitude is None or longitude is None or (latitude == 0.0 and longitude == 0.0):
            raise NotDecoded("no_fix", "data.latitude, data.longitude: no position fix")
        stamp, ellipsoid = _number(message, "timestamp"), _number(data, "height")
        try:
            return Pose(
                latitude,
                longitude,
                t=t,
                utc=stamp / 1000.0 if stamp is not None else None,
                height=_number(data, "elevation"),
                altitude=self._above_sea(ellipsoid),
                heading=_number(data, "attitude_head"),
                gimbal=gimbal,
                spread=self._settings.spread(),
            )
        except ValueError as fault:
            raise NotDecoded("impossible", f"data: {fault}") from None

    def _above_sea(self, ellipsoid: float | None) -> float | None:
        geoid = self._settings.geoid_m
        return None if ellipsoid is None or geoid is None else ellipsoid - geoid

    def _gimbal(self, data: dict[str, Any]) -> tuple[Gimbal | None, Reason | None]:
        """The camera's angles, or why there are none."""
        chosen = self._settings.payload
        named = {key for key, value in data.items() if _INDEX.fullmatch(key) and isinstance(value, dict)}
        if chosen is None and len(named) > 1:
            text = f"the message tells of {len(named)} payloads; name one of them as payload"
            return None, Reason(code="which_payload", text=text)
        if chosen is not None and chosen not in named:
            return None, Reason(code="no_payload", text=f"the message tells nothing of payload {chosen}")
        payload = data[chosen or min(named)] if named else {}
        pitch, yaw = _number(payload, "gimbal_pitch"), _number(payload, "gimbal_yaw")
        if pitch is None:
            return None, _NO_GIMBAL
        return Gimbal(pitch, yaw, _number(payload, "gimbal_roll") or 0.0), None


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > LARGEST:
        raise NotDecoded("too_large", f"the message has {len(body)} bytes; {LARGEST} are read")
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise NotDecoded("not_json", "the message is no JSON") from None
    if not isinstance(message, dict):
        raise NotDecoded("not_json", "the message is no JSON object")
    return message


def _number(holder: dict[str, Any], key: str) -> float | None:
    """A finite number; None for everything else."""
    value = holder.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:
        return None
