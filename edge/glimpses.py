"""The next picture of a source for somebody who asks, on its way to the looks; no other is kept."""

import threading
from collections.abc import Callable
from contextlib import suppress

from edge.frames import Frame

SOON_S = 0.5  # between two looks while somebody waits for one


class Glimpses:
    """`pass_by` is called by the loop that looks, and costs nothing while nobody waits."""

    def __init__(self, hurry: Callable[[float], None]) -> None:
        self._hurry = hurry
        self._lock = threading.Lock()
        self._waiting: list[_Slot] = []

    @property
    def wanted(self) -> bool:
        """Whether somebody waits in a hurry: the next look is then wanted soon."""
        return bool(self._waiting) and any(slot.hurried for slot in self._waiting)

    def next(self, timeout_s: float, *, hurried: bool = True) -> Frame | None:
        """The next picture; None where none comes in time. From any thread but the one that looks.

        hurried: have one come soon; else the looks go on as they would.
        """
        slot = _Slot(hurried)
        with self._lock:
            self._waiting.append(slot)
        if hurried:
            self._hurry(SOON_S)
        slot.come.wait(timeout_s)
        with self._lock, suppress(ValueError):
            self._waiting.remove(slot)
        return slot.frame

    def pass_by(self, frame: Frame) -> None:
        """A picture goes by."""
        if not self._waiting:
            return
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for slot in waiting:
            slot.frame = frame
            slot.come.set()


class _Slot:
    def __init__(self, hurried: bool) -> None:
        self.hurried = hurried
        self.come = threading.Event()
        self.frame: Frame | None = None
