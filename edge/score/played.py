"""What a case came to before it is counted."""

from dataclasses import dataclass, field

from edge.score.inside import Span
from edge.score.matching import Raised, Situation, Ticket
from edge.score.stills import Photo


@dataclass(frozen=True, slots=True)
class Played:
    """What a case came to before it is judged. seconds: of the clip. failed: why it could not be played.

    photos: by ticket, and by situation that had no ticket when it should have; `why` says why it had none.
    """

    tickets: tuple[Ticket, ...] = ()
    raised: tuple[Raised, ...] = ()
    spans: tuple[Span, ...] = ()
    troubles: tuple[str, ...] = ()
    failed: str = ""
    frames: int = 0
    looks: int = 0
    looked: int = 0
    seconds: float = 0.0
    photos: dict[str, Photo] = field(default_factory=dict)
    why: dict[str, tuple[str, ...]] = field(default_factory=dict)


def moment(real: Situation) -> float:
    """When to look for what has no ticket: when it should have one, and while it is still there."""
    return min(real.found_by, real.end - 1.0 if real.end is not None else real.found_by)
