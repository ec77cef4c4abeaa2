"""A Milesight sensor in a ChirpStack v4 network: the event `up` of an application."""

import base64
import json
from collections.abc import Mapping
from typing import Literal

from edge.simulation.milesight import WORDS, payload
from edge.simulation.thing import RadioSettings, Saying, Sender, Value, stamp

__all__ = ["WORDS", "Settings", "build"]


class Settings(RadioSettings):
    """application: its number there."""

    kind: Literal["chirpstack"]
    application: str = "1"


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
            "deviceName": settings.names[1],
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
