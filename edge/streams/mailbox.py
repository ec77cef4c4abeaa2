"""What one thread hands another: the newest frame, and every word about it."""

import threading
from collections import deque
from typing import Generic, TypeVar

F = TypeVar("F")
W = TypeVar("W")


class Mailbox(Generic[F, W]):
    """At most one unread frame, the newest; words are never lost; the order is kept."""

    def __init__(self) -> None:
        self.frames = 0
        self.dropped = 0
        self._changed = threading.Condition()
        self._items: deque[tuple[bool, F | W]] = deque()

    def put_frame(self, frame: F) -> None:
        """Leave a frame; an unread older one is dropped and counted."""
        with self._changed:
            kept = [item for item in self._items if not item[0]]
            self.frames += 1
            self.dropped += len(self._items) - len(kept)
            self._items = deque([*kept, (True, frame)])
            self._changed.notify()

    def put_word(self, word: W) -> None:
        """Leave something that must be read."""
        with self._changed:
            self._items.append((False, word))
            self._changed.notify()

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be read."""
        return not self._items

    def take(self, timeout: float) -> F | W | None:
        """The oldest unread item; None when none came within `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._items, timeout)
            return self._items.popleft()[1] if self._items else None
