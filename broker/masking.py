"""What the centre and a masking process say to each other over two pipes: frames, each a head and a body.

A frame is the length of its head in four bytes, big-endian; the head, JSON; then as many bytes of a picture
as the head says in `bytes`. The process speaks first (`Ready`), then answers each `Ask` with an `Answer`.
"""

import struct
from typing import Annotated, Literal

from pydantic import Field

from broker.events import ModelRef, Reason
from broker.fields import Count, Identifier, Message, Sha256, ShortText

LENGTH = 4
MOST_HEAD = 16_384
ROLES = frozenset({"detector", "faces", "plates"})  # what has to look before anything is called masked

MediaType = Literal["image/jpeg", "image/png", "image/webp"]


class Ready(Message):
    """The first frame: what will mask, and how much one picture may be. `models`: one of each of ROLES."""

    software: ShortText
    models: Annotated[list[ModelRef], Field(min_length=1, max_length=8)]
    max_bytes: Count
    max_pixels: Count


class Ask(Message):
    """Mask the picture that follows."""

    id: Identifier
    media_type: MediaType
    bytes: Count


class Hidden(Message):
    """How many things are masked in a picture. Where they were is not kept."""

    persons: Count
    faces: Count
    plates: Count


class Answer(Message):
    """What became of a picture. Masked: a JPEG follows, and all is said about it; refused: `reason` alone."""

    id: Identifier
    outcome: Literal["masked", "refused"]
    reason: Reason
    bytes: Count = 0
    sha256: Sha256 | None = None
    width: Count | None = None
    height: Count | None = None
    hidden: Hidden | None = None


def packed(head: Message) -> bytes:
    """A frame up to its body."""
    text = head.encode()
    return struct.pack(">I", len(text)) + text


def length_of(first: bytes) -> int:
    """The length of the head. Raises ValueError for one that nobody writes."""
    (length,) = struct.unpack(">I", first)
    if not 2 <= length <= MOST_HEAD:
        raise ValueError(f"a head of {length} bytes; 2 to {MOST_HEAD} are allowed")
    return int(length)
