"""A few results that never change, kept for the next who asks."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """At most so many; the one that was not asked for longest goes. Any thread may ask."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._held: dict[Hashable, T] = {}

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for the key; two who ask at once may both make it."""
        with self._lock:
            if key in self._held:
                self._held[key] = found = self._held.pop(key)  # the one asked for last goes last
                return found
        made = make()
        with self._lock:
            self._held[key] = made
            while len(self._held) > self._most:
                del self._held[next(iter(self._held))]
        return made
