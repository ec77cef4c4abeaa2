"""An Axis device that publishes its ONVIF events by MQTT: a port, or tampering. All values are texts."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

from edge.simulation.thing import Saying, Sender, ThingSettings, Value

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {
    "active": {"active": True},
    "inactive": {"active": False},
    "tampered": {"tampered": True},
    "untouched": {"tampered": False},
}


class Settings(ThingSettings):
    """fields: `active` of its port, `tampered` of its casing. prefix: of its topics."""

    single: ClassVar[bool] = True

    kind: Literal["axis"]
    port: int = 1
    prefix: str = "axis/gate"


def build(settings: Settings) -> "Axis":
    """The device."""
    return Axis(settings)


class Axis(Sender):
    """A message for each thing that its fields tell."""

    def __init__(self, settings: Settings) -> None:
        self._port, self._prefix = str(settings.port), settings.prefix

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """One message or two."""
        told = []
        if "active" in fields:
            state = {"state": _text(fields["active"])}
            told.append(self._event("onvif:Device/axis:IO/Port", utc, state, {"port": self._port}))
        if "tampered" in fields:
            told.append(
                self._event("onvif:Device/axis:Casing/Open", utc, {"Open": _text(fields["tampered"])}, {})
            )
        return told

    def _event(self, topic: str, utc: float, data: dict[str, str], source: dict[str, str]) -> Saying:
        message: dict[str, Any] = {"source": source, "key": {}, "data": data}
        said = {"topic": topic, "timestamp": round(utc * 1000), "message": message}
        return Saying(json.dumps(said).encode(), f"{self._prefix}/event/{topic}")


def _text(value: Value) -> str:
    return "1" if value else "0"
