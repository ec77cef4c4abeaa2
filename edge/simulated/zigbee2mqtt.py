"""Zigbee2MQTT: the state of a device as one JSON object under its friendly name."""

import json
from collections.abc import Mapping
from typing import Final, Literal

from edge.simulation.thing import Saying, Sender, ThingSettings, Value

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {
    "open": {"contact": False},
    "closed": {"contact": True},
    "wet": {"water_leak": True},
    "dry": {"water_leak": False},
    "smoke": {"smoke": True},
    "no_smoke": {"smoke": False},
    "tampered": {"tamper": True},
    "untouched": {"tamper": False},
    "on": {"state": "ON"},
    "off": {"state": "OFF"},
}


class Settings(ThingSettings):
    """base: Zigbee2MQTT's base topic. fields: as it exposes them (`contact`, `battery`, `linkquality`)."""

    kind: Literal["zigbee2mqtt"]
    base: str = "zigbee2mqtt"


def build(settings: Settings) -> "Zigbee2mqtt":
    """The device."""
    return Zigbee2mqtt(settings)


class Zigbee2mqtt(Sender):
    """Says everything that it exposes, whatever of it has changed."""

    def __init__(self, settings: Settings) -> None:
        self._topic = f"{settings.base}/{settings.called}"

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:  # noqa: ARG002 - no stamp
        """One message."""
        return [Saying(json.dumps(dict(fields)).encode(), self._topic)]
