"""Eyes whose looks somebody else sees too: the pictures, and what the detector found in them."""

from collections.abc import Callable, Sequence

from edge.frames import Frame
from edge.observation import Box, Observation, Proof
from edge.perception.glance import Glance, Ripening
from edge.perception.observer import Observer
from edge.places import Place
from models.detections import Detections


class Overseen:
    """`edge.steps.Eyes` of a source. hear: called after each run of the detector."""

    def __init__(self, eyes: Observer, hear: Callable[[Glance, Sequence[Detections]], None]) -> None:
        self._eyes, self._hear = eyes, hear

    @property
    def asked(self) -> Sequence[Box]:
        """Where the detector is wanted at every look."""
        return self._eyes.asked

    @asked.setter
    def asked(self, boxes: Sequence[Box]) -> None:
        self._eyes.asked = boxes

    @property
    def ripening(self) -> Ripening:
        """What a decision about which may hang on the next look."""
        return self._eyes.ripening

    @property
    def proof(self) -> Proof:
        """What speaks for the last look."""
        return self._eyes.proof

    def glance(self, frame: Frame, places: Sequence[Place]) -> Glance:
        """How the view is, and whether the detector has to look."""
        return self._eyes.glance(frame, places)

    def detect(self, glance: Glance) -> Sequence[Detections]:
        """Run the detector, and tell what it found."""
        found = self._eyes.detect(glance)
        self._hear(glance, found)
        return found

    def conclude(self, glance: Glance, found: Sequence[Detections] | None) -> Observation:
        """What was seen."""
        return self._eyes.conclude(glance, found)
