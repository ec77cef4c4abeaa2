"""Places where the same kind is found again and again (高发)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from central.store.database import Store
from central.store.recurring import note_recurrence
from central.store.tailing import Entry
from central.terms import Ground

CHANGE_IT = frozenset({"opened", "joined", "moved", "merged", "acted"})


class Follower:
    """Of what is opened, moved, or taken back."""

    name = "spots"

    def __init__(self, ground: Ground) -> None:
        self._rule = ground.settings.correlation.spots.rule()

    def follow(self, connection: Connection, found: Sequence[Entry], now: datetime) -> None:
        """Count how often it was there before."""
        numbers = {each.ticket for each in found if each.effect in CHANGE_IT}
        note_recurrence(connection, numbers, self._rule, now)

    def tick(self, store: Store, now: datetime) -> None:
        """Nothing comes by the clock."""

    def close(self) -> None:
        """Nothing is open."""
