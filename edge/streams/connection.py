"""How a live source fares and when it tries again. Pure: time and chance are arguments.

A source starts, runs, falls silent while the connection stands (stalled), or breaks (lost). Only a frame
brings it back. Each change is said once; while it is lost, each further cause is said once.
"""

from typing import Literal

from edge.frames import TroubleState

State = Literal["starting", "ok", "stalled", "lost"]
Happening = Literal["frame", "silence", "failure"]

TABLE: dict[tuple[State, Happening], State] = {
    ("starting", "frame"): "ok",
    ("starting", "silence"): "stalled",
    ("starting", "failure"): "lost",
    ("ok", "frame"): "ok",
    ("ok", "silence"): "stalled",
    ("ok", "failure"): "lost",
    ("stalled", "frame"): "ok",
    ("stalled", "silence"): "stalled",
    ("stalled", "failure"): "lost",
    ("lost", "frame"): "ok",
    # A camera that answers and sends nothing is no nearer; saying so would flap with every attempt.
    ("lost", "silence"): "lost",
    ("lost", "failure"): "lost",
}
SAYS: dict[State, TroubleState] = {"stalled": "stalled", "lost": "lost", "ok": "recovered"}


class Connection:
    """One source's state by the table, and what is worth saying."""

    def __init__(self) -> None:
        self.state: State = "starting"
        self._causes: set[str] = set()

    def on(self, happening: Happening, cause: str = "") -> TroubleState | None:
        """Take one step; the trouble to report, or None when it was said before."""
        before, self.state = self.state, TABLE[self.state, happening]
        known = cause in self._causes
        self._causes.add(cause)
        if self.state == "ok":
            self._causes.clear()
            return SAYS["ok"] if before in ("stalled", "lost") else None
        if self.state != before:
            return SAYS[self.state]
        return "lost" if happening == "failure" and not known else None


class Backoff:
    """Growing waits between attempts, from `first` to `most` seconds."""

    def __init__(self, first: float, most: float) -> None:
        self._first = first
        self._most = most
        self._step = first

    def next(self, chance: float) -> float:
        """The next wait, between half the step and all of it as `chance` (0..1) has it; the step doubles."""
        step, self._step = self._step, min(self._step * 2, self._most)
        return min(step, self._most) * (0.5 + chance / 2)

    def longest(self) -> None:
        """Go to the longest wait: trying often would do harm."""
        self._step = self._most

    def reset(self) -> None:
        """Begin anew after a good run."""
        self._step = self._first
