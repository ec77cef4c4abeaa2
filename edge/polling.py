"""A poller at work: it is asked every so often, and what comes of it is a way in like any other."""

import logging
import threading
from collections.abc import Generator, Iterator

from edge.decoding import Decoded
from edge.frames import SourceClock, Trouble
from edge.poller import Poller, PollerSettings, Unreachable
from edge.streams.connection import Connection, Happening

log = logging.getLogger(__name__)

REST_S = 0.05  # after a poll that took longer than it may
REFUSED_S = 60.0  # before it is asked again by one whom it does not know
FAULT = "a fault of ours; the log says more"


class Polled:
    """`readings` on a thread of its own, until `close` from any other."""

    def __init__(self, settings: PollerSettings, poller: Poller, clock: SourceClock) -> None:
        self._settings = settings
        self._poller = poller
        self._clock = clock
        self._closed = threading.Event()
        self._connection = Connection()

    def close(self) -> None:
        """Stop after the poll that goes on."""
        self._closed.set()

    def readings(self) -> Iterator[Decoded | Trouble]:
        """What each poll brings, and what is wrong where one brings nothing."""
        try:
            while not self._closed.is_set():
                began = self._clock.monotonic()
                rest = yield from self._polled()
                left = self._settings.every - (self._clock.monotonic() - began)
                self._clock.wait(self._closed, max(left, rest))
        finally:
            self._poller.close()

    def _polled(self) -> Generator[Decoded | Trouble, None, float]:
        """Returns the least rest before the next."""
        try:
            found = self._poller.poll(self._clock.utc())
        except Unreachable as error:
            yield from self._say("failure", error.reason.code, error.reason.text)
            return REFUSED_S if error.refused else REST_S
        except Exception:  # one line must not end the others, nor itself for ever
            log.exception("poller %s: it could not be asked", self._settings.id)
            yield from self._say("failure", "fault", FAULT)
            return REST_S
        yield from self._say("frame", "", "it answers again")
        yield found
        return REST_S

    def _say(self, happening: Happening, cause: str, what: str) -> Iterator[Trouble]:
        if state := self._connection.on(happening, cause):
            yield Trouble(self._settings.id, state, what)
