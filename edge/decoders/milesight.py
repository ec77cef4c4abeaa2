"""Milesight without a LoRaWAN network beside it: its gateways' own MQTT, and its narrow-band devices.

Source: Milesight's gateway guide (MQTT application: `devEUI`, `fPort`, `data`), SensorDecoders' cellular
decoders (frame of start flag 2, and the same as JSON). A frame's IMEI, IMSI and card number stay unread.
"""

from typing import Any, Final, Literal

from edge.codec import Codec, Sent
from edge.codecchoice import Choice, Codecs, decode_payload, joined
from edge.codecs.milesight import MOST_PAST
from edge.decoding import Decoded, Decoder, DecoderSettings, NotDecoded
from edge.payloads import base64_of, device_of, number_of, object_of, once, reason, within
from edge.radio import port_of
from edge.readings import Reading
from edge.stamps import epoch, iso

# Offsets of a narrow-band frame.
_SERIAL: Final = slice(17, 33)
_QUALITY: Final = 83
_LENGTH: Final = slice(84, 86)
_DATA: Final = 86
_UNREAD: Final = reason("subscriber_unread", "numbers of the device's card and radio are left unread")


class Settings(DecoderSettings):
    """codecs: of kind milesight, by patterns of the devices' EUIs or serial numbers."""

    kind: Literal["milesight"]
    codecs: Codecs


def build(settings: Settings) -> Decoder:
    return Milesight(settings)


class Milesight:
    """Messages of gateways and frames of narrow-band devices."""

    def __init__(self, settings: Settings) -> None:
        self._choice = Choice(settings.codecs)

    def decode(self, topic: str, body: bytes) -> Decoded:  # noqa: ARG002 - the message says it
        within(body)
        if body[:1] == b"\x02":
            return self._frame(body)
        said = object_of(body)
        if "startFlag" in said or isinstance(said.get("data"), list):
            return self._frame_in_json(said)
        return self._of_gateway(said)

    def _of_gateway(self, said: dict[str, Any]) -> Decoded:
        device = device_of(said.get("devEUI"), "devEUI")
        at = iso(said.get("time"))
        payload = base64_of(said.get("data"), "data")
        sent = Sent(device, at, port_of(said.get("fPort")))
        decoded = said.get("object")
        return decode_payload(self._choice.of(device, ""), sent, payload, decoded, lacks_zeros=False)

    def _frame(self, body: bytes) -> Decoded:
        if len(body) < _DATA:
            raise NotDecoded("cut_short", f"a frame has {_DATA} bytes before its data, this one {len(body)}")
        device = device_of(body[_SERIAL].decode("ascii", "replace"), "the frame's serial number")
        length = int.from_bytes(body[_LENGTH], "big")
        payload = body[_DATA : _DATA + length]
        found = decode_payload(self._codec(device), Sent(device), payload, None, lacks_zeros=False)
        left = [*found.left, _UNREAD]
        if len(payload) < length:
            left.append(reason("cut_short", "the frame ends before the data that it announces"))
        return joined(Decoded(found.readings, once(left)), _signal(device, body[_QUALITY]))

    def _frame_in_json(self, said: dict[str, Any]) -> Decoded:
        device = device_of(said.get("sn"), "sn")
        codec = self._codec(device)
        records = said.get("data")
        found = [
            decode_payload(codec, Sent(device, epoch(each.get("timestamp"))), b"", each, lacks_zeros=False)
            for each in (records[:MOST_PAST] if isinstance(records, list) else ())
            if isinstance(each, dict)
        ]
        readings = tuple(each for one in found for each in one.readings)
        left = once([*(why for one in found for why in one.left), _UNREAD])
        return joined(Decoded(readings, left), _signal(device, said.get("csq")))

    def _codec(self, device: str) -> Codec | None:
        return self._choice.of(device, "")


def _signal(device: str, quality: Any) -> tuple[Reading, ...]:
    """3GPP TS 27.007: 0 to 31 are -113 to -51 dBm; 99 is unknown."""
    steps = number_of(quality)
    if steps is None or not 0.0 <= steps <= 31.0:
        return ()
    return (Reading(device, "signal", -113.0 + 2.0 * steps),)
