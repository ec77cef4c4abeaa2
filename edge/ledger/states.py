"""The states of a place and the ways between them, as a table.

A candidate is a thing that has begun to stand; it is looked up in the history, so nothing is kept of it
until it is confirmed. A confirmed place holds a thing, seen or believed. While something covers it, it is
occluded and its clock of emptiness stands still, until nobody can answer for it any more. A cleared place has
been seen empty; it may be taken again for a while.
"""

from typing import Final

from edge.places import PlaceState

# From, to: why.
TRANSITIONS: Final[dict[tuple[PlaceState, PlaceState], str]] = {
    ("candidate", "confirmed"): "stood still",
    ("confirmed", "occluded"): "covered by something else",
    ("occluded", "confirmed"): "seen again or uncovered",
    ("confirmed", "cleared"): "seen empty",
    ("occluded", "cleared"): "covered for too long",
    ("cleared", "confirmed"): "taken again",
}
FIRST: Final[PlaceState] = "candidate"


class IllegalTransitionError(ValueError):
    """A way that the table does not hold."""


def move(old: PlaceState, new: PlaceState) -> PlaceState:
    """The new state. Raises IllegalTransitionError, which names what is allowed."""
    if (old, new) not in TRANSITIONS:
        allowed = ", ".join(to for start, to in TRANSITIONS if start == old)
        raise IllegalTransitionError(f"a {old} place cannot become {new}; it can become {allowed}")
    return new


def diagram() -> str:
    """The table as a Mermaid state diagram; the copy in docs/ledger.md is this text."""
    lines = [f"    {start} --> {to}: {why}" for (start, to), why in TRANSITIONS.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {FIRST}", *lines, "    cleared --> [*]: forgotten"])
