"""One picture from the bytes that were sent to the bytes that may be kept, all of it in memory."""

import hashlib
import logging
from dataclasses import dataclass

from broker.events import ModelRef, Reason
from broker.masking import Answer, Ask, Hidden, Ready
from edge.evidence import LONGEST, QUALITY, encoded
from edge.masking.decoding import Unfit, decoded
from edge.masking.words import MAX_BYTES, MAX_PIXELS
from edge.privacy import Masked, Masker, MaskingFailed

log = logging.getLogger(__name__)


class Broken(Exception):
    """The models failed. Whoever holds them should begin anew; the picture did not leave."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one picture may be."""

    max_bytes: int = MAX_BYTES
    max_pixels: int = MAX_PIXELS


class Darkening:
    """Masks pictures with the node's own masker, at the size and quality of the node's own evidence."""

    def __init__(self, masker: Masker, models: list[ModelRef], software: str, limits: Limits) -> None:
        self._masker, self.limits = masker, limits
        self.ready = Ready(
            software=software, models=models, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels
        )

    def answer(self, ask: Ask, body: bytes) -> tuple[Answer, bytes]:
        """What became of it, and the JPEG. Raises Broken."""
        try:
            masked = self._masked(body, ask.media_type)
        except Unfit as error:
            return refused(ask, error.reason), b""
        sent = encoded(masked.image, QUALITY)
        return _told(ask, masked, sent), sent

    def _masked(self, body: bytes, media_type: str) -> Masked:
        picture = decoded(body, media_type, max_pixels=self.limits.max_pixels, longest=LONGEST)
        try:
            return self._masker.mask(picture)
        except MaskingFailed as error:
            if error.__cause__ is None:
                raise Unfit(
                    "not_clean", "something private is found however often it is masked; nothing was kept"
                ) from None
            log.error("%s", error)
            text = f"masking failed ({type(error.__cause__).__name__}); nothing was kept"
            raise Broken(Reason(code="masking_failed", text=text)) from error


def refused(ask: Ask, reason: Reason) -> Answer:
    """Nothing of it leaves."""
    return Answer(id=ask.id, outcome="refused", reason=reason)


def too_large(limits: Limits) -> Reason:
    """More bytes than one picture may have."""
    return Reason(code="too_large", text=f"it has more than {limits.max_bytes} bytes")


def _told(ask: Ask, masked: Masked, sent: bytes) -> Answer:
    hidden = Hidden(persons=masked.persons, faces=masked.faces, plates=masked.plates)
    counts: dict[str, float] = {"persons": masked.persons, "faces": masked.faces, "plates": masked.plates}
    text = "masked until nothing more was found" if any(counts.values()) else "nothing was found to mask"
    height, width = masked.image.shape[:2]
    return Answer(
        id=ask.id,
        outcome="masked",
        reason=Reason(code="masked", text=text, values=counts),
        bytes=len(sent),
        sha256=hashlib.sha256(sent).hexdigest(),
        width=width,
        height=height,
        hidden=hidden,
    )
