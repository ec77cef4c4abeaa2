"""A Dragino sensor in a network of The Things Stack v3, whose codec has read the bytes already."""

import json
from collections.abc import Mapping
from typing import Final, Literal

from edge.simulation.thing import Saying, Sender, ThingSettings, Value, stamp

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {
    "open": {"DOOR_OPEN_STATUS": 1},
    "closed": {"DOOR_OPEN_STATUS": 0},
    "wet": {"WATER_LEAK_STATUS": 1},
    "dry": {"WATER_LEAK_STATUS": 0},
}


class Settings(ThingSettings):
    """fields: as Dragino's codecs name them (`DOOR_OPEN_STATUS`, `WATER_LEAK_STATUS`, `Distance`, `BatV`)."""

    kind: Literal["the_things_stack"]
    application: str = "street"


def build(settings: Settings) -> "TheThingsStack":
    """The sensor, as its network tells of it."""
    return TheThingsStack(settings)


class TheThingsStack(Sender):
    """What is 0, false or empty is left out, as that network does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """One uplink."""
        name, application = self._settings.called, self._settings.application
        said = {
            "end_device_ids": {"device_id": name, "application_ids": {"application_id": application}},
            "received_at": stamp(utc),
            "uplink_message": {
                "f_port": 2,
                "decoded_payload": {field: value for field, value in fields.items() if value},
                "rx_metadata": [{"gateway_ids": {"gateway_id": "roof"}, "rssi": -88, "snr": 6.5}],
                "received_at": stamp(utc),
            },
        }
        return [Saying(json.dumps(said).encode(), f"v3/{application}@ttn/devices/{name}/up")]
