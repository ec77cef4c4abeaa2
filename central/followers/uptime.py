"""Looks once a minute whether the cameras are well, for the indicators."""

from datetime import datetime
from zoneinfo import ZoneInfo

from central.indicators.uptime import LOOK_S, look, since_last
from central.store.database import Store
from central.store.looking import views
from central.store.uptimes import add_looks
from central.terms import Ground


class Follower:
    """Its time is its own; the log says nothing of it."""

    name = "uptime"

    def __init__(self, ground: Ground) -> None:
        self._zone = ZoneInfo(ground.settings.clock.timezone)
        self._last: datetime | None = None

    def tick(self, store: Store, now: datetime) -> None:
        """Add the time since the last look to the day on which it ends."""
        if self._last is not None and 0 <= (now - self._last).total_seconds() < LOOK_S:
            return
        seconds = since_last(self._last, now)
        if seconds:
            add_looks(store, now.astimezone(self._zone).date(), look(views(store), now), seconds)
        self._last = now

    def close(self) -> None:
        """Nothing is open."""
