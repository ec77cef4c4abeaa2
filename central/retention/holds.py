"""What must not go because somebody needs it: a hold of one ticket, or of a place and a time. Pure."""

import re
from dataclasses import dataclass
from math import inf

AREA = re.compile(r"[0-9]{2,15}|all")
EVERYWHERE = "all"


@dataclass(frozen=True, slots=True)
class Hold:
    """Of a ticket by its number; or of an area, by how its codes begin, and a time. Seconds since 1970."""

    number: int
    ticket: int | None = None
    area: str | None = None
    since: float = -inf
    until: float = inf

    def covers_time(self, first: float, last: float) -> bool:
        """Whether it is of a time, and this one meets it: also what belongs to no ticket stays then."""
        return self.ticket is None and self.since <= last and first <= self.until


@dataclass(frozen=True, slots=True)
class Lying:
    """Where a ticket is and when it was: `codes` of its cell, its community and its node's district.

    One of which nobody knows where it is may be anywhere.
    """

    number: int
    codes: tuple[str, ...]
    opened: float
    ended: float | None


def covers(hold: Hold, what: Lying) -> bool:
    """Whether a hold is of this ticket."""
    if hold.ticket is not None:
        return hold.ticket == what.number
    anywhere = hold.area == EVERYWHERE or not what.codes
    here = anywhere or any(code.startswith(hold.area or "-") for code in what.codes)
    return here and hold.covers_time(what.opened, inf if what.ended is None else what.ended)
