"""The states of a situation of a device and the ways between them, as a table.

A candidate is wrong, but not for long enough. A confirmed one has been told. While readings say that it is
over, but not for long enough, it recovers. A cleared one is remembered for a while: what comes back within
that time must be fine for twice as long before it is cleared again.
"""

from typing import Final, Literal

SituationState = Literal["candidate", "confirmed", "recovering", "cleared"]

# From, to: why.
TRANSITIONS: Final[dict[tuple[SituationState, SituationState], str]] = {
    ("candidate", "confirmed"): "wrong for long enough",
    ("candidate", "cleared"): "over before it counted",
    ("confirmed", "recovering"): "a reading says it is over",
    ("recovering", "confirmed"): "wrong again",
    ("recovering", "cleared"): "over for long enough",
    ("confirmed", "cleared"): "no longer configured",
    ("cleared", "candidate"): "wrong once more",
}
FIRST: Final[SituationState] = "candidate"


class IllegalTransitionError(ValueError):
    """A way that the table does not hold."""


def move(old: SituationState, new: SituationState) -> SituationState:
    """The new state. Raises IllegalTransitionError, which names what is allowed."""
    if (old, new) not in TRANSITIONS:
        allowed = ", ".join(to for start, to in TRANSITIONS if start == old)
        raise IllegalTransitionError(f"a {old} situation cannot become {new}; it can become {allowed}")
    return new


def diagram() -> str:
    """The table as a Mermaid state diagram; the copy in docs/devices.md is this text."""
    lines = [f"    {start} --> {to}: {why}" for (start, to), why in TRANSITIONS.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {FIRST}", *lines, "    cleared --> [*]: forgotten"])
