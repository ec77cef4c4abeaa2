"""Fetches what is wanted on a thread of its own, again and again until it is here or will never be."""

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from edge.fetched.fetching import Never, NotNow, Progress
from edge.retries import Retries

log = logging.getLogger(__name__)

FIRST_S, LONGEST_S = 2.0, 600.0
MOST_VAIN: Final = 40  # tries in a row of which nothing came; with the pauses above, six hours
TELL_S: Final = 5.0


class Bringer(Protocol):
    """`edge.fetched.fetching.Fetching` is one."""

    def fetch(self, name: str) -> object:
        """Raises NotNow or Never."""
        ...


class Errands:
    """`want` from any thread; of several the last one counts.

    make: the fetching for one errand, with where it says how far it is and how it learns that it ends. done:
    hears the name, and why it will never come, if so; told: how far it is, and what is in the way.
    """

    def __init__(
        self,
        make: Callable[[Callable[[Progress], None], Callable[[], bool]], Bringer],
        done: Callable[[str, Never | None], None],
        told: Callable[[Progress | None, str | None], None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._make, self._done, self._told = make, done, told
        self._monotonic, self._chance = monotonic, chance
        self._wanted: str | None = None
        self._change = threading.Event()
        self._lock = threading.Lock()
        self._stopping = False
        self._last_told = float("-inf")
        self._thread: threading.Thread | None = None

    def want(self, name: str | None) -> None:
        """Fetch this, and nothing else; None: nothing."""
        with self._lock:
            if name == self._wanted:
                return
            self._wanted = name
            self._change.set()
            if name is not None and self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="fetching", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End; what came so far stays, and is gone on with after the next start."""
        with self._lock:
            self._stopping = True
            self._change.set()
        if self._thread is not None:
            self._thread.join(2.0)

    def _run(self) -> None:
        while not self._stopping:
            with self._lock:
                name = self._wanted
                self._change.clear()
            if name is None:
                self._change.wait()
            else:
                self._errand(name)

    def _errand(self, name: str) -> None:
        tries, vain = Retries(FIRST_S, LONGEST_S, self._chance), 0

        def given_up() -> bool:
            return self._stopping or self._wanted != name

        bringer = self._make(self._say, given_up)
        while not given_up():
            try:
                bringer.fetch(name)
            except NotNow as error:
                vain = 0 if error.came else vain + 1
                if vain >= MOST_VAIN:
                    return self._end(name, Never("model_not_reached", f"it was tried {vain} times: {error}"))
                if error.came:
                    tries.reset()
                self._wait(name, tries, str(error))
            except Never as error:
                return self._end(name, error)
            except Exception as error:  # whatever it is, the node looks on under what it has
                log.exception("a model could not be fetched")
                return self._end(name, Never("model_failed", f"{type(error).__name__}: {error}"))
            else:
                return self._end(name, None)

    def _wait(self, name: str, tries: Retries, why: str) -> None:
        now = self._monotonic()
        tries.tried(name, now)
        pause = max(0.0, tries.next_due(now + LONGEST_S) - now)
        log.warning("model %s cannot be fetched now (%s); again in %.0f s", name, why, pause)
        self._told(None, why)
        self._change.wait(pause)

    def _end(self, name: str, error: Never | None) -> None:
        with self._lock:
            if self._wanted != name or self._stopping:
                return
            self._wanted = None
        self._done(name, error)

    def _say(self, progress: Progress) -> None:
        now = self._monotonic()
        if now - self._last_told >= TELL_S or progress.bytes == progress.of:
            self._last_told = now
            self._told(progress, None)
