"""A Milesight sensor in a ChirpStack v4 network: the event `up` of an application."""

import base64
import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import Self

from edge.simulation.milesight import WORDS, payload
from edge.simulation.thing import Saying, Sender, ThingSettings, Value, eui_of, renamed, stamp

__all__ = ["WORDS", "Settings", "build"]


class Settings(ThingSettings):
    """model: of the sensor; fields: as `edge/simulation/milesight.py` has them. eui: from its name."""

    kind: Literal["chirpstack"]
    model: str
    eui: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None = None
    application: str = "1"

    @property
    def called(self) -> str:
        """Its EUI."""
        return self.eui or eui_of(self.name or self.id)

    def copy_for(self, street: int) -> Self:
        """With an EUI of its own."""
        copy = super().copy_for(street)
        eui = self.eui if self.eui is None or street == 1 else eui_of(renamed(self.eui, street))
        return copy.model_copy(update={"eui": eui})


def build(settings: Settings) -> "Chirpstack":
    """The sensor, as its network tells of it."""
    return Chirpstack(settings)


class Chirpstack(Sender):
    """Bytes, without a codec of the network's own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._count = 0

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """One uplink."""
        settings, self._count = self._settings, self._count + 1
        about = {
            "applicationId": settings.application,
            "deviceProfileName": settings.model.upper(),
            "deviceName": settings.name or settings.id,
            "devEui": settings.called,
        }
        said = {
            "time": stamp(utc),
            "deviceInfo": about,
            "fCnt": self._count,
            "fPort": 85,
            "data": base64.b64encode(payload(settings.model, fields)).decode(),
            "rxInfo": [{"gatewayId": "0016c001f1500001", "rssi": -91, "snr": 5.5}],
        }
        topic = f"application/{settings.application}/device/{settings.called}/event/up"
        return [Saying(json.dumps(said).encode(), topic)]
