"""A street's own time: it goes as fast as it can, and waits for whoever is not done with a moment.

Time stands still between two steps. The next one (a message, the end of somebody's wait) is taken when all
that the step before has woken wait again, and not sooner than `speed` allows. A message that takes 20 ms of
real time to arrive so takes none of the street's: what is decided at 3,000 times the speed is what would have
been decided in a day.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from broker.events import ClockQuality
from edge.frames import SourceClock

LOOK_S: Final = 0.02
PATIENCE_S: Final = 5.0  # real seconds for whoever was woken; after that time goes on without them


@dataclass(slots=True)
class _Waiter:
    """One wait. until: the street's monotonic seconds."""

    until: float
    woken: bool = False


class StreetClock:
    """begin: UTC seconds of the first moment. speed: at most so many times real time; None: no limit."""

    def __init__(self, begin: float, speed: float | None = None) -> None:
        self.begin = begin
        self.speed = speed
        self.hurried = 0  # steps for which somebody was not done in time
        self._now = 0.0
        self._real = time.monotonic()
        self._since = 0.0
        self._changed = threading.Condition()
        self._waiting: dict[int, _Waiter] = {}
        self._at_work: set[int] = set()

    def source_clock(self) -> SourceClock:
        """As a node reads it. Nobody has ever set it by a reference."""
        return SourceClock(self.monotonic, self.utc, self.wait, _free_running)

    def monotonic(self) -> float:
        """Seconds since the begin."""
        return self._now

    def utc(self) -> float:
        """UTC seconds of the street."""
        return self.begin + self._now

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """As `threading.Event.wait`, in the street's time."""
        me = threading.get_ident()
        with self._changed:
            waiter = self._waiting[me] = _Waiter(self._now + max(0.0, seconds))
            self._at_work.discard(me)
            self._changed.notify_all()
            while not event.is_set() and not waiter.woken:
                self._changed.wait(LOOK_S)
            del self._waiting[me]
            if not waiter.woken:
                self._at_work.discard(me)
        return event.is_set()

    def advance(self, t: float, quiet: Callable[[], bool], stop: threading.Event) -> None:
        """Let time go on to `t`. quiet: whether nobody is at work on what was seen at a moment."""
        while self._now < t and not stop.is_set():
            step = min([t, *self._ends()])
            self._pace(step, stop)
            self._step(step)
            self._settle(quiet, stop)

    def _ends(self) -> list[float]:
        with self._changed:
            return [max(self._now, waiter.until) for waiter in self._waiting.values() if not waiter.woken]

    def _pace(self, step: float, stop: threading.Event) -> None:
        if self.speed is None:
            return
        due = self._real + (step - self._since) / self.speed
        if (ahead := due - time.monotonic()) > 0:
            stop.wait(ahead)
        else:  # whoever was slow has not to be caught up with
            self._real, self._since = time.monotonic(), step

    def _step(self, step: float) -> None:
        with self._changed:
            self._now = max(self._now, step)
            for thread, waiter in self._waiting.items():
                if waiter.until <= self._now and not waiter.woken:
                    waiter.woken = True
                    self._at_work.add(thread)
            self._changed.notify_all()

    def _settle(self, quiet: Callable[[], bool], stop: threading.Event) -> None:
        """Until all who were woken wait again or have ended, and what they brought was looked at."""
        until = time.monotonic() + PATIENCE_S
        with self._changed:
            while self._busy() and not stop.is_set():
                if time.monotonic() > until:
                    self.hurried += 1
                    self._at_work.clear()
                    return
                self._changed.wait(LOOK_S)
        while not quiet() and not stop.is_set() and time.monotonic() < until:
            time.sleep(LOOK_S / 10)

    def _busy(self) -> bool:
        alive = {thread.ident for thread in threading.enumerate()}
        self._at_work &= alive
        return bool(self._at_work)


def _free_running() -> ClockQuality:
    return "free_running"
