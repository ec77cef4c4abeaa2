"""Each picture of a flight: where it was taken, what is seen in it, and what that says of the ground."""

from dataclasses import dataclass
from typing import Final

from broker.events import Reason
from edge.deck.eyes import FlightEyes, across
from edge.deck.flightlog import FlightLog
from edge.deck.looks import Standpoint, blind, look, standpoint
from edge.flight.look import Look
from edge.frames import Frame
from edge.ground.settings import GroundSettings
from edge.perception.motion import dead
from edge.streams.grey import small_grey_of

GREY_WIDTH: Final = 320


@dataclass(frozen=True, slots=True)
class Viewed:
    """A look, and why things in it have no place. detected: whether the detector was run for it."""

    look: Look
    unplaced: tuple[Reason, ...] = ()
    detected: bool = False


class Viewer:
    """One flight's. The detector is spared pictures whose ground is not known."""

    def __init__(self, settings: GroundSettings, log: FlightLog, eyes: FlightEyes) -> None:
        self._settings, self._log, self._eyes = settings, log, eyes

    def stand(self, frame: Frame) -> Standpoint | Reason:
        """From where a picture was taken."""
        pose = self._log.at(frame.t, frame.utc)
        return standpoint(self._settings, pose, frame.width, frame.height)

    def view(self, frame: Frame) -> Viewed:
        """One picture; a detector that fails on it has not seen it."""
        when = (frame.t, frame.utc, frame.clock)
        here = self.stand(frame)
        if isinstance(here, Reason):
            return Viewed(blind(*when, here))
        if dead(small_grey_of(frame, GREY_WIDTH)):
            return Viewed(
                blind(*when, Reason(code="no_picture", text="the picture shows nothing: all is one tone"))
            )
        parts = across(frame.width, frame.height, here.metre)
        try:
            saw = self._eyes.look(frame.t, frame.image, parts)
        except Exception as error:  # a picture that the detector fails on ends no flight
            why = Reason(code="not_looked", text=f"the detector failed on it ({type(error).__name__})")
            return Viewed(blind(*when, why), detected=True)
        t, utc, clock = when
        seen, unplaced = look(self._settings, here, saw, t=t, utc=utc, clock=clock, trusted=True)
        return Viewed(seen, tuple(unplaced), detected=True)
