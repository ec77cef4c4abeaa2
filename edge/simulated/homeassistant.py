"""A contact and its battery that tell of themselves by Home Assistant's discovery (ESPHome and the like)."""

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from edge.simulation.thing import Saying, Sender, ThingSettings, Value

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {
    "open": {"open": True},
    "closed": {"open": False},
    "wet": {"wet": True},
    "dry": {"wet": False},
    "smoke": {"smoke": True},
    "no_smoke": {"smoke": False},
}
# Fields that are a flag, with the device class that says what they mean, and such as are a number.
FLAGS: Final = {"open": "opening", "wet": "moisture", "smoke": "smoke"}
NUMBERS: Final = {"battery": ("battery", "%"), "temperature": ("temperature", "°C")}


class Settings(ThingSettings):
    """fields: `open`, `wet`, `smoke`, `battery`, `temperature`."""

    kind: Literal["homeassistant"]
    prefix: str = "homeassistant"


def build(settings: Settings) -> "HomeAssistant":
    """The device."""
    return HomeAssistant(settings)


class HomeAssistant(Sender):
    """Tells once what it will tell, retained, and then its state."""

    def __init__(self, settings: Settings) -> None:
        self._name, self._prefix = settings.called, settings.prefix
        self._told: set[str] = set()

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:  # noqa: ARG002 - no stamp
        """Its state, after the discovery of what is new in it. Raises ValueError for fields not known."""
        if strange := fields.keys() - FLAGS.keys() - NUMBERS.keys():
            known = ", ".join((*FLAGS, *NUMBERS))
            raise ValueError(f"homeassistant has no {min(strange)!r}; it has {known}")
        new = [name for name in fields if name not in self._told]
        self._told.update(new)
        state = {
            name: ("ON" if value else "OFF") if name in FLAGS else value for name, value in fields.items()
        }
        return [*map(self._config, new), Saying(json.dumps(state).encode(), self._topic)]

    @property
    def _topic(self) -> str:
        return f"street/{self._name}/state"

    def _config(self, name: str) -> Saying:
        component, said = ("binary_sensor", _flag(name)) if name in FLAGS else ("sensor", _number(name))
        said |= {
            "state_topic": self._topic,
            "value_template": f"{{{{ value_json.{name} }}}}",
            "unique_id": f"{self._name}_{name}",
            "device": {"identifiers": [self._name], "name": self._name},
        }
        topic = f"{self._prefix}/{component}/{self._name}/{name}/config"
        return Saying(json.dumps(said).encode(), topic, retained=True)


def _flag(name: str) -> dict[str, Any]:
    return {"device_class": FLAGS[name], "payload_on": "ON", "payload_off": "OFF"}


def _number(name: str) -> dict[str, Any]:
    return {"device_class": NUMBERS[name][0], "unit_of_measurement": NUMBERS[name][1]}
