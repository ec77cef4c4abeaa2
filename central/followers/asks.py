"""Asks that nobody waits for any more: they are expired, and gone after an hour."""

from datetime import datetime

from central.store.asking import run_out
from central.store.database import Store
from central.terms import Ground


class Follower:
    """Once a second."""

    name = "asks"

    def __init__(self, _ground: Ground) -> None:
        """Nothing is set for it."""

    def tick(self, store: Store, now: datetime) -> None:
        """What has run out, and what is old."""
        run_out(store, now)

    def close(self) -> None:
        """Nothing is open."""
