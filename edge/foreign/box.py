"""One system that analyses cameras: what comes from it goes to those of its cameras that are sources here."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from edge import analytics
from edge.decoding import Decoded
from edge.foreign.presence import BOX, LINK
from edge.foreign.settings import AnalyticsSettings
from edge.foreign.watch import Heard
from edge.frames import SourceClock, Trouble
from edge.readings import Reading
from edge.reception import Reception

OFF = "its system says that it is off"
WORDS = {
    "enabled": "its system has switched the camera off",
    "detect": "its system does not look for things in it now",
    "status": "its system gets no pictures of it",
    "pictures": "its system gets no pictures of it",
}


def kind_of(settings: AnalyticsSettings) -> Any:
    """The file of its kind."""
    return import_module(f"{analytics.__name__}.{settings.kind}")


class Box:
    """`start`, then `stop`. cameras: by the system's names for them; several may be of one camera."""

    def __init__(
        self, settings: AnalyticsSettings, clock: SourceClock, cameras: Sequence[tuple[str, Heard]]
    ) -> None:
        self._clock = clock
        self._cameras = cameras
        self.reception = Reception([kind_of(settings).way(settings, clock)], clock, self.take, self.told)
        self.start, self.stop = self.reception.start, self.reception.stop

    @property
    def trouble(self) -> str | None:
        """What is wrong with the way in."""
        return self.reception.trouble

    def take(self, decoded: Decoded, retained: bool = False) -> bool:  # noqa: ARG002 - as a way in hands on
        """What one message said; what the broker has kept is how the box fares now, by its last will."""
        now = self._clock.monotonic()
        for reading in decoded.readings:
            if reading.quantity == "online":
                self._fares(reading, now)
        for _, heard in self._cameras:
            heard.any(now)
            for seen in decoded.seen:
                heard.take(seen, now)
        return True

    def _fares(self, reading: Reading, now: float) -> None:
        """Of the system itself where it has no channel, else of one camera."""
        for name, heard in self._cameras:
            if reading.channel is None and reading.value:
                heard.begins(now)
            elif reading.channel is None:
                heard.fares(BOX, OFF, now)
            elif reading.device == name:
                words = WORDS.get(reading.channel, OFF)
                heard.fares(reading.channel, None if reading.value else words, now)

    def told(self, trouble: Trouble) -> None:
        """The connection broke, or stands again."""
        why = None if trouble.state == "recovered" else f"no connection to its system: {trouble.what}"
        for _, heard in self._cameras:
            heard.fares(LINK, why, self._clock.monotonic())
