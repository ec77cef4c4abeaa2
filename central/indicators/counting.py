"""The figures of tickets in memory: what the database's own sums are measured against. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from central.indicators.cases import Case
from central.indicators.formulas import TALLIES, By, falls_in, key_of, none


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant to before another. now: nothing is due yet that is due after it."""

    since: datetime
    until: datetime
    now: datetime

    def ends(self, base: str) -> datetime:
        """What is not due yet is not due."""
        return min(self.until, self.now) if base == "due" else self.until


def count(cases: Iterable[Case], by: By, span: Span) -> dict[str, dict[str, int]]:
    """The tallies of each group in which any ticket of the period is."""
    found: dict[str, dict[str, int]] = {}
    for case in cases:
        for name, tally in TALLIES.items():
            if falls_in(case, tally.base, span.since, span.ends(tally.base)):
                sums = found.setdefault(key_of(case, by), none())
                sums[name] += tally.adds(case)
    return {key: sums for key, sums in found.items() if any(sums.values())}


def listed(cases: Iterable[Case], tally: str, span: Span) -> list[int]:
    """The numbers of the tickets that a tally counts."""
    rule = TALLIES[tally]
    return sorted(
        case.ticket
        for case in cases
        if falls_in(case, rule.base, span.since, span.ends(rule.base)) and rule.adds(case)
    )
