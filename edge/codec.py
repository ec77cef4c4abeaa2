"""What a codec is: one make's payload, in bytes or as a network's own codec decoded it, to readings. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from broker.settings import Settings
from edge.decoding import Decoded


@dataclass(frozen=True, slots=True)
class Sent:
    """What a payload came with. device: checked already; at: when it was received, UTC seconds."""

    device: str
    at: float | None = None
    port: int = 0


class CodecSettings(Settings):
    """Fields of every codec."""

    kind: str


class Codec(Protocol):
    """One make's payloads. `edge/codecs/<kind>.py` has `Settings` and `build` that makes it."""

    def of_bytes(self, sent: Sent, payload: bytes) -> Decoded:
        """Raises NotDecoded, and nothing else, whatever the bytes are."""
        ...

    def of_object(self, sent: Sent, said: Mapping[str, Any], *, lacks_zeros: bool) -> Decoded:
        """As the vendor's decoder on a network server names the fields. Raises NotDecoded and nothing else.

        lacks_zeros: the network leaves out fields that are 0, false or empty, so that a missing field which
        the device always sends is its zero.
        """
        ...
