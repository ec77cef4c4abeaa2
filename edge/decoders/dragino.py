"""Dragino without a LoRaWAN network beside it: fields that are decoded already, or hexadecimal bytes.

Source: Dragino's user manuals and decoders. What a device is called stands in the topic.
"""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from edge.codec import Sent
from edge.codecchoice import Choice, CodecFor, decode_payload
from edge.decoding import Decoded, Decoder, DecoderSettings
from edge.payloads import device_of, object_of, within
from edge.radio import port_of
from edge.stamps import iso

_HEX: Final = re.compile(rb"\s*((?:[0-9A-Fa-f]{2}){3,1024})\s*")


class Settings(DecoderSettings):
    """level: of the topic, 0 first and -1 last, that names the device. port: of hexadecimal bytes."""

    kind: Literal["dragino"]
    codecs: Annotated[list[CodecFor], Field(min_length=1, max_length=1000)]
    level: Annotated[int, Field(ge=-64, le=63)] = -1
    port: Annotated[int, Field(ge=1, le=255)] = 2


def build(settings: Settings) -> Decoder:
    return Dragino(settings)


class Dragino:
    """Fields as its decoders name them."""

    def __init__(self, settings: Settings) -> None:
        self._choice = Choice(settings.codecs)
        self._level, self._port = settings.level, settings.port

    def decode(self, topic: str, body: bytes) -> Decoded:
        within(body)
        levels = topic.split("/")
        fits = -len(levels) <= self._level < len(levels)
        device = device_of(levels[self._level] if fits else None, f"level {self._level} of the topic")
        codec = self._choice.of(device, "")
        found = _HEX.fullmatch(body)
        if found is not None:
            sent = Sent(device, None, self._port)
            return decode_payload(codec, sent, bytes.fromhex(found[1].decode()), None, lacks_zeros=False)
        said: dict[str, Any] = object_of(body)
        sent = Sent(device, iso(said.pop("time", None)), port_of(said.get("f_port")))
        return decode_payload(codec, sent, b"", said, lacks_zeros=False)
