"""A device with JSON of its own: the fields as they are, with its name and its time."""

import json
from collections.abc import Mapping
from typing import Final, Literal

from edge.simulation.thing import Saying, Sender, ThingSettings, Value

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {}


class Settings(ThingSettings):
    """topic: `{name}` in it stands for its name. device, time: the keys of its name and of its time in ms."""

    kind: Literal["plain"]
    topic: str = "devices/{name}"
    device: str = "id"
    time: str | None = "at"


def build(settings: Settings) -> "Plain":
    """The device."""
    return Plain(settings)


class Plain(Sender):
    """One object, whatever the node maps it to."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """One message."""
        settings = self._settings
        said: dict[str, Value] = {settings.device: settings.called, **fields}
        if settings.time is not None:
            said[settings.time] = round(utc * 1000)
        return [Saying(json.dumps(said).encode(), settings.topic.replace("{name}", settings.called))]
