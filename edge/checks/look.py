"""What one look offers to a check, and what a look can say of a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from broker.events import Reason
from edge.observation import Observation, Proof
from edge.places import Place

# same, another: something like it is seen to stand there, from before or since. unclear: something is seen
# there of which nobody knows yet whether it stands. missed: the node's own situation is still open and its
# thing is not seen. hidden: what stands there cannot be seen now. unsure: this node cannot know.
Word = Literal["same", "another", "unclear", "missed", "hidden", "unsure", "clean"]


@dataclass(frozen=True, slots=True)
class Look:
    """places: open ones and those just cleared. waiting: why the ledger takes nothing to stand at present.

    ended: situations that ended at this look, with the reason. view_since: UTC from which on the view is
    known as it is, minus infinity: from before the process began.
    """

    seen: Observation
    places: Sequence[Place]
    waiting: Reason | None = None
    ended: Mapping[str, Reason] = field(default_factory=dict)
    view_since: float = float("-inf")
    proof: Proof = Proof()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look says of a place, with the reason.

    firm: whether the thing itself is seen at this look, rather than held by the picture until it has been
    clean for a while.
    """

    word: Word
    reason: Reason
    firm: bool = False
