"""Tasmota: the state of the module, and what its sensors measure, each under a topic of its own."""

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from broker.timetext import zone_name
from edge.simulation.thing import Saying, Sender, ThingSettings, Value

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {"on": {"POWER": "ON"}, "off": {"POWER": "OFF"}}
ENERGY: Final = ("Total", "Power", "Voltage", "Current")


class Settings(ThingSettings):
    """fields: `POWER` and `Switch1` (ON, OFF), `Total`, `Power`, `Voltage`, `Current` of a meter,
    `Temperature`, `Humidity` of a sensor, `RSSI` of its radio. timezone: of its clock."""

    kind: Literal["tasmota"]
    timezone: Annotated[str, AfterValidator(zone_name)] = "UTC"


def build(settings: Settings) -> "Tasmota":
    """The module."""
    return Tasmota(settings)


class Tasmota(Sender):
    """STATE always, SENSOR where there is something to measure."""

    def __init__(self, settings: Settings) -> None:
        self._name = settings.called
        self._zone = ZoneInfo(settings.timezone)

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """Its own time has no zone."""
        at = datetime.fromtimestamp(utc, timezone.utc).astimezone(self._zone)
        time = {"Time": at.strftime("%Y-%m-%dT%H:%M:%S")}
        state: dict[str, Any] = time | {"Wifi": {"RSSI": fields.get("RSSI", 70)}}
        state |= {name: value for name, value in fields.items() if name.startswith("POWER")}
        told = [self._saying("STATE", state)]
        if measured := _measured(fields):
            told.append(self._saying("SENSOR", time | measured))
        return told

    def _saying(self, what: str, said: dict[str, Any]) -> Saying:
        return Saying(json.dumps(said).encode(), f"tele/{self._name}/{what}")


def _measured(fields: Mapping[str, Value]) -> dict[str, Any]:
    sensor = {name: fields[name] for name in ("Temperature", "Humidity") if name in fields}
    energy = {name: fields[name] for name in ENERGY if name in fields}
    told: dict[str, Any] = {name: value for name, value in fields.items() if name.startswith("Switch")}
    return told | ({"AM2301": sensor} if sensor else {}) | ({"ENERGY": energy} if energy else {})
