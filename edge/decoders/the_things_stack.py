"""The Things Stack v3: uplinks as its MQTT server and webhooks send them, in JSON.

Source: The Things Stack's documentation (Data formats; MQTT server; `ttn.lorawan.v3.ApplicationUp`). It is
protobuf in JSON: what is 0, false or empty is left out.
"""

from typing import Any, Final, Literal

from edge.codec import Sent
from edge.codecchoice import Choice, Codecs, decode_payload, joined
from edge.decoding import Decoded, Decoder, DecoderSettings
from edge.payloads import base64_of, device_of, object_of, part, reason
from edge.radio import port_of, radio
from edge.stamps import iso

_NO_UPLINK: Final = reason("no_reading", "a message of a device's life in the network, no uplink")


class Settings(DecoderSettings):
    """codecs: by patterns of the device ids; a message tells no profile."""

    kind: Literal["the_things_stack"]
    codecs: Codecs = []


def build(settings: Settings) -> Decoder:
    return TheThingsStack(settings)


class TheThingsStack:
    """Uplinks by the device's id."""

    def __init__(self, settings: Settings) -> None:
        self._choice = Choice(settings.codecs)

    def decode(self, topic: str, body: bytes) -> Decoded:  # noqa: ARG002 - the message says it
        said = object_of(body)
        uplink = said.get("uplink_message")
        if not isinstance(uplink, dict):
            return Decoded(left=(_NO_UPLINK,))
        device = device_of(part(said, "end_device_ids").get("device_id"), "end_device_ids.device_id")
        return self._uplink(device, uplink, _received(said, uplink))

    def _uplink(self, device: str, uplink: dict[str, Any], at: float | None) -> Decoded:
        payload = base64_of(uplink.get("frm_payload"), "frm_payload")
        codec = self._choice.of(device, "")
        sent = Sent(device, at, port_of(uplink.get("f_port")))
        found = decode_payload(codec, sent, payload, uplink.get("decoded_payload"), lacks_zeros=True)
        return joined(found, radio(device, at, uplink.get("rx_metadata")))


def _received(said: dict[str, Any], uplink: dict[str, Any]) -> float | None:
    """When the network had it; the application's server may have kept it for a while."""
    first = iso(uplink.get("received_at"))
    return iso(said.get("received_at")) if first is None else first
