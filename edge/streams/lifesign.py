"""Whether a source's thread still lives: it asks its clock, or waits by it, again and again."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from edge.frames import SourceClock

HUNG_S: Final = 120.0  # real seconds without any of that: longer than a slow disk or a cold network takes


class LifeSign:
    """One source's. now: real seconds, whatever clock the source lives by."""

    def __init__(self, patience_s: float = HUNG_S, now: Callable[[], float] = time.monotonic) -> None:
        self._patience_s, self._now = patience_s, now
        self._last = now()
        self._waiting = False

    def through(self, clock: SourceClock) -> SourceClock:
        """The same clock; whoever uses it shows that it lives."""

        def monotonic() -> float:
            self._last = self._now()
            return clock.monotonic()

        def wait(event: threading.Event, seconds: float) -> bool:
            self._waiting = True  # however long: a wait always ends
            try:
                return clock.wait(event, seconds)
            finally:
                self._last, self._waiting = self._now(), False

        return replace(clock, monotonic=monotonic, wait=wait)

    def begin(self) -> None:
        """A thread starts now."""
        self._last, self._waiting = self._now(), False

    @property
    def silent_s(self) -> float:
        """For how long nothing was heard of it; 0 while it waits."""
        return 0.0 if self._waiting else max(0.0, self._now() - self._last)

    @property
    def hung(self) -> bool:
        """Whether that is too long."""
        return self.silent_s > self._patience_s
