"""Which codec a device speaks, by the settings of its network's decoder. Pure but for what it remembers."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from broker.settings import Settings, kinds, settings_of_kinds
from edge import codecs
from edge.codec import Codec, CodecSettings, Sent
from edge.decoding import Decoded, NotDecoded
from edge.payloads import reason
from edge.readings import Reading

MOST_BYTES = 2048  # of one payload; LoRaWAN carries 242, a narrow-band frame some hundred

if TYPE_CHECKING:
    AnyCodec = CodecSettings
else:
    AnyCodec = settings_of_kinds(codecs)
_BUILD = {name: module.build for name, module in kinds(codecs)}
Pattern = Annotated[str, Field(min_length=1, max_length=128)]


def build_codec(settings: CodecSettings) -> Codec:
    """The codec of these settings."""
    built: Codec = _BUILD[settings.kind](settings)
    return built


class CodecFor(Settings):
    """Which devices speak a codec: patterns (`*`, `?`) of their ids and of their profile; unset fits all."""

    devices: Annotated[list[Pattern], Field(max_length=10_000)] | None = None
    profile: Pattern | None = None
    codec: AnyCodec

    def fits(self, device: str, profile: str) -> bool:
        """Whether such a device speaks it."""
        named = self.devices is None or any(_fits(device, each) for each in self.devices)
        return named and (self.profile is None or _fits(profile, self.profile))


def _fits(name: str, pattern: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())  # an EUI is written in both


Codecs = Annotated[list[CodecFor], Field(max_length=1000)]
NO_CODEC = reason("no_codec", "no codec of the settings is for this device; its payload is left unread")


class Choice:
    """The first codec that fits a device; what was chosen is remembered, within bounds."""

    def __init__(self, codecs: Sequence[CodecFor]) -> None:
        self._codecs = [(each, build_codec(each.codec)) for each in codecs]
        self.of = lru_cache(maxsize=20_000)(self._of)

    def _of(self, device: str, profile: str) -> Codec | None:
        return next((codec for settings, codec in self._codecs if settings.fits(device, profile)), None)


def decode_payload(
    codec: Codec | None, sent: Sent, payload: bytes, said: object, *, lacks_zeros: bool
) -> Decoded:
    """What a network's message carries: its own codec's fields where there are any, or the bytes.

    A payload that cannot be read is left with its reason; that it came, and how loud, is still told.
    """
    if not payload and not said:
        return Decoded()
    if codec is None:
        return Decoded(left=(NO_CODEC,))
    try:
        if isinstance(said, dict) and said:
            return codec.of_object(sent, said, lacks_zeros=lacks_zeros)
        if len(payload) > MOST_BYTES:
            raise NotDecoded("too_large", f"the payload has {len(payload)} bytes; {MOST_BYTES} are read")
        return codec.of_bytes(sent, payload)
    except NotDecoded as error:
        return Decoded(left=(error.reason,))


def joined(payload: Decoded, network: Sequence[Reading]) -> Decoded:
    """The readings of the payload, and after them those of the network itself."""
    return Decoded((*payload.readings, *network), payload.left)
