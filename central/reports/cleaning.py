"""What people write, without what may not be kept: numbers of persons, mail addresses, plates. Pure.

Names cannot be found by a machine; the pages ask not to write any.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from broker.boundary import breach

LONGEST: Final = 4_000  # as Open311 has it
LEFT_OUT: Final = "▢"
MOST_CUTS: Final = 20  # who writes more plates than that has written nothing else
Left = Literal["mail", "number", "plate"]

_MAIL = re.compile(r"[\w.+%-]{1,64}\s?[@＠]\s?[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}")
# Seven digits and more: telephones, identity cards, accounts. House numbers are shorter; a day is none.
_DAY = r"20\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)"
_NUMBER = re.compile(rf"(?<!\d)(?!{_DAY})\+?\d(?:[\s().–—-]{{0,2}}\d){{6,24}}[Xx]?")


class Cleaned(NamedTuple):
    """The text as it may be kept, and what was left out of it."""

    text: str
    left: tuple[Left, ...] = ()


def cleaned(text: str) -> Cleaned:
    """At most `LONGEST` signs of plain text: line breaks stay, other control signs go."""
    plain = _plain(text)[:LONGEST]
    left: list[Left] = []
    for name, pattern in (("mail", _MAIL), ("number", _NUMBER)):
        plain, found = pattern.subn(LEFT_OUT, plain)
        left += [name] if found else []  # type: ignore[list-item]
    without = _without_breaches(plain)
    return Cleaned(without.strip(), (*left, "plate") if without != plain else tuple(left))


def _plain(text: str) -> str:
    """NFKC, so that full-width digits count as digits; without what is not to be seen."""
    lines = unicodedata.normalize("NFKC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or sign.isprintable())


def _without_breaches(text: str) -> str:
    """Cut out, one after the other, the shortest stretches that may never be written."""
    for _ in range(MOST_CUTS):
        if breach(text) is None:
            return text
        text = _cut(text)
    return text if breach(text) is None else LEFT_OUT


def _cut(text: str) -> str:
    end = _turning(text, lambda n: breach(text[:n]) is not None)
    start = end - _turning(text[:end], lambda n: breach(text[end - n : end]) is not None)
    return text[:start] + LEFT_OUT + _rest(text[end:])


def _turning(text: str, holds: Callable[[int], bool]) -> int:
    """A length at which something begins to hold that holds for the whole and not for nothing."""
    low, high = 0, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _rest(text: str) -> str:
    """What follows a stretch, without the letters and digits that belonged to it."""
    return re.sub(r"^[A-Z0-9:-]{1,4}(?![A-Za-z0-9])", "", text)
