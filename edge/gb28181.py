"""Numbers of GB/T 28181 (annex: unified coding), as other registers write them into `asset`. Pure.

20 digits: 8 of the centre (the first 6 are the administrative division, the last 2 the unit at its foot),
2 of the industry, 3 of the type, 1 of the network, 6 of the serial number.
"""

import re
from dataclasses import dataclass
from typing import Final

from broker.saying import said

# GB/T 2260: the first two digits of a division.
_PROVINCES: Final = frozenset(
    (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
    )
)
_DEVICES: Final = range(111, 200)
# What the types are of, by their first digit; below 111 there are none.
_OTHERS: Final = {
    "2": said("a platform or a group of devices"),
    "3": said("a user at the centre"),
    "4": said("a user at a terminal"),
    "5": said("a server outside the platform"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """The parts of one, as text: zeros in front count."""

    centre: str
    industry: str
    type: str
    network: str
    serial: str

    @property
    def division(self) -> str:
        """Six digits of the administrative division."""
        return self.centre[:6]

    @property
    def of_device(self) -> bool:
        """Whether its type is one of a front-end device or what is connected to one (111 to 199)."""
        return int(self.type) in _DEVICES


def parse(text: str) -> Number | None:
    """The parts of a number; None for what is written otherwise and so is one of another register."""
    if re.fullmatch(r"[0-9]{20}", text) is None:
        return None
    return Number(text[:8], text[8:10], text[10:13], text[13], text[14:])


def doubt(text: str) -> str | None:
    """What speaks against its being a device's number; None for a good one, or one of another register."""
    number = parse(text)
    if number is None:
        return None
    if int(number.centre[:2]) not in _PROVINCES:
        strange = "as a number of GB/T 28181 it begins with {division}, which is no division's code"
        return said(strange, division=number.division)
    if not number.of_device:
        of = _OTHERS.get(number.type[0], said("nothing that the standard names"))
        wrong = "as a number of GB/T 28181 it has the type {type}, {of}; devices have 111 to 199"
        return said(wrong, type=number.type, of=of)
    return None
