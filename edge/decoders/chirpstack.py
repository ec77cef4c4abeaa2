"""ChirpStack v4: the events of its MQTT and HTTP integration, in JSON.

Source: ChirpStack's documentation (Integrations: Events; `api/integration/integration.proto`).
"""

from typing import Any, Final, Literal

from edge.codec import Sent
from edge.codecchoice import Choice, Codecs, decode_payload, joined
from edge.decoding import Decoded, Decoder, DecoderSettings
from edge.payloads import base64_of, device_of, number_of, object_of, part, reason
from edge.radio import port_of, radio
from edge.readings import Reading
from edge.stamps import iso

_EVENTS: Final = frozenset({"up", "status", "join", "ack", "txack", "log", "location", "integration"})
_NO_UPLINK: Final = reason("no_reading", "an event that is neither an uplink nor a device's status")


class Settings(DecoderSettings):
    """named: what devices are called, by their EUI or by their name there, which need not be unique."""

    kind: Literal["chirpstack"]
    codecs: Codecs = []
    named: Literal["eui", "name"] = "eui"


def build(settings: Settings) -> Decoder:
    return Chirpstack(settings)


class Chirpstack:
    """Uplinks, and the battery that a device's status tells."""

    def __init__(self, settings: Settings) -> None:
        self._choice = Choice(settings.codecs)
        self._name = "devEui" if settings.named == "eui" else "deviceName"

    def decode(self, topic: str, body: bytes) -> Decoded:
        event = topic.rpartition("/")[2]
        if event in _EVENTS and event not in ("up", "status"):
            return Decoded(left=(_NO_UPLINK,))
        said = object_of(body)
        about = part(said, "deviceInfo")
        device = device_of(about.get(self._name), f"deviceInfo.{self._name}")
        at = iso(said.get("time"))
        if "batteryLevel" in said and "data" not in said:
            return _status(device, said, at)
        if not said.keys() & {"data", "object", "fPort", "rxInfo"}:
            return Decoded(left=(_NO_UPLINK,))
        return self._uplink(device, about, said, at)

    def _uplink(self, device: str, about: dict[str, Any], said: dict[str, Any], at: float | None) -> Decoded:
        payload = base64_of(said.get("data"), "data")
        eui, profile = about.get("devEui"), about.get("deviceProfileName")
        codec = self._choice.of(_text(eui) or device, _text(profile))
        sent = Sent(device, at, port_of(said.get("fPort")))
        found = decode_payload(codec, sent, payload, said.get("object"), lacks_zeros=False)
        return joined(found, radio(device, at, said.get("rxInfo")))


def _status(device: str, said: dict[str, Any], at: float | None) -> Decoded:
    level = number_of(said["batteryLevel"])
    powered = said.get("externalPowerSource") is True or said.get("batteryLevelUnavailable") is True
    if powered or level is None or not 0.0 <= level <= 100.0:
        return Decoded(left=(reason("no_battery", "the status tells of no battery"),))
    return Decoded((Reading(device, "battery", level, at),))


def _text(value: Any) -> str:
    return value[:128] if isinstance(value, str) else ""
