"""Which ticket a group keeps when it is made anew. Pure.

People have a ticket's number in their hands, so a number goes on wherever it can. Of the tickets that its
members had, a group keeps the one that was made first; groups choose in the order of their founders. A ticket
that no group keeps is merged into the first group that got one of its members.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.correlation.sightings import Key

Members = Mapping[Key, Sequence[Key]]  # by founder, in the founders' order


@dataclass(frozen=True, slots=True)
class Kept:
    """By founder the ticket that its group keeps, if any; by ticket the founder that it merges into."""

    tickets: Mapping[Key, int]
    merged: Mapping[int, Key]


def keep(groups: Members, had: Mapping[Key, int]) -> Kept:
    """Hand out the tickets that the members had."""
    kept: dict[Key, int] = {}
    for founder, members in groups.items():
        free = {had[key] for key in members if key in had} - set(kept.values())
        if free:
            kept[founder] = min(free)
    merged: dict[int, Key] = {}
    for founder, members in groups.items():
        for number in sorted({had[key] for key in members if key in had} - set(kept.values())):
            merged.setdefault(number, founder)
    return Kept(kept, merged)
