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
from edge.beats import TICK_S, Beats
from edge.exits import HUNG
from edge.lastwords import LastWords, say
from edge.strays import STRAYS, Strays, where

log = logging.getLogger(__name__)

WORDS_S: Final = 5.0  # for the last words: the disk may be what hangs
HARD_S: Final = 60.0  # beyond the patience, until the process is ended without any words
REARM_S: Final = 10.0
CROWDED_S: Final = 60.0  # so long there have to be too many threads that hang


class WatchdogSettings(Settings):
    """`patience`: how long a loop of the node's own may be silent before the process ends itself."""

    patience: Annotated[Duration, Field(ge=5)] = 300.0


def leave(code: int) -> None:
    """End at once: what hangs would keep an ordinary end from coming."""
    sys.stderr.flush()
    os._exit(code)


class Watchdog:
    """`beat` from every loop; `start` and `stop` around them. folder: where the last words go.

    `rescue` is called before the end, for what can still be saved. hard: with the second watchdog, of which
    a process has one.
    """

    def __init__(
        self,
        patience_s: float,
        folder: Path,
        *,
        end: Callable[[int], object] = leave,
        hard: bool = False,
        strays: Strays = STRAYS,
    ) -> None:
        self._beats = Beats(patience_s)
        self.rescue: Callable[[], object] = lambda: None
        self._folder, self._end, self._hard = folder, end, hard
        self._strays = strays
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        self._armed = self._crowded = -1e9
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def beat(self, name: str) -> None:
        """The loop of this thread lives."""
        with self._lock:
            self._beats.beat(name, time.monotonic())
            self._threads[name] = threading.current_thread()

    def rest(self, name: str) -> None:
        """It waits for work, however long, or has ended as it should."""
        with self._lock:
            self._beats.rest(name)

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
                self._give_up(*why)
                return

    def _look(self, now: float) -> tuple[str, str] | None:
        """Why the process has to end, as a word and a sentence."""
        if self._hard and now >= self._armed + REARM_S:
            self._armed = now
            after = self._beats.patience_s + HARD_S
            faulthandler.dump_traceback_later(after, exit=True, file=sys.__stderr__ or sys.stderr)
        with self._lock:
            late = self._beats.overdue(now)
        if late is not None:
            name, silent = late
            return "loop_hung", f"{name} showed no sign of life for {silent:.0f} s (at {self._place(name)})"
        if not self._strays.too_many or self._crowded < 0.0:
            self._crowded = now
        if now - self._crowded > CROWDED_S:
            return "threads_hung", f"{self._strays.trouble}; only a new process is rid of them"
        return None

    def _place(self, name: str) -> str:
        thread = self._threads.get(name)
        return "nowhere" if thread is None else where(thread)

    def _give_up(self, word: str, text: str) -> None:
        log.critical("the node ends itself: %s; what was committed is sent by the next process", text)
        last = threading.Thread(target=self._last_words, args=(word, text), daemon=True)
        last.start()
        last.join(WORDS_S)
        self._end(HUNG)

    def _last_words(self, word: str, text: str) -> None:
        say(self._folder, LastWords(time.time(), word, text))
        try:
            self.rescue()
        except Exception:  # whatever it is, the end must come
            log.exception("what waited in memory could not be saved")
