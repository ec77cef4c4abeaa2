"""Stills make way for newer ones; files that are nobody's go too."""

from datetime import datetime

from central.store.database import Store
from central.store.still_rows import any_row, make_room
from central.terms import Ground
from central.vault import Shelf

EVERY_S = 5.0
STRAY_S = 900.0  # a file without a row is left alone for so long: its upload may be under way
FOLDERS = [f"{n:02x}" for n in range(256)]


class Follower:
    """A portion now and then."""

    name = "stills"

    def __init__(self, ground: Ground) -> None:
        settings = ground.settings.stills
        self._kept_s, self._max_bytes = settings.kept, settings.max_mb * 1e6
        self._shelf = Shelf(ground.settings.stills_directory)
        self._last: datetime | None = None
        self._folder = 0

    def tick(self, store: Store, now: datetime) -> None:
        """What is superseded, and one folder of what a crash left."""
        if self._last is not None and 0 <= (now - self._last).total_seconds() < EVERY_S:
            return
        self._last = now
        for name in make_room(store, now, kept_s=self._kept_s, max_bytes=self._max_bytes):
            self._shelf.drop(name)
        names = self._shelf.names(FOLDERS[self._folder], now.timestamp() - STRAY_S)
        for name in sorted(set(names) - any_row(store, names)) if names else ():
            self._shelf.drop(name)
        self._folder = (self._folder + 1) % len(FOLDERS)

    def close(self) -> None:
        """Nothing is open."""
