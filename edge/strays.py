"""Threads that hang where nothing can end them: left behind, counted, and never too many.

A thread inside a library that never returns cannot be ended. Its work is begun anew beside it, and what it
brings, should it ever come back, is not looked at. Of each source and of all there may be so many; beyond
that a process has to end for them to go.
"""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Final

OF_ONE: Final = 2
OF_ALL: Final = 8


class Strays:
    """Of one process; any thread may ask. of_one, of_all: how many of a source, and of all, may be about."""

    def __init__(self, of_one: int = OF_ONE, of_all: int = OF_ALL) -> None:
        self._of_one, self._of_all = of_one, of_all
        self._lock = threading.Lock()
        self._left: list[tuple[str, threading.Thread]] = []

    def leave(self, source: str, thread: threading.Thread) -> bool:
        """Leave it behind, unless there are too many already; whether another may be begun in its place."""
        with self._lock:
            left = self._alive()
            if any(one is thread for _, one in left):
                return False
            if sum(name == source for name, _ in left) >= self._of_one or len(left) >= self._of_all:
                return False
            left.append((source, thread))
            return True

    def _alive(self) -> list[tuple[str, threading.Thread]]:
        self._left = [(name, thread) for name, thread in self._left if thread.is_alive()]
        return self._left

    def __len__(self) -> int:
        with self._lock:
            return len(self._alive())

    @property
    def too_many(self) -> bool:
        """Whether nothing but an end of the process helps."""
        return len(self) >= self._of_all

    @property
    def trouble(self) -> str | None:
        """In words for the node's health."""
        with self._lock:
            names = sorted({name for name, _ in self._alive()})
        if not names:
            return None
        return f"threads of {', '.join(names[:8])} hang in a library and were left behind: {len(self)} in all"


STRAYS: Final = Strays()


def where(thread: threading.Thread) -> str:
    """The place in the code that a thread is at, for a log line; never what it works on."""
    frame = None if thread.ident is None else sys._current_frames().get(thread.ident)
    places = [f"{Path(one.f_code.co_filename).name}:{one.f_lineno}" for one in _stack(frame)]
    return " < ".join(places[:4]) or "nowhere"


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
