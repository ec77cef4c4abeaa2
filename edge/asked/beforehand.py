"""Has the journal walked through now and then, so that whoever tries zones need not wait for it."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from edge.journal.keeping import PAST

log = logging.getLogger(__name__)

FIRST_S: Final = 120.0  # after the start: looking comes first
EVERY_S: Final = 1800.0
MOST_S: Final = 900.0  # the rest comes the next time
TICK_S: Final = 1.0


class Beforehand:
    """One thread, which begins a process of its own. journal: where it lies now."""

    def __init__(self, journal: Callable[[], Path], first_s: float = FIRST_S) -> None:
        self._journal, self._first = journal, first_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trial beforehand", daemon=True)

    def start(self) -> None:
        """Begin; the first time is some while after."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is under way is given up."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(2.0 * TICK_S)

    def _run(self) -> None:
        pause = self._first
        while not self._stopping.wait(pause):
            pause = EVERY_S
            journal = self._journal()
            try:
                self._walk([str(journal), str(journal.parent / PAST)])
            except OSError as error:  # a trial walks by itself then
                log.warning("trial: the journal cannot be walked beforehand: %s", error)

    def _walk(self, folders: list[str]) -> None:
        with subprocess.Popen([sys.executable, "-m", "edge.trial.beforehand", *folders]) as process:
            left = MOST_S
            while process.poll() is None and left > 0.0 and not self._stopping.wait(TICK_S):
                left -= TICK_S
            process.kill()
