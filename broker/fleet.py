"""Version 1 of what people ask of nodes themselves: findings, a bundle, and to put things right."""

from typing import Annotated, Literal

from pydantic import Field

from broker.ask import Ask
from broker.fields import Message, Permitted, Sha256, ShortText, Word

LARGEST_BUNDLE = 2_000_000  # bytes
Language = Literal["en", "zh"]
Sentence = Annotated[str, Field(max_length=1000), Permitted]


class Examine(Ask):
    """What `gewu-edge doctor` finds; `only`: these examinations, all where none is named.

    `language`: of the words for people; a node of an earlier version answers in English.
    """

    command: Literal["examine"] = "examine"
    only: Annotated[list[Word], Field(max_length=32)] = []
    seconds: Annotated[float, Field(ge=1.0, le=20.0)] = 3.0
    language: Language = "en"


class Diagnose(Ask):
    """A bundle of what is known of the node, without secrets and pictures; it is uploaded, and named here."""

    command: Literal["diagnose"] = "diagnose"


class Reread(Ask):
    """Read its own configuration file again, and take up what changed."""

    command: Literal["reread"] = "reread"


class Restart(Ask):
    """End in order and be begun again; refused where nobody would begin it."""

    command: Literal["restart"] = "restart"


class Renew(Ask):
    """Have a new key certified now, though the certificate is good for a while yet."""

    command: Literal["renew"] = "renew"


class Tidy(Ask):
    """Bring what is stored within its bounds now, rather than at the next time for it."""

    command: Literal["tidy"] = "tidy"


class Found(Message):
    """One finding of an examination. `code` is stable; `means` and `cure` are words for people."""

    examination: Word
    code: Word
    state: Literal["fine", "note", "warning", "fault"]
    subject: ShortText
    seen: Sentence
    means: Sentence = ""
    cure: Sentence = ""


class Bundle(Message):
    """A bundle that was uploaded."""

    sha256: Sha256
    size: Annotated[int, Field(ge=1, le=LARGEST_BUNDLE)]


FLEET: tuple[type[Ask], ...] = (Examine, Diagnose, Reread, Restart, Renew, Tidy)
