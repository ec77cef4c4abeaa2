"""Which ticket a group keeps when it is made anew. Pure.

People have a ticket's number in their hands, so a number goes on wherever it can. Of the tickets that its
members had, a group keeps the one that people have worked on furthest, and of several the one that was made
first; groups choose in the order of their founders. A ticket that no group keeps is merged into the first
group that got one of its members. What people have finished is no matter of this: it keeps its situations,
whatever comes late, and is merged into nothing; what is new in a group that has nothing else joins it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from central.correlation.sightings import Key

_NOTHING: Mapping[int, int] = MappingProxyType({})
Members = Mapping[Key, Sequence[Key]]  # by founder, in the founders' order


@dataclass(frozen=True, slots=True)
class Kept:
    """By founder the ticket that its group keeps, if any; by ticket the founder that it merges into."""

    tickets: Mapping[Key, int]
    merged: Mapping[int, Key]


FINISHED = 100  # of a ticket that people have finished, or that was closed; less: how far they have come


def keep(groups: Members, had: Mapping[Key, int], worth: Mapping[int, int] = _NOTHING) -> Kept:
    """Hand out the tickets that the members had. worth: of those that people have worked on."""
    kept: dict[Key, int] = {}
    for founder, members in groups.items():
        free = {had[key] for key in members if key in had} - set(kept.values())
        if free:
            kept[founder] = min(free, key=lambda number: (-worth.get(number, 0), number))
    merged: dict[int, Key] = {}
    for founder, members in groups.items():
        for number in sorted({had[key] for key in members if key in had} - set(kept.values())):
            merged.setdefault(number, founder)
    return Kept(kept, merged)
