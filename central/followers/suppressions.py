"""What stands when a suppression is over gets its ticket."""

from datetime import datetime

from central.store.database import Store
from central.store.suppressing import end_due
from central.terms import Ground

MOST = 20  # portions in one second; the rest comes in the next


class Follower:
    """Looks once a second whether one is over."""

    name = "suppressions"

    def __init__(self, ground: Ground) -> None:
        self._terms = ground.terms

    def tick(self, store: Store, now: datetime) -> None:
        """Show what was hidden and stands."""
        for _ in range(MOST):
            if not end_due(store, self._terms, now):
                return

    def close(self) -> None:
        """Nothing is open."""
