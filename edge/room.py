"""Who gives up how much of the disk when there is too little of it. Pure.

What a node keeps is worth more or less. The least goes first; what has no receipt of the centre never does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Part = Literal["aside", "past", "models", "sent", "journal", "kept", "waiting"]

# In the order in which they go: damaged files that were put aside for people, what trials can make again,
# models from the centre that are in use no more, pictures that the centre has, what was observed, events that
# the centre has, and last of all pictures that it has not. Events that wait are in none of them.
ORDER: Final[tuple[Part, ...]] = ("aside", "past", "models", "sent", "journal", "kept", "waiting")
# Deleting these gives others room at once; rows of a database are only written over, and pictures that wait
# do not go for others' sake.
FREES: Final = frozenset({"aside", "past", "models", "sent", "journal"})


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes. held: what each part takes. rest: what never goes. free: of the disk."""

    held: Mapping[Part, int]
    rest: int
    free: int

    @property
    def total(self) -> int:
        """What the node takes."""
        return self.rest + sum(self.held.values())


def cuts(room: Room, most: float, leave: float) -> dict[Part, int]:
    """How many bytes each part gives up, so that all take `most` and `leave` stays free."""
    over, short = room.total - most, leave - room.free
    found: dict[Part, int] = {}
    for part in ORDER:
        wanted = max(over, short if part in FREES else 0.0)
        cut = int(min(max(0.0, wanted), room.held.get(part, 0)))
        if cut:
            found[part] = cut
            over -= cut
            short -= cut if part in FREES else 0
    return found


def trouble(room: Room, most: float, leave: float) -> str | None:
    """What is left to say once everything that may go has gone."""
    if room.free < leave:
        return (
            f"only {room.free / 1e6:.0f} MB of the disk are free, {leave / 1e6:.0f} are to be left, and all "
            "that may go has gone: others fill this disk"
        )
    if room.total > most:
        return f"what must not go takes {room.rest / 1e6:.0f} MB, and storage.max_mb is {most / 1e6:.0f}"
    return None
