"""Roll-outs go on by the clock, and by what their nodes say."""

from datetime import datetime

from central.store.database import Store
from central.store.rolling import any_running, drive
from central.terms import Ground
from central.wall import Wall


class Follower:
    """Once a second, while any is at work."""

    name = "rollouts"

    def __init__(self, _ground: Ground) -> None:
        self._wall = Wall()

    def tick(self, store: Store, now: datetime) -> None:
        """One step of each that is at work."""
        running = any_running(store)
        if not running:
            return
        views = {view.words.node: view for view in self._wall.views(store)}
        for number in running:
            drive(store, number, views, now)

    def close(self) -> None:
        """Nothing is open."""
