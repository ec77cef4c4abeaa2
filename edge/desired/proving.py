"""Whether what the centre wants ends this node again and again: then it is given up, and stays so."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from edge.desired.kept import MOST_STARTS, PROVEN_S, Probation, on_probation, put_on_probation

log = logging.getLogger(__name__)


class Proving:
    """`begins` before something of the centre's may do harm, `lives` now and then, `over` when it is known.

    Versions are told apart by the sha256 of their bodies. monotonic: real seconds.
    """

    def __init__(self, folder: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._monotonic = folder, monotonic
        self._noted = on_probation(folder)
        self._running: str | None = None
        self._since = 0.0

    def given_up(self, sha256: str) -> int:
        """After how many starts that were cut short this one is not run any more; 0: it may be."""
        noted = self._noted
        if noted is None or noted.sha256 != sha256 or self._running == sha256:
            return 0
        return noted.starts if noted.starts >= MOST_STARTS else 0

    def begins(self, sha256: str) -> None:
        """It is about to run, and counted before it can end the process."""
        known = self._noted is not None and self._noted.sha256 == sha256
        starts = self._noted.starts if self._noted is not None and known else 0
        self._running, self._since = sha256, self._monotonic()
        self._note(Probation(sha256, starts + 1))

    def goes_on(self, sha256: str) -> None:
        """A start under what was kept: counted where it has not proved itself."""
        if self._noted is not None and self._noted.sha256 == sha256:
            self.begins(sha256)

    def lives(self) -> bool:
        """Whether what runs has just now proved itself."""
        proved = self._running is not None and self._monotonic() - self._since > PROVEN_S
        if proved:
            self.over()
        return proved

    def over(self) -> None:
        """It has proved itself, or something else runs."""
        if self._running is not None:
            self._running = None
            self._note(None)

    def stopped(self) -> None:
        """Somebody asked the node to end: no fault of what it ran."""
        if self._running is not None:
            self._note(Probation(self._running))

    def _note(self, probation: Probation | None) -> None:
        self._noted = probation
        try:
            put_on_probation(self._folder, probation)
        except OSError as error:
            log.warning("what is on probation cannot be noted: %s", error)
