"""A Milesight sensor behind a Milesight gateway, which sends by MQTT itself."""

import base64
import json
from collections.abc import Mapping
from typing import Literal

from edge.simulation.milesight import WORDS, payload
from edge.simulation.thing import Saying, Sender, ThingSettings, Value, eui_of, stamp

__all__ = ["WORDS", "Settings", "build"]


class Settings(ThingSettings):
    """model: of the sensor; fields: as `edge/simulation/milesight.py` has them. topic: of the gateway."""

    kind: Literal["milesight"]
    model: str
    topic: str = "milesight/uplink"

    @property
    def called(self) -> str:
        """Its EUI, from its name."""
        return eui_of(self.name or self.id)


def build(settings: Settings) -> "Milesight":
    """The sensor, as its gateway tells of it."""
    return Milesight(settings)


class Milesight(Sender):
    """One topic for all devices of a gateway; the message says whose it is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """One uplink."""
        data = base64.b64encode(payload(self._settings.model, fields)).decode()
        said = {"devEUI": self._settings.called, "fPort": 85, "time": stamp(utc), "data": data}
        return [Saying(json.dumps(said).encode(), self._settings.topic)]
