"""Finishes what was decided, in order, on a thread of its own, so that looking goes on meanwhile."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger(__name__)

WAITING = 8  # each holds a frame in memory


class Darkroom:
    """Jobs are done in the order they came. What is not done when the process dies was not committed either:
    the state behind it is older, and the incident is found again.
    """

    def __init__(self, waiting: int = WAITING) -> None:
        self._room = threading.Semaphore(waiting)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="darkroom")

    def put(self, job: Callable[[], None]) -> None:
        """Have it done. Blocks while too many wait: the caller then looks less often, and that is counted."""
        self._room.acquire()
        self._worker.submit(self._do, job)

    def _do(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception:  # whatever it is, it is this job's; the others go on
            log.exception("this was not expected; what one look came to is left out")
        finally:
            self._room.release()

    def close(self) -> None:
        """Do what waits, then end the thread. May be called twice."""
        self._worker.shutdown(wait=True)
