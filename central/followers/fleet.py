"""Actions on many nodes go on by the clock and by what their nodes say; what is old goes."""

from datetime import datetime, timedelta

from central.store.database import Store
from central.store.fleet_actions import drive_action, forget_actions, open_actions
from central.store.fleet_bundles import forget_bundles
from central.terms import Ground
from central.wall import Wall

TIDY = timedelta(minutes=10)


class Follower:
    """Once a second, while any is at work. Asks are carried by the courier, which looks for itself."""

    name = "fleet"

    def __init__(self, _ground: Ground) -> None:
        self._wall = Wall()
        self._tidied: datetime | None = None

    def tick(self, store: Store, now: datetime) -> None:
        """One step of each that is at work."""
        if found := open_actions(store):
            views = {view.words.node: view for view in self._wall.views(store)}
            for number in found:
                drive_action(store, number, views, now)
        if self._tidied is None or abs(now - self._tidied) >= TIDY:
            forget_actions(store, now)
            forget_bundles(store, now)
            self._tidied = now

    def close(self) -> None:
        """Nothing is open."""
