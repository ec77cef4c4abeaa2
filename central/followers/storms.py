"""Storms: many tickets of one kind in one community at once fold into the first of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from central.store.database import Store
from central.store.storming import fold_storms
from central.store.tailing import Entry
from central.terms import Ground

CHANGE_IT = frozenset({"opened", "joined", "moved", "merged", "acted"})


class Follower:
    """Of what is opened, moved, or taken back."""

    name = "storms"

    def __init__(self, ground: Ground) -> None:
        self._rule = ground.settings.correlation.storms.rule()

    def follow(self, connection: Connection, found: Sequence[Entry], now: datetime) -> None:
        """Fold what belongs together."""
        numbers = {each.ticket for each in found if each.effect in CHANGE_IT}
        if self._rule is not None and numbers:
            fold_storms(connection, numbers, self._rule, now)

    def tick(self, store: Store, now: datetime) -> None:
        """Nothing comes by the clock."""

    def close(self) -> None:
        """Nothing is open."""
