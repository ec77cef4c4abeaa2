"""What a source's steps are made of: its rules, a frame glanced at, the pictures and events it came to."""

from collections.abc import Callable
from dataclasses import dataclass

from broker.events import Evidence, Reason
from edge.drafts import Batch
from edge.frames import Frame
from edge.observation import View
from edge.perception.glance import Glance, Wish
from edge.places import Finding
from edge.rule import Rule
from edge.settings import RuleSettings, ZoneSettings


@dataclass(frozen=True, slots=True)
class Lookout:
    """One rule in one zone."""

    zone: ZoneSettings
    settings: RuleSettings
    rule: Rule

    @property
    def key(self) -> str:
        """Under this its state is kept over restarts."""
        return f"{self.zone.id}/{self.settings.name}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture for an event, or the reason why there is none."""

    evidence: Evidence | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one frame came to. Its pictures are still to be made, which takes a second or so each.

    `finish` touches nothing that a later step changes: it may run on another thread, in the steps' order.
    """

    told: Batch
    untold: tuple[Callable[[], Batch], ...] = ()

    def finish(self) -> Batch:
        """Make the pictures and the events they belong to."""
        batch = self.told
        for tell in self.untold:
            batch = batch.then(tell())
        return batch

    def __bool__(self) -> bool:
        return bool(self.told or self.untold)


# Makes and stores the masked picture of a finding. Without a frame (decisions made again) it was made before.
Camera = Callable[[Frame | None, Lookout, Finding, View], Shown]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A frame that was glanced at. glance: None where that failed. health: what it changed so far."""

    frame: Frame
    glance: Glance | None
    health: Batch

    @property
    def wish(self) -> Wish | None:
        """What the detector is wanted for, if at all."""
        return self.glance.wish if self.glance else None
