"""Words that people write: nothing in them may name a person, a plate, a telephone or a device."""

import re

from broker.boundary import breach

# A mobile or a landline number of mainland China, however it is grouped; no ticket's or cell's number is one.
_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)86[ -]?)?(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-?\d{7,8})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")  # of a citizen's card


def writable(text: str) -> str:
    """The text. Raises ValueError for what may never be written."""
    if (why := breach(text)) is not None:
        raise ValueError(why)
    if _PHONE.search(text) or _IDENTITY.search(text):
        raise ValueError("looks like a telephone or identity number; numbers of persons are never written")
    if any(not (sign.isprintable() or sign == "\n") for sign in text):
        raise ValueError("holds signs that cannot be shown")
    return text
