"""What a decoder is: bytes of one make in, typed readings out, or a refusal that says why. Pure."""

from dataclasses import dataclass
from typing import Protocol

from broker.events import Reason
from broker.settings import Settings
from edge.readings import Reading
from edge.seen import Seen

LARGEST = 262_144  # bytes of one message; larger ones are refused unread


class NotDecoded(ValueError):
    """A message that is not what the decoder is for, or is broken. `reason` says what is wrong and where."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.reason = Reason(code=code, text=text[:240])


@dataclass(frozen=True, slots=True)
class Decoded:
    """readings, seen: in the order of the message. left: what was left out unread or not understood, and why.

    A message about a person, a plate or a card has no readings of that, and its reason names the kind of
    field and never its value.
    """

    readings: tuple[Reading, ...] = ()
    left: tuple[Reason, ...] = ()
    seen: tuple[Seen, ...] = ()


class DecoderSettings(Settings):
    """Fields of every decoder."""

    kind: str


class Decoder(Protocol):
    """One make's messages. `edge/decoders/<kind>.py` has `Settings` and `build` that makes it."""

    def decode(self, topic: str, body: bytes) -> Decoded:
        """Raises NotDecoded, and nothing else, whatever the bytes are. topic: empty where there is none."""
        ...
