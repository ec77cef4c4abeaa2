"""The workers of one process: they share the work among themselves and with those of other processes."""

import os
import secrets
import socket
from collections.abc import Callable
from functools import partial

from central.ingest import Ingest
from central.metrics import Metrics


class Workers:
    """Starts and stops them, and says how they fare together.

    `make` makes one: with a client id of its own, `listens` for the first alone, and `on_connection`.
    """

    def __init__(self, make: Callable[..., Ingest], *, name: str, number: int, metrics: Metrics) -> None:
        self._metrics = metrics
        make = partial(make, on_connection=self._look)
        names = [_client_id(name) for _ in range(number)]
        self._all = [make(client_id=each, listens=n == 0) for n, each in enumerate(names)]
        metrics.stalled.set_function(lambda: max(each.stalled_s for each in self._all))

    @property
    def connected(self) -> bool:
        """Whether every worker has its connection."""
        return all(each.connected for each in self._all)

    @property
    def alive(self) -> bool:
        """Whether every worker runs, be it waiting."""
        return all(each.alive for each in self._all)

    @property
    def broker_says(self) -> str:
        """What is known of the connections: of one that fails, if one does."""
        return next((each for each in self._all if not each.connected), self._all[0]).broker_says

    @property
    def waits_for(self) -> str | None:
        """What a worker waits for, if one does."""
        return next((each.waits_for for each in self._all if each.waits_for), None)

    @property
    def backlog(self) -> int:
        """How many messages have come and are in nobody's hand."""
        return sum(each.backlog for each in self._all)

    def start(self) -> None:
        """Begin to take."""
        for each in self._all:
            each.start()

    def stop(self) -> None:
        """Finish the batches in hand and end."""
        for each in self._all:
            each.stop()

    def _look(self) -> None:
        self._metrics.broker_connected.set(self.connected)


def _client_id(name: str) -> str:
    """No two workers have the same, also where hosts share a name and processes a number."""
    return f"{name}-{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(3)}"
