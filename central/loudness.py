"""Says which nodes send more events than they may. Their events are taken all the same: none may be lost."""

import logging
import threading
from collections.abc import Callable, Iterable

from central.limits import LimitSettings, Noise
from central.metrics import Metrics

log = logging.getLogger(__name__)


class Loudness:
    """Counts what was taken, whichever worker took it."""

    def __init__(self, settings: LimitSettings, metrics: Metrics, monotonic: Callable[[], float]) -> None:
        self._most = settings.events_per_minute
        self._noise = Noise(settings)
        self._monotonic = monotonic
        self._turn = threading.Lock()
        metrics.noisy_nodes.set_function(self._number)

    def heard(self, nodes: Iterable[str]) -> None:
        """One event of each; a node named twice sent two."""
        with self._turn:
            now = self._monotonic()
            new = [node for node in nodes if self._noise.heard(node, now)]
        for node in new:
            log.warning(
                "node %s sends more than %g events a minute (limits.events_per_minute)", node, self._most
            )

    def _number(self) -> float:
        with self._turn:
            return float(len(self._noise.noisy(self._monotonic())))
