"""Many tickets of one kind in one place at once are one matter: they fold into the first of them. Pure.

A storm begins when so many open within the window and lasts until none has opened for as long as the window.
The first of it is the parent; the others stay tickets, below it.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """A ticket's beginning, seconds since 1970. name: decides between two at one time."""

    at: float
    name: str
    ticket: int


@dataclass(frozen=True, slots=True)
class StormRule:
    """So many within so long."""

    number: int = 12
    window_s: float = 600.0


def folded(openings: Iterable[Opening], rule: StormRule) -> dict[int, int]:
    """Each folded ticket and its parent, of the openings of one kind in one place."""
    parents: dict[int, int] = {}
    recent: deque[Opening] = deque()
    parent: Opening | None = None
    for opening in sorted(openings):
        if parent is not None and recent and opening.at - recent[-1].at > rule.window_s:
            parent = None
        while recent and opening.at - recent[0].at > rule.window_s:
            recent.popleft()
        recent.append(opening)
        if parent is None and len(recent) >= rule.number:
            parent = recent[0]
        if parent is not None:
            parents |= {each.ticket: parent.ticket for each in recent if each.ticket != parent.ticket}
    return parents
