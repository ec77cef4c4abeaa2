"""What a source's steps are made of: its eyes and rules, a frame glanced at, the pictures and events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from broker.events import ClockQuality, Evidence, Reason
from edge.drafts import Batch
from edge.frames import Frame
from edge.observation import Box, Observation, Proof, View
from edge.perception.glance import Glance, Ripening, Wish
from edge.places import Finding, Place
from edge.rule import Rule
from edge.settings import RuleSettings, ZoneSettings
from edge.troubles import Happening
from models.detections import Detections


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


class Eyes(Protocol):
    """Makes observations of frames; `edge.perception.observer.Observer` is one.

    It may raise anything at any time; the frame then counts as unseen. asked: where the detector is wanted at
    every look.
    """

    asked: Sequence[Box]

    @property
    def ripening(self) -> Ripening:
        """What a decision about which may hang on the next look."""
        ...

    @property
    def proof(self) -> Proof:
        """What speaks for the last look besides what was seen."""
        ...

    def glance(self, frame: Frame, places: Sequence[Place]) -> Glance:
        """All that is cheap; called with every frame, in order of time. Says why the detector is wanted."""
        ...

    def detect(self, glance: Glance) -> Sequence[Detections]:
        """Run the detector for this one glance."""
        ...

    def conclude(self, glance: Glance, found: Sequence[Detections] | None) -> Observation:
        """What was seen. found: the detector's answer to the glance's wish, None where it was not asked."""
        ...


class Sink(Protocol):
    """Writes down what goes into the decisions, so that they can be made again; the journal is one."""

    def seen(self, seen: Observation) -> None:
        """One observation, before anything is decided on it."""
        ...

    def happened(self, what: Happening, text: str, utc: float, quality: ClockQuality) -> None:
        """Something that raised or cleared a condition of the source."""
        ...

    def shown(self, finding: Finding, shown: Shown) -> None:
        """The picture of a finding, or why there is none. Called from another thread than the others."""
        ...
