"""A connection that is begun anew whenever it ends, on a thread of its own."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from broker.deliveries import back_off

log = logging.getLogger(__name__)

STOPPED = "stopped"
LASTED_S = 10.0  # a connection that held this long was a good one: the back-off starts again


class Reconnecting(ABC):
    """Lives through one connection after another, with back-off, and tells every change and its reason."""

    def __init__(self, name: str, on_connection: Callable[[bool, str], None] | None) -> None:
        self._name = name
        self._on_connection = on_connection
        self._told: tuple[bool, str] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def _one_connection(self) -> str:
        """Live through one connection until it ends or `_stopping` is set; say why it ended."""

    def start(self) -> None:
        """Begin to connect in the background; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Say goodbye to the broker (no will is sent) and end the background work. May be called twice."""
        self._stopping.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            reason = self._one_connection()
            self._tell(False, reason)
            failures = 0 if time.monotonic() - began > LASTED_S else failures + 1
            self._stopping.wait(back_off(failures))
        self._tell(False, STOPPED)

    def _tell(self, connected: bool, reason: str) -> None:
        if self._told == (connected, reason) or (self._stopping.is_set() and reason != STOPPED):
            return
        self._told = (connected, reason)
        log.log(logging.INFO if connected or reason == STOPPED else logging.WARNING, "broker: %s", reason)
        if self._on_connection is not None:
            try:
                self._on_connection(connected, reason)
            except Exception:
                log.exception("what listens to the connection failed")
