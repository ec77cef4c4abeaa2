"""Zigbee2MQTT: `<base>/<friendly name>` with a JSON object of what the device exposes.

Source: Zigbee2MQTT's documentation (MQTT Topics and Messages; Exposes; Device configuration).
"""

import re
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from edge.decoding import Decoded, Decoder, DecoderSettings, NotDecoded
from edge.meanings import PERCENT, Fields, Meaning, Sense, flag, number, words
from edge.payloads import device_of, number_of, object_of, reason
from edge.stamps import epoch, iso

# A battery's voltage is told in millivolts, a socket's in volts; no mains has 500 V.
_MILLIVOLTS: Final = 500.0
_ENDPOINT: Final = re.compile(
    r"(state|contact|power|voltage|current|energy|temperature|water_leak)_"
    r"(l?[0-9]{1,2}|left|right|center|top|bottom|phase_[abc])"
)
_LEVELS: Final = frozenset({"availability", "set", "get"})
_NO_READING: Final = reason("no_reading", "a message of the bridge, of availability or to the device")


class Settings(DecoderSettings):
    """Where Zigbee2MQTT publishes (`mqtt.base_topic` there)."""

    kind: Literal["zigbee2mqtt"]
    base: Annotated[str, Field(pattern=r"^[^+#\s/](?:[^+#\s]{0,126}[^+#\s/])?$")] = "zigbee2mqtt"


def build(settings: Settings) -> Decoder:
    return Zigbee2mqtt(settings.base + "/")


def _voltage(value: Any) -> Sense | None:
    found = number_of(value)
    if found is None:
        return None
    if found > _MILLIVOLTS:
        return "battery_voltage", round(found / 1000.0, 6), None
    return "voltage", found, None


SWITCH: Final = words("switch", {"on": True, "off": False})
KNOWN: Final[dict[str, Meaning]] = {
    "contact": flag("contact"),  # true is closed, here as there
    "water_leak": flag("water"),
    "smoke": flag("smoke"),
    "gas": flag("gas"),
    "carbon_monoxide": flag("gas", channel="carbon_monoxide"),
    "tamper": flag("tamper"),
    "vibration": flag("vibration"),
    "tilt": flag("tilted"),
    "alarm": flag("alarm"),
    "battery_low": flag("alarm", channel="battery"),
    "state": SWITCH,
    "battery": number("battery", within=PERCENT),
    "voltage": _voltage,
    "power": number("power"),
    "energy": number("energy"),
    "current": number("current"),
    "temperature": number("temperature"),
    "device_temperature": number("temperature", channel="device"),
    "humidity": number("humidity", within=PERCENT),
    "pressure": number("pressure"),
    "illuminance": number("illuminance"),
    "illuminance_lux": number("illuminance"),
    "linkquality": number("link", 100.0 / 255.0, within=PERCENT),
    "angle_x": number("tilt", channel="x"),
    "angle_y": number("tilt", channel="y"),
    "angle_z": number("tilt", channel="z"),
    "liquid_level_percent": number("fill", within=PERCENT),
    "liquid_depth": number("water_level"),
}
PERSONS: Final = frozenset(
    {"occupancy", "presence", "motion", "motion_state", "moving", "people", "human_motion_state"}
    | {"action", "action_code", "action_user", "action_transaction", "action_source_name"}
    | {"users", "pin_code", "user", "last_unlock_user", "last_unlock_source"}
)
SILENT: Final = frozenset(
    {"last_seen", "update", "update_available", "device", "elapsed", "power_outage_count"}
    | {"trigger_count", "power_on_behavior", "sensitivity", "color_mode"}
)


@lru_cache(maxsize=1024)
def _of_endpoint(name: str) -> Meaning | None:
    """Fields of a device with several ends, such as state_l2 and power_right."""
    found = _ENDPOINT.fullmatch(name)
    if found is None:
        return None
    meaning, channel = KNOWN[found[1]], found[2]

    def of_endpoint(value: Any) -> Sense | None:
        sense = meaning(value)
        return None if sense is None else (sense[0], sense[1], channel)

    return of_endpoint


FIELDS: Final = Fields(KNOWN, PERSONS, SILENT, numbered=_of_endpoint)


class Zigbee2mqtt:
    """Devices by their friendly names, which may hold slashes."""

    def __init__(self, base: str) -> None:
        self._base = base

    def decode(self, topic: str, body: bytes) -> Decoded:
        if not topic.startswith(self._base):
            raise NotDecoded("other_topic", "the topic does not begin with the base topic of the settings")
        name = topic[len(self._base) :]
        if name.startswith("bridge/") or name.rpartition("/")[2] in _LEVELS:
            return Decoded(left=(_NO_READING,))
        said = object_of(body)
        device = device_of(name, "the topic's friendly name")
        if "illuminance_lux" in said:
            said.pop("illuminance", None)  # with both, the short name is raw
        readings, left = FIELDS.read(device, said.items(), _last_seen(said.get("last_seen")))
        return Decoded(tuple(readings), tuple(left))


def _last_seen(value: Any) -> float | None:
    """As its setting `advanced.last_seen` writes it: ISO 8601, or milliseconds."""
    return iso(value) if isinstance(value, str) else epoch(value, 1000.0)
