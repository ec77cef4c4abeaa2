"""What stays for a short time: asks expire, and go after an hour; figures of silent nodes after days."""

from datetime import datetime

from central.store.asking import run_out
from central.store.database import Store
from central.store.pulses import drop_pulses
from central.terms import Ground


class Follower:
    """Once a second."""

    name = "asks"

    def __init__(self, _ground: Ground) -> None:
        self._minute = -1

    def tick(self, store: Store, now: datetime) -> None:
        """What has run out, and what is old."""
        run_out(store, now)
        if now.minute != self._minute:
            self._minute = now.minute
            drop_pulses(store, now)

    def close(self) -> None:
        """Nothing is open."""
