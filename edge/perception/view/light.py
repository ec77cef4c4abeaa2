"""Which light the camera sees by: colour by day, grey by infrared. Each has references of its own."""

from typing import Final, Literal

Mode = Literal["colour", "grey"]
COLOURFUL: Final = 3.0  # levels of chroma: a camera that usually shows more has colour
COLOURLESS: Final = 1.0  # levels: a picture with less has none
FADED: Final = 0.3  # of the usual chroma
RETURNED: Final = 2.0  # levels: a picture with more has colour again
HOLD: Final = 8.0  # seconds until a switch is believed
USUAL: Final = 300.0  # seconds over which the usual chroma is learnt


class Light:
    """The light mode of one source. A camera that never showed colour has the mode `colour` for ever."""

    def __init__(self) -> None:
        self.mode: Mode = "colour"
        self.usual = 0.0
        self._known_s = 0.0
        self._other_s = 0.0

    def look(self, dt: float, colour: float | None, shows: bool) -> None:
        """colour: mean chroma deviation. shows: False while the picture is too dark or flat to have any."""
        if colour is None or not shows:
            return
        other = self._faded(colour) if self.mode == "colour" else colour >= max(RETURNED, FADED * self.usual)
        self._other_s = self._other_s + dt if other else 0.0
        if other and self._other_s >= HOLD:
            self.mode, self._other_s = ("grey" if self.mode == "colour" else "colour"), 0.0
        elif self.mode == "colour" and not other:
            self._known_s += dt
            self.usual += (colour - self.usual) * min(1.0, max(dt / USUAL, dt / self._known_s if dt else 0.0))

    @property
    def switching(self) -> bool:
        """Whether a switch is under way but not yet believed."""
        return self._other_s > 0

    def _faded(self, colour: float) -> bool:
        return self.usual >= COLOURFUL and colour <= min(COLOURLESS, FADED * self.usual)
