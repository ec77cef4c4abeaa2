"""A version of a configuration that holds for a time ends, and what was before comes back."""

from datetime import datetime

from central.store.database import Store
from central.store.passing import end_passed
from central.terms import Ground


class Follower:
    """Looks once a second whether one is over."""

    name = "passing"

    def __init__(self, _ground: Ground) -> None:
        """Needs nothing."""

    def tick(self, store: Store, now: datetime) -> None:
        """Bring back what was before."""
        end_passed(store, now)

    def close(self) -> None:
        """Nothing is open."""
