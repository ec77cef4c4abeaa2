"""Makes the public register from what runs, at most once a minute however often it is asked for."""

import threading
import time
from datetime import datetime, timezone

from broker.fields import read
from broker.messages import About
from central.retention.register import Register, Running, register_of
from central.settings import CentralSettings
from central.store.database import Store
from central.store.queries import known_nodes
from central.store.uploads import UNLINKED_S

LASTS_S = 60.0


def running_of(settings: CentralSettings) -> Running:
    """What of the configuration the public is told."""
    reports = settings.reports
    return Running(
        public=settings.retention.public,
        plan=settings.retention.plan(),
        reportable=tuple(reports.reportable()),
        departments=tuple((each.zh, each.en) for each in settings.routing.departments.values()),
        citizens=reports.citizens,
        open311=reports.open311.reading,
        uploads=settings.pictures.masker is not None,
        unused_s=UNLINKED_S,
        stills_s=settings.stills.kept,
    )


def made(store: Store, running: Running, now: datetime) -> Register:
    """As of now, with what the nodes told of themselves. Raises StoreAway."""
    said, _ = known_nodes(store)
    return register_of(running, [read(About, row.about) for row in said if row.about], now)


class PublicRegister:
    """Any thread may ask."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._lock = threading.Lock()
        self._made: tuple[float, Register] | None = None

    def now(self, store: Store) -> Register:
        """At most a minute old. Raises StoreAway."""
        with self._lock:
            if self._made is None or time.monotonic() - self._made[0] > LASTS_S:
                self._made = time.monotonic(), made(store, self.running, datetime.now(timezone.utc))
            return self._made[1]
