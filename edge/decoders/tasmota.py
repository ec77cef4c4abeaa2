"""Tasmota: `tele/<device>/SENSOR` and its siblings, with the topics that `FullTopic` makes.

Source: Tasmota's documentation (MQTT; JSON Status Responses; Sensor pages). Its local time has no zone.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from broker.settings import Settings as Base
from broker.timetext import zone_name
from edge.decoding import Decoded, Decoder, DecoderSettings, NotDecoded
from edge.meanings import PERCENT, Fields, Meaning, number, words
from edge.payloads import device_of, object_of, part, reason, within
from edge.stamps import iso

FlagQuantity = Literal["contact", "water", "smoke", "gas", "tamper", "tilted", "alarm", "input", "occupied"]
_NUMBERED: Final = re.compile(r"(POWER|Switch|C|A)([1-9][0-9]?)?", re.ASCII)
_SENSOR: Final = re.compile(r"[A-Z][A-Z0-9]{1,9}(?:-[0-9A-F]{1,2})?", re.ASCII)
_ON: Final = {"on": True, "off": False}
_CENTIMETRES: Final = frozenset({"SR04", "VL53L0X"})
_WIFI: Final = reason("network_unread", "of the Wi-Fi only the signal is read; network and station are not")
_ADDRESS: Final = reason("address_unread", "a radio sensor with an address of its own is not read")
_NO_READING: Final = reason("no_reading", "a message of the firmware or of availability")
_SAID: Final = frozenset({"SENSOR", "STATE", "RESULT", "STATUS8", "STATUS10", "STATUS11"})


class Input(Base):
    """What a switch input is wired to. when_on: the flag's value where the device says ON."""

    quantity: FlagQuantity
    when_on: bool = True


def _topic(pattern: str) -> str:
    if pattern.count("%topic%") != 1 or set(pattern) & set("+#"):
        raise ValueError("is no FullTopic; it holds %topic% once and no wildcard")
    return pattern.strip("/")


class Settings(DecoderSettings):
    """timezone: of the devices' clocks; without it their times are not told. inputs: by name, as Switch1."""

    kind: Literal["tasmota"]
    full_topic: Annotated[str, Field(max_length=128), AfterValidator(_topic)] = "%prefix%/%topic%"
    timezone: Annotated[str, AfterValidator(zone_name)] | None = None
    inputs: dict[Annotated[str, Field(pattern=r"^Switch[1-9][0-9]?$")], Input] = {}


def build(settings: Settings) -> Decoder:
    return Tasmota(settings)


_METERED: Final = {"Power": "power", "Total": "energy", "Voltage": "voltage", "Current": "current"}
ENERGY: Final = Fields(
    {name: number(quantity) for name, quantity in _METERED.items()}
    | {
        f"{name}{phase}": number(quantity, channel=str(phase))
        for name, quantity in _METERED.items()
        for phase in (2, 3, 4)
    },
    silent=frozenset(
        {"TotalStartTime", "Yesterday", "Today", "Period", "ApparentPower", "ReactivePower", "Factor"}
        | {"Frequency"}
    ),
)
# Factor and offset to our unit.
TEMPERATURE: Final = {"C": (1.0, 0.0), "F": (5.0 / 9.0, -160.0 / 9.0)}
PRESSURE: Final = {"hPa": 1.0, "mmHg": 1.333223684, "inHg": 33.86388667}
_SILENT: Final = frozenset(
    {"Time", "TempUnit", "PressureUnit", "SpeedUnit", "Uptime", "UptimeSec", "Heap", "SleepMode", "Sleep"}
    | {"LoadAvg", "MqttCount", "Vcc", "Berry", "ESP32", "Epoch"}
)


@lru_cache(maxsize=512)
def _sensor(name: str, degrees: str, pressure: str) -> Fields:
    """The fields of one sensor of a device, in the units that the message says."""
    scale, offset = TEMPERATURE[degrees]
    known: dict[str, Meaning] = {
        "Temperature": number("temperature", scale, offset, channel=name),
        "Humidity": number("humidity", channel=name, within=PERCENT),
        "Pressure": number("pressure", PRESSURE[pressure], channel=name),
        "Illuminance": number("illuminance", channel=name),
    }
    if name in _CENTIMETRES:
        known["Distance"] = number("distance", 0.01, channel=name)
    return Fields(known, silent=frozenset({"Id", "DewPoint", "SeaPressure"}))


class Tasmota:
    """Sensors, switches and relays of Tasmota devices."""

    def __init__(self, settings: Settings) -> None:
        levels = re.escape(settings.full_topic).split("%topic%")
        before, after = (level.replace("%prefix%", "(?:tele|stat)") for level in levels)
        self._topic = re.compile(rf"{before}(?P<device>[^/]+){after}/(?P<what>[A-Z0-9]+)")
        self._zone = ZoneInfo(settings.timezone) if settings.timezone else None
        self._flat = lru_cache(maxsize=256)(self._flat_meaning)
        self._inputs = settings.inputs
        self._fields = Fields({}, silent=_SILENT, numbered=self._flat)

    def decode(self, topic: str, body: bytes) -> Decoded:
        within(body)
        found = self._topic.fullmatch(topic)
        if found is None:
            raise NotDecoded("other_topic", "the topic is not made as the full topic of the settings")
        device, what = device_of(found["device"], "the topic's device"), found["what"]
        if what.startswith("POWER"):
            return self._bare(device, what, body)
        if what not in _SAID:
            return Decoded(left=(_NO_READING,))
        said = object_of(body)
        if what.startswith("STATUS"):
            said = part(said, "StatusSTS" if what == "STATUS11" else "StatusSNS")
        return self._read(device, said)

    def _bare(self, device: str, name: str, body: bytes) -> Decoded:
        text = body[:16].decode("ascii", "replace")
        readings, left = self._fields.read(device, ((name, text),))
        return Decoded(tuple(readings), tuple(left))

    def _read(self, device: str, said: dict[str, Any]) -> Decoded:
        at = iso(said.get("Time"), self._zone)
        flat = [(name, value) for name, value in said.items() if not isinstance(value, dict)]
        readings, left = self._fields.read(device, flat, at)
        degrees, pressure = _unit(said, "TempUnit", TEMPERATURE), _unit(said, "PressureUnit", PRESSURE)
        for name, value in said.items():
            if isinstance(value, dict):
                more, why = self._group(device, name, value, at, (degrees, pressure))
                readings += more
                left += why
        return Decoded(tuple(readings), tuple(left))

    def _group(
        self, device: str, name: str, said: dict[str, Any], at: float | None, units: tuple[str, str]
    ) -> Any:
        if name == "Wifi":
            readings, _ = WIFI.read(device, said.items(), at)
            return readings, [_WIFI]
        if name == "ENERGY":
            return ENERGY.read(device, _phases(said), at)
        if name in ("COUNTER", "ANALOG"):
            return self._fields.read(device, said.items(), at)
        if "mac" in said or "MAC" in said:
            return [], [_ADDRESS]
        if not _SENSOR.fullmatch(name):
            return [], [reason("unknown_sensor", "a group of fields that is no sensor's")]
        return _sensor(name, *units).read(device, said.items(), at)

    def _flat_meaning(self, name: str) -> Meaning | None:
        """POWER1, Switch2, C1, A0 and their like; the first has no channel."""
        found = _NUMBERED.fullmatch(name)
        if found is None:
            return None
        channel = found[2] if found[2] not in (None, "1") else None
        if found[1] == "POWER":
            return words("switch", _ON, channel=channel)
        if found[1] == "Switch":
            wired = self._inputs.get(name, Input(quantity="input"))
            return words(
                wired.quantity, {word: on == wired.when_on for word, on in _ON.items()}, channel=channel
            )
        return number("count", channel=channel) if found[1] == "C" and found[2] else None


WIFI: Final = Fields({"Signal": number("signal"), "RSSI": number("link", within=PERCENT)})


def _unit(said: dict[str, Any], name: str, known: Any) -> str:
    """The unit that the message says, the first of the table where it says none."""
    told = said.get(name)
    return told if isinstance(told, str) and told in known else next(iter(known))


def _phases(said: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """A meter of several phases tells lists; the first phase has no channel, the others their number."""
    for name, value in said.items():
        if isinstance(value, list):
            for phase, each in enumerate(value[:4], 1):
                yield name if phase == 1 else f"{name}{phase}", each
        else:
            yield name, value
