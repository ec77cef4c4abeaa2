"""When the pictures of a recording are shown, and what time they bear."""

import threading
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from broker.events import ClockQuality
from edge.frames import SourceClock

# Second 0 of a replay that says no start: always the same, so that a replay gives the same bytes again.
REPLAY_START = datetime(2000, 1, 1, tzinfo=timezone.utc)

Pace = Literal["realtime", "fast"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks."""

    t: float
    utc: float
    clock: ClockQuality


class Pacer:
    """Lays a recording's seconds onto the node's clocks.

    In real time second 0 is when the first picture is asked for, and each picture is waited for. Fast, the
    monotonic time begins at 0 and nothing waits. A given `start` was set once by a person: such a clock runs
    free.
    """

    def __init__(
        self, pace: Pace, start: datetime | None, clock: SourceClock, closed: threading.Event
    ) -> None:
        self._fast = pace == "fast"
        self._start = start
        self._clock = clock
        self._closed = closed
        self._zero: Moment | None = None

    def moment(self, seconds: float) -> Moment | None:
        """Wait until the picture at `seconds` is due; None when closed meanwhile."""
        zero = self._zero = self._zero or self._begin()
        t = zero.t + seconds
        ahead = 0.0 if self._fast else t - self._clock.monotonic()
        if ahead > 0 and self._clock.wait(self._closed, ahead):
            return None
        return Moment(t, zero.utc + seconds, zero.clock)

    def _begin(self) -> Moment:
        t = 0.0 if self._fast else self._clock.monotonic()
        if self._start is not None:
            return Moment(t, self._start.timestamp(), "free_running")
        if self._fast:
            return Moment(t, REPLAY_START.timestamp(), "unknown")
        return Moment(t, self._clock.utc(), self._clock.quality())
