"""Dingtek's water leak sensor DC600, with up to four channels.

Source: The Things Network's lorawan-devices, vendor/dingtek, with test vectors. A frame is 80 00, the kind of
device, the kind of message, its own length, and 81 at the end. There are others, of other lengths and
ports, whose layout is not published; they are refused.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from edge.codec import Codec, CodecSettings, Sent
from edge.decoding import Decoded, NotDecoded
from edge.meanings import Fields, flag, number
from edge.payloads import reason

MODELS: Final = ("dc600",)
_PORT: Final = 3
_SIZE: Final = 17
_BEGIN, _END = b"\x80\x00", 0x81
_PARAMETERS: Final = 0x03
_CHANNELS: Final = tuple(f"alarmChannel{n}" for n in (1, 2, 3, 4))
_OFF: Final = reason("not_watching", "the device's monitoring is switched off: its channels say nothing")
FIELDS: Final = Fields(
    {
        **{name: flag("water", channel=None if n == 0 else str(n + 1)) for n, name in enumerate(_CHANNELS)},
        "alarmBattery": flag("alarm", channel="battery"),
        "temperature": number("temperature", within=(-40.0, 85.0)),
    },
    silent=frozenset({"monitorStatus", "frameCounter", "firmware", "uploadInterval", "batteryThreshold"}),
)


class Settings(CodecSettings):
    """model: dc600, the only one that is known."""

    kind: Literal["dingtek"]
    model: Literal["dc600"]


def build(settings: Settings) -> Codec:  # noqa: ARG001 - there is one model
    return Dingtek()


class Dingtek:
    """A set bit of a channel means that it is dry."""

    def of_bytes(self, sent: Sent, payload: bytes) -> Decoded:
        if len(payload) != _SIZE or sent.port != _PORT:
            known = f"of a dc600 {_SIZE} bytes on port {_PORT} are known"
            raise NotDecoded("other_layout", f"{len(payload)} bytes on port {sent.port}; {known}")
        if payload[:2] != _BEGIN or payload[-1] != _END or payload[4] != _SIZE:
            raise NotDecoded("other_layout", "is no frame: 80 00, its length and 81 stand elsewhere")
        if payload[3] == _PARAMETERS:
            return Decoded(left=(reason("no_reading", "a message of settings"),))
        return self._of(sent, _said(payload))

    def of_object(self, sent: Sent, said: Mapping[str, Any], *, lacks_zeros: bool) -> Decoded:
        if "firmware" in said:
            return Decoded(left=(reason("no_reading", "a message of settings"),))
        missing = [*_CHANNELS, "alarmBattery", "monitorStatus"] if lacks_zeros else []
        return self._of(sent, dict.fromkeys(missing, False) | dict(said))

    def _of(self, sent: Sent, said: Mapping[str, Any]) -> Decoded:
        watching = said.get("monitorStatus") is not False
        told = [(name, value) for name, value in said.items() if watching or name not in _CHANNELS]
        readings, left = FIELDS.read(sent.device, told, sent.at)
        return Decoded(tuple(readings), tuple(left if watching else [*left, _OFF]))


def _said(payload: bytes) -> dict[str, Any]:
    channels = {name: not payload[12] & 0x10 << n for n, name in enumerate(_CHANNELS)}
    return channels | {
        "monitorStatus": not payload[11] & 1,
        "alarmBattery": bool(payload[12] & 0x0F),
        "temperature": int.from_bytes(payload[8:9], "big", signed=True),
    }
