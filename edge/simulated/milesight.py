"""A Milesight sensor behind a Milesight gateway, which sends by MQTT itself."""

import base64
import json
from collections.abc import Mapping
from typing import Literal

from edge.simulation.milesight import WORDS, payload
from edge.simulation.thing import RadioSettings, Saying, Sender, Value, stamp

__all__ = ["WORDS", "Settings", "build"]


class Settings(RadioSettings):
    """topic: of the gateway, for all its sensors."""

    kind: Literal["milesight"]
    topic: str = "milesight/uplink"


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
