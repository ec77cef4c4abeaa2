"""Fields that a network's own codec decoded, by configuration: for every make that has no codec here."""

from collections.abc import Mapping
from typing import Any, Literal

from edge.codec import Codec, CodecSettings, Sent
from edge.decoding import Decoded, NotDecoded
from edge.mapping import Mapped as Rows
from edge.mapping import Rows as RowSettings


class Settings(CodecSettings):
    """readings: paths into the decoded object."""

    kind: Literal["mapped"]
    readings: RowSettings


def build(settings: Settings) -> Codec:
    return Mapped(settings)


class Mapped:
    """Only objects: what bytes mean no configuration says."""

    def __init__(self, settings: Settings) -> None:
        self._rows = Rows(settings.readings)

    def of_bytes(self, sent: Sent, payload: bytes) -> Decoded:  # noqa: ARG002 - the protocol's
        raise NotDecoded("not_decoded_there", "the network decoded nothing, and no bytes are read here")

    def of_object(self, sent: Sent, said: Mapping[str, Any], *, lacks_zeros: bool) -> Decoded:  # noqa: ARG002
        readings, left = self._rows.read(sent.device, said, sent.at)
        return Decoded(tuple(readings), tuple(left))
