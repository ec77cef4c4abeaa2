"""What a grid is made of: areas with codes that say their level and what they belong to. Pure.

A code is 6 digits for the district, 3 more for the street, 3 more for the community and 3 more for the cell,
as GB/T 47678 and CJ/T 214 have it. An alias is what people call a cell (`Aa001`); it tells capital from
small letters and is never a key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # codes are read by every command, outlines by few; loading what draws them takes a while
    from shapely.geometry.base import BaseGeometry

Level = Literal["district", "street", "community", "cell"]
DIGITS: Mapping[int, Level] = MappingProxyType({6: "district", 9: "street", 12: "community", 15: "cell"})
LEVELS: tuple[Level, ...] = tuple(DIGITS.values())
ALIAS = re.compile(r"[^\W_][\w.-]{0,31}")


@dataclass(frozen=True, slots=True)
class Area:
    """One area. shape: its outline, polygons in WGS84 degrees, longitude first."""

    code: str
    name: str
    shape: "BaseGeometry"
    alias: str | None = None

    @property
    def level(self) -> Level:
        """What its code's length says."""
        return DIGITS[len(self.code)]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with a grid. where: the feature or the areas; size_m2: of a gap or an overlap."""

    code: str
    where: str
    text: str
    grave: bool = True
    size_m2: float | None = None


def level_of(code: str) -> Level:
    """The level of a code. Raises ValueError with what is expected."""
    if not (code.isascii() and code.isdigit() and len(code) in DIGITS):
        expected = ", ".join(f"{digits} for a {level}" for digits, level in DIGITS.items())
        raise ValueError(f"{code[:40]!r} is no code: so many digits are expected: {expected}")
    return DIGITS[len(code)]


def above(code: str, level: Level) -> str:
    """The code of the area of a higher level that a code belongs to; its own for its own level."""
    return code[: next(digits for digits, name in DIGITS.items() if name == level)]
