"""What becomes of a picture that is to be masked: the masked one, or why there is none."""

import hashlib
from dataclasses import dataclass, field

from broker.events import ModelRef, Reason
from broker.masking import Answer, Hidden, MediaType, Ready


@dataclass(frozen=True, slots=True)
class MaskedPicture:
    """A JPEG in which no person, face or plate is found any more. `models`: those that looked."""

    body: bytes = field(repr=False)
    sha256: str
    width: int
    height: int
    hidden: Hidden
    models: tuple[ModelRef, ...]
    software: str
    media_type: MediaType = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no picture. `retry_s`: when trying again may help, None where it will not."""

    reason: Reason
    retry_s: float | None = None


class Unproved(ValueError):
    """Something was called masked without all that has to be said about it."""


def checked(answer: Answer, body: bytes, ready: Ready) -> MaskedPicture:
    """What came is what was said, whole. Raises Unproved."""
    sha256 = hashlib.sha256(body).hexdigest()
    if sha256 != answer.sha256 or not answer.width or not answer.height or answer.hidden is None:
        raise Unproved("it called something masked without saying all about it")
    return MaskedPicture(
        body, sha256, answer.width, answer.height, answer.hidden, tuple(ready.models), ready.software
    )


def refused(reason: Reason) -> Refusal:
    """The process gave nothing back. Where its models failed it begins anew, and another try may help."""
    return Refusal(reason, 5.0 if reason.code == "masking_failed" else None)


def busy(pictures: int, retry_s: float) -> Refusal:
    """There is no room for one more."""
    text = f"{pictures} pictures are being masked or wait for it; try again in {retry_s:g} s"
    return Refusal(Reason(code="masker_busy", text=text), retry_s)


def down(retry_s: float) -> Refusal:
    """Nothing can be masked now. Why is for the log: other programs' words name folders and machines."""
    text = (
        "the masker is down, and no picture is kept unmasked; the centre's log says why; "
        f"try again in {retry_s:g} s"
    )
    return Refusal(Reason(code="masker_down", text=text), retry_s)


def missing() -> Refusal:
    """The centre has no masker."""
    text = (
        "this centre has no masker, and no picture is kept unmasked; its administrator sets "
        "pictures.masker.command, such as [gewu-edge, mask, --stdio]"
    )
    return Refusal(Reason(code="masker_missing", text=text))


def slow(timeout: float) -> Refusal:
    """It took too long."""
    text = f"masking took more than {timeout:g} s, and no picture is kept unmasked"
    return Refusal(Reason(code="masker_slow", text=text), 30.0)


def fatal() -> Refusal:
    """It is the picture that ends the process."""
    text = "masking it ended the masker twice; nothing of it was kept"
    return Refusal(Reason(code="ends_masker", text=text))


def too_large(most: int) -> Refusal:
    """More bytes than one picture may have."""
    return Refusal(Reason(code="too_large", text=f"it has more than {most} bytes"))
