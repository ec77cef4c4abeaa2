"""What stands beside a node's cameras: sources that decide by themselves, on threads of their own.

Devices are one, flights another; the node starts, stops and asks each in the same way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from broker.events import Audit
from broker.messages import Scene, SourceAbout, SourceReport
from edge.assembly import Models
from edge.checks import Known
from edge.drafts import Batch
from edge.evidence import EvidenceStore
from edge.frames import SourceClock
from edge.journal.writer import Journal
from edge.photographs import Photographer
from edge.reception import Reception
from edge.verifications import Asked


@dataclass(frozen=True, slots=True)
class Eyes:
    """What it takes to look. store: of the pictures on their way to the centre. folder: of the storage."""

    models: Models
    store: EvidenceStore
    folder: Path


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the node gives to each. put: commits a batch, from any thread.

    journal: where looks are written down. photographer: makes what takes, masks and keeps the pictures of one
    source; eyes: what else it takes to look. None of the two where this node has no models.
    """

    made_by: Audit
    clock: SourceClock
    put: Callable[[Batch], None]
    journal: Journal | None = None
    photographer: Callable[[], Photographer] | None = None
    eyes: Eyes | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One situation that the centre wants looked at. known: as this node last told it, in its picture.

    scene: where it is and what, as the command says. left_s: for how long it may be looked for from now on;
    none: the time is over.
    """

    asked: Asked
    known: Known | None
    scene: Scene | None
    left_s: float = 0.0


class Wing(Protocol):
    """`start`, then `stop`; everything else from any thread in between. name: of its troubles."""

    name: str

    def start(self, saved: Mapping[str, bytes]) -> None:
        """Go on where an earlier process stopped. saved: the outbox's snapshots."""
        ...

    def stop(self) -> None:
        """Take nothing more, decide what was taken, and keep all of the state. May be called twice."""
        ...

    @property
    def over(self) -> bool:
        """Whether nothing more can come, as after the last recording."""
        ...

    def about(self) -> list[SourceAbout]:
        """Its sources, for what the node tells of itself."""
        ...

    def report(self) -> list[SourceReport]:
        """How each of them fares."""
        ...

    @property
    def trouble(self) -> str | None:
        """What is wrong, in words for the node's health."""
        ...

    def verify(self, wanted: Wanted) -> bool:
        """Whether it answers for that, now or later, by an event of its own; each place is offered once.

        After a restart what is not answered yet is offered again.
        """
        ...


@runtime_checkable
class Receives(Protocol):
    """A wing to which devices speak."""

    @property
    def receptions(self) -> list[Reception]:
        """Where their messages come in."""
        ...
