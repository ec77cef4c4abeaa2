"""The book of a drone's flights: looks in; situations, answers and reports out. Pure: time is an argument."""

from collections.abc import Sequence
from typing import Any

from edge.flight.found import Begun, Ended, FlightAsk, FlightZone, Told
from edge.flight.look import Look
from edge.flight.settings import BookSettings


class FlightBook:
    """One source's. Looks go to the flight that has begun; without one they are left out.

    A look that the detector did not see is given with `refused`, as one without a pose is.
    """

    def __init__(
        self, source: str, zones: Sequence[FlightZone], settings: BookSettings = BookSettings()
    ) -> None:
        self.source = source

    def begin(self, flight: str, t: float, utc: float) -> Begun:
        """A flight begins, or the one that was under way at a restart goes on."""
        return Begun()

    def step(self, look: Look) -> Told:
        """One picture, in order of time. One that came before is left out."""
        return Told()

    def end(self, t: float, utc: float) -> Ended | None:
        """The flight is over; None where none was under way."""
        return None

    def ask(self, ask: FlightAsk, utc: float) -> Told:
        """Look for this from now on; its answer, where that needs no look."""
        return Told()

    def overdue(self, utc: float) -> Told:
        """Call it now and then: asks whose time is over, places given up, and what a restart ended."""
        return Told()

    @property
    def flight(self) -> str | None:
        """The flight that is under way."""
        return None

    def dump(self) -> dict[str, Any]:
        """All of it, JSON-able, also in the middle of a flight."""
        return {}

    def restore(self, data: dict[str, Any], utc: float) -> list[str]:
        """Take up a dump in a new book; what was wrong with it. Raises ValueError for what is no dump."""
        return []

    def __len__(self) -> int:
        """Places that are kept, and asks that wait."""
        return 0
