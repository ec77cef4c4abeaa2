"""A Frigate box that sees one vehicle come, stand and leave. It never sees persons."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from edge.simulation.thing import Saying, Sender, ThingSettings, Value

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {
    "comes": {"there": True, "stationary": False},
    "stands": {"there": True, "stationary": True},
    "leaves": {"there": False, "stationary": False},
}
Pixel = Annotated[int, Field(ge=0, le=20_000)]


class Settings(ThingSettings):
    """camera: as Frigate calls it. label: what it takes the thing for. box: in pixels of its picture.

    fields: `there`, `stationary`. A box that says nothing for 150 s is not believed: it speaks every minute.
    """

    kind: Literal["frigate"]
    camera: str
    label: Literal["car", "truck", "bus", "motorcycle", "bicycle"] = "car"
    box: tuple[Pixel, Pixel, Pixel, Pixel] = (800, 300, 1000, 420)
    prefix: str = "frigate"


def build(settings: Settings) -> "Frigate":
    """The box and its vehicle."""
    return Frigate(settings)


class Frigate(Sender):
    """Each coming is a track of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._track: str | None = None
        self._count = 0

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """Its word that it is there, as once a minute, and new, update or end of the vehicle's track."""
        uptime = {"service": {"uptime": round(utc) % 1_000_000}}
        told = [Saying(json.dumps(uptime).encode(), f"{self._settings.prefix}/stats")]
        there = bool(fields.get("there"))
        if there or self._track is not None:
            told.append(self._tracked(fields, utc, there=there))
        return told

    def _tracked(self, fields: Mapping[str, Value], utc: float, *, there: bool) -> Saying:
        phase = "update" if there and self._track is not None else "new" if there else "end"
        if self._track is None:
            self._count += 1
            self._track = f"{utc:.6f}-{self._settings.called[-6:]}{self._count}"
        event = self._event(self._track, bool(fields.get("stationary")), utc)
        if not there:
            self._track = None
        said = {"type": phase, "before": event, "after": event}
        return Saying(json.dumps(said).encode(), f"{self._settings.prefix}/events")

    def _event(self, track: str, stationary: bool, utc: float) -> dict[str, Any]:
        settings = self._settings
        return {
            "id": track,
            "camera": settings.camera,
            "frame_time": round(utc, 3),
            "label": settings.label,
            "score": 0.82,
            "false_positive": False,
            "box": list(settings.box),
            "stationary": stationary,
        }
