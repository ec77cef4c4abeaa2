"""Ends a process whose own loops hang, with a reason, so that whoever began it begins it again.

Everything that matters is committed: the next process goes on with all that was open. A second watchdog, of
the C library's kind, ends it even where nothing written in Python can run any more.
"""

import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from broker.settings import Duration, Settings
from edge.alive.pulse import PATIENCE_S, Pulse
from edge.beats import TICK_S
from edge.exits import HUNG
from edge.lastrun import hung
from edge.strays import STRAYS, Strays, where

log = logging.getLogger(__name__)

WORDS_S: Final = 5.0  # for the last words: the disk may be what hangs
HARD_S: Final = 60.0  # beyond the patience, until the process is ended without any words
REARM_S: Final = 10.0
CROWDED_S: Final = 60.0  # so long there have to be too many threads that hang


class WatchdogSettings(Settings):
    """`patience`: how long a loop of the node's own may be silent before the process ends itself."""

    patience: Annotated[Duration, Field(ge=5)] = PATIENCE_S


def leave(code: int) -> None:
    """End at once: what hangs would keep an ordinary end from coming."""
    sys.stderr.flush()
    os._exit(code)


class Watchdog:
    """`start` and `stop` around the loops that beat the pulse. folder: where it says how this run ended.

    rescue: called before the end, for what can still be saved. hard: with the second watchdog, of which a
    process has one.
    """

    def __init__(
        self,
        pulse: Pulse,
        folder: Path,
        *,
        rescue: Callable[[], object] = lambda: None,
        end: Callable[[int], object] = leave,
        hard: bool = False,
        strays: Strays = STRAYS,
    ) -> None:
        self._pulse, self._rescue = pulse, rescue
        self._folder, self._end, self._hard = folder, end, hard
        self._strays = strays
        self._armed = self._crowded = -1e9
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Watch."""
        self._thread.start()

    def stop(self) -> None:
        """The node ends by itself."""
        self._stopping.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(2 * TICK_S)
        if self._hard:
            faulthandler.cancel_dump_traceback_later()

    def _run(self) -> None:
        while not self._stopping.wait(TICK_S):
            if (why := self._look(time.monotonic())) is not None:
                self._give_up(why)
                return

    def _look(self, now: float) -> str | None:
        """Why the process has to end."""
        if self._hard and now >= self._armed + REARM_S:
            self._armed = now
            after = self._pulse.patience_s + HARD_S
            faulthandler.dump_traceback_later(after, exit=True, file=sys.__stderr__ or sys.stderr)
        if (late := self._pulse.overdue(now)) is not None:
            name, silent, thread = late
            return f"{name} showed no sign of life for {silent:.0f} s (at {where(thread)})"
        if not self._strays.too_many or self._crowded < 0.0:
            self._crowded = now
        if now - self._crowded > CROWDED_S:
            return f"{self._strays.trouble}; only a new process is rid of them"
        return None

    def _give_up(self, text: str) -> None:
        log.critical("the node ends itself: %s; what was committed is sent by the next process", text)
        last = threading.Thread(target=self._last_words, args=(text,), daemon=True)
        last.start()
        last.join(WORDS_S)
        self._end(HUNG)

    def _last_words(self, text: str) -> None:
        hung(self._folder, time.time(), text)
        try:
            self._rescue()
        except Exception:  # whatever it is, the end must come
            log.exception("what waited in memory could not be saved")
