"""What all tests of a process share is made once, also when threads ask for it first and together."""

from collections.abc import Callable
from functools import cache, wraps
from threading import RLock
from typing import TypeVar

T = TypeVar("T")


def once(make: Callable[[], T]) -> Callable[[], T]:
    """`functools.cache` alone lets each of them make one, and all but one are left to nobody."""
    lock, made = RLock(), cache(make)

    @wraps(make)
    def get() -> T:
        with lock:
            return made()

    return get
