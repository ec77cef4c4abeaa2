"""What is left out of a message, in words that name the kind of field and never its value. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, Literal

from broker.events import Reason

Private = Literal["person", "face", "plate", "card", "picture"]
_WORDS: Final[dict[Private, str]] = {
    "person": "fields about persons",
    "face": "fields about faces",
    "plate": "fields about vehicle plates",
    "card": "fields about cards and their holders",
    "picture": "pictures",
}
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z/_]{0,47}")


@lru_cache(maxsize=16)
def dropped(kind: Private) -> Reason:
    """A message, or fields of it, about what is never read."""
    return Reason(code=f"{kind}_dropped", text=f"{_WORDS[kind]} are dropped unread")


def private(unread: Iterable[str], kinds: Mapping[str, Private]) -> tuple[Reason, ...]:
    """One reason for each kind of private field among the names that were left unread."""
    there = {kinds[name] for name in unread if name in kinds}
    return tuple(dropped(kind) for kind in sorted(there))


@lru_cache(maxsize=1)
def may_be_person() -> Reason:
    """What moved is not said to be a vehicle."""
    text = "what it is about is not said to be a vehicle, so it may be a person: dropped unread"
    return Reason(code="person_dropped", text=text)


@lru_cache(maxsize=256)
def not_taken(what: str, name: str) -> Reason:
    """A message that is no private one and tells of nothing that is taken. name: a word of the protocol."""
    known = f" {name}" if _NAME.fullmatch(name) else ""
    return Reason(code="not_taken", text=f"{what}{known} is none that is taken")


@lru_cache(maxsize=32)
def not_mapped(what: str, setting: str) -> Reason:
    """Something whose meaning only the settings can tell."""
    return Reason(
        code="not_mapped", text=f"{what} is not in the setting {setting}, so what it means is not known"
    )


@lru_cache(maxsize=64)
def not_clear(what: str) -> Reason:
    """A field without which the rest says nothing."""
    return Reason(code="not_clear", text=f"{what} is missing or none that is known")
