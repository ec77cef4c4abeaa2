"""Reads a live source in a thread of its own, so that whoever looks at frames always gets the newest."""

import math
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Literal

from broker.events import ClockQuality
from broker.messages import SourceReport
from edge.frames import Decodes, Decoding, Frame, Source, SourceClock, Trouble
from edge.strays import STRAYS, Strays, where
from edge.streams.connection import Backoff
from edge.streams.lifesign import LifeSign
from edge.streams.mailbox import Mailbox
from edge.troubles import fit

State = Literal["ok", "starting", "stalled", "lost", "ended", "failed"]
# What a trouble makes of a source's state; damaged and changed leave it as it is.
STATES: dict[str, State] = {
    "stalled": "stalled",
    "lost": "lost",
    "ended": "ended",
    "failed": "failed",
    "recovered": "ok",
}
# How long a trouble that did not stop the frames stays in the report.
FRESH_S = 600.0
# Frames over which the rate is reckoned.
RATE_FRAMES = 20


def _free_running() -> ClockQuality:
    return "free_running"


def system_clock(quality: Callable[[], ClockQuality] = _free_running) -> SourceClock:
    """The machine's own clocks; `quality` says how far its UTC can be believed."""
    return SourceClock(time.monotonic, time.time, quality=quality)


class LiveReader:
    """One source in one thread: the newest frame waits to be taken, every trouble does.

    `make` opens the source, and again after it broke: a live source that raises is opened anew after a wait,
    a recording has then failed. life: tells that the thread hangs (`look_after`); strays: where such go.
    """

    def __init__(
        self,
        source: str,
        make: Callable[[], Source],
        clock: SourceClock,
        *,
        retry_first: float = 1.0,
        retry_max: float = 60.0,
        life: LifeSign | None = None,
        strays: Strays = STRAYS,
    ) -> None:
        self._id = source
        self._make = make
        self._clock = clock
        self._life, self._strays = life, strays
        self._mail: Mailbox[Frame, Trouble] = Mailbox()
        self._health = _Health(source)
        self._backoff = Backoff(retry_first, retry_max)
        self._closed = threading.Event()
        self._source: Source | None = None
        self._wanted: float | None = None
        self._thread = self._fresh()

    def _fresh(self) -> threading.Thread:
        return threading.Thread(target=self._run, name=f"source {self._id}", daemon=True)

    def start(self) -> None:
        """Begin reading."""
        if self._life is not None:
            self._life.begin()
        self._thread.start()

    def look_after(self) -> bool:
        """Called now and then: a thread that hangs in a library is left behind, and the source begun anew.

        Where too many are left behind already the source stays failed. Whether it was begun anew.
        """
        hung, thread = self._life, self._thread
        if hung is None or not hung.hung or not thread.is_alive() or self._closed.is_set():
            return False
        place, anew = where(thread), self._strays.leave(self._id, thread)
        if self._health.state != "failed" or anew:
            what = "is left behind and the source begun anew" if anew else "too many are left behind already"
            words = f"reading it hangs for {hung.silent_s:.0f} s (at {place}); it {what}"
            self._tell(Trouble(self._id, "failed", words))
        if anew:
            if (source := self._source) is not None:
                source.close()
            self._source, self._thread = None, self._fresh()
            self.start()
        return anew

    def take(self, timeout: float) -> Frame | Trouble | None:
        """The next trouble or the newest frame, in the order they came; None after `timeout` seconds."""
        return self._mail.take(timeout)

    def want(self, interval_s: float) -> None:
        """Pass on how far apart looks are wanted from now on, also to a source that is opened anew."""
        self._wanted = interval_s
        if (source := self._source) is not None:
            source.want(interval_s)

    @property
    def decoding(self) -> Decoding | None:
        """How the source decodes now; None before it is open, and for one that decodes no video."""
        source = self._source
        return source.decoding if isinstance(source, Decodes) else None

    def report(self) -> SourceReport:
        """How the source fares now."""
        return self._health.report(self._clock.monotonic(), self._mail.frames, self._mail.dropped)

    @property
    def waiting(self) -> bool:
        """Whether a frame or a trouble waits to be taken."""
        return not self._mail.empty

    @property
    def over(self) -> bool:
        """Whether nothing more will come and everything was taken."""
        return not self._thread.is_alive() and self._mail.empty

    def close(self) -> None:
        """Stop reading; waits a little over the second that a source may take."""
        self._closed.set()
        if (source := self._source) is not None:
            source.close()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _run(self) -> None:
        while not self._closed.is_set() and self._once() and self._mine():
            self._clock.wait(self._closed, self._backoff.next(random.random()))  # noqa: S311 - no secret

    def _mine(self) -> bool:
        """Whether this thread is the one that reads, and not one that was left behind."""
        return threading.current_thread() is self._thread

    def _once(self) -> bool:
        """Read the source until it ends; whether to open it again."""
        try:
            source = self._make()
            if not self._mine():
                return False
            self._source = source
            if self._wanted is not None:  # after it can be reached, so that no wish falls between the two
                source.want(self._wanted)
            if self._closed.is_set():  # close() came before there was anything to close
                source.close()
            for item in self._followed(source):
                if not self._mine():
                    return False
                self._tell(item)
        except Exception as error:  # one source's fault must not end the node
            if not self._mine():
                return False
            # The text of a foreign exception may hold anything, an address with a password among them.
            self._tell(Trouble(self._id, "failed", f"the source broke ({type(error).__name__})"))
            return self._source is None or self._source.live
        return False

    def _followed(self, source: Source) -> Iterator[Frame | Trouble]:
        for item in source.frames():
            if isinstance(item, Frame) and self._health.state == "failed":
                yield Trouble(self._id, "recovered", "the source works again")
                self._backoff.reset()
            yield item

    @property
    def reconnects(self) -> int:
        """How often pictures came again after they had not."""
        return self._health.recoveries

    def _tell(self, item: Frame | Trouble) -> None:
        now = self._clock.monotonic()
        self._health.note(item, now)
        if isinstance(item, Frame):
            item.arrived = now
            self._mail.put_frame(item)
        else:
            self._mail.put_word(item)


class _Health:
    """The state a source is in and the rate of its frames. Written by the reader's thread alone."""

    def __init__(self, source: str) -> None:
        self.state: State = "starting"
        self.recoveries = 0
        self._id = source
        self._trouble: str | None = None
        self._said = -math.inf
        self._arrivals: deque[float] = deque(maxlen=RATE_FRAMES)

    def note(self, item: Frame | Trouble, now: float) -> None:
        """Take a frame or a trouble into account."""
        if isinstance(item, Frame):
            self._arrivals.append(now)
            self.state = "ok"
        else:
            self.state = STATES.get(item.state, self.state)
            self._said = now
            self.recoveries += item.state == "recovered"
            self._trouble = None if item.state == "recovered" else fit(item.what)

    def report(self, now: float, frames: int, dropped: int) -> SourceReport:
        """The contract's words for it."""
        arrivals = list(self._arrivals)
        return SourceReport(
            id=self._id,
            state=self.state,
            frames=frames,
            dropped=dropped,
            fps=_rate(arrivals),
            age_s=round(now - arrivals[-1], 3) if arrivals else None,
            trouble=None if self.state == "ok" and now - self._said > FRESH_S else self._trouble,
        )


def _rate(arrivals: list[float]) -> float | None:
    if len(arrivals) < 2 or arrivals[-1] <= arrivals[0]:
        return None
    return round((len(arrivals) - 1) / (arrivals[-1] - arrivals[0]), 2)
