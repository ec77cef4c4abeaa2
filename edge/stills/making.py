"""A still: a frame made as small as it leaves, masked, and encoded."""

import hashlib
from dataclasses import dataclass

from broker.asks import Still
from broker.fields import utc
from edge.evidence import encoded, shrunk
from edge.frames import Frame
from edge.privacy import Masker

QUALITY = 80


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of a picture that is fit to leave, and what the contract says of it."""

    body: bytes
    still: Still


def made(frame: Frame, masker: Masker, width: int) -> Made:
    """The longer side has `width` pixels at most. Raises MaskingFailed: then there is no picture."""
    masked = masker.mask(shrunk(frame.image, width))
    body = encoded(masked.image, QUALITY)
    height, width = masked.image.shape[:2]
    still = Still(
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        width=width,
        height=height,
        taken=utc(frame.utc),
        hidden=masked.persons + masked.faces + masked.plates,
    )
    return Made(body, still)
