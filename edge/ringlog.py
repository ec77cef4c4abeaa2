"""The last lines of the log, for who has to find out why: bounded, and on the disk only when it matters.

A line goes to the disk with the next warning, at most once a minute, and at the end: some tens of kilobytes
then, so that a card that wears out does not wear out by this.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from broker.wholefile import write_whole

NAME: Final = "lastlines.log"
LINES: Final = 1500
LONGEST: Final = 600  # signs of one line; of a trace the last ones
KEPT_BYTES: Final = 128_000  # of the file
EVERY_S: Final = 60.0


class Ring(logging.Handler):
    """A handler that keeps. `keep_in` tells where the file is to lie; before that there is none."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.INFO)
        form = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        form.converter = time.gmtime
        self.setFormatter(form)
        self._lines: deque[str] = deque(maxlen=LINES)
        self._clock = clock
        self._file: Path | None = None
        self._written = float("-inf")
        self._changed = False
        self._disk = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """One line more; a warning has all written down, soon."""
        try:
            text = self.format(record)
        except Exception:
            return
        self._lines.append(
            text if len(text) <= LONGEST else f"{text[: LONGEST // 3]} ... {text[-LONGEST // 2 :]}"
        )
        self._changed = True
        if record.levelno >= logging.WARNING and self._clock() - self._written >= EVERY_S:
            self._written = self._clock()
            threading.Thread(target=self.write, name="last lines", daemon=True).start()

    def keep_in(self, folder: Path) -> None:
        """Of the node's storage."""
        self._file = folder / NAME

    def lines(self) -> list[str]:
        """The oldest first."""
        return list(self._lines)

    def write(self) -> None:
        """What there is goes to the disk; one that does not take it costs this alone, and says nothing."""
        if self._file is None or not self._changed or not self._disk.acquire(blocking=False):
            return
        try:
            self._changed = False
            body = "\n".join([*self._lines, ""]).encode("utf-8", "replace")
            write_whole(self._file, body[-KEPT_BYTES:], mode=0o640)
        except OSError:
            self._changed = True
        finally:
            self._disk.release()


RING: Final = Ring()


def kept(folder: Path) -> list[str]:
    """What a node wrote down there; nothing where none did."""
    try:
        return (folder / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
