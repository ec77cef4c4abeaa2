"""What has been kept for as long as it may be is erased."""

from datetime import datetime

from central.retaining import Retaining, basis_of
from central.store.database import Store
from central.terms import Ground
from central.vault import Shelf


class Follower:
    """A portion at a time, once a second."""

    name = "retention"

    def __init__(self, ground: Ground) -> None:
        self._does = Retaining(basis_of(ground.settings), Shelf(ground.settings.evidence_directory))

    def tick(self, store: Store, now: datetime) -> None:
        """One portion."""
        self._does.look(store, now)

    def close(self) -> None:
        """Nothing is open."""
