"""Passwords by argon2id, one at a time: a flood of sign-ins takes one core and 64 MiB, never more."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from central.people.passwords import MOST, plain

# RFC 9106, second recommended option (64 MiB, 3 passes), in one lane: lanes are for machines with idle cores.
PASSES = 3
MEMORY_KIB = 65_536
LANES = 1
T = TypeVar("T")
WAITING = 8  # more than so many at once are asked to come back


class Busy(Exception):
    """More sign-ins at once than are worked on; nothing was looked at."""


class Hasher:
    """Hashes and verifies on a thread of its own."""

    def __init__(self) -> None:
        self._argon = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="argon2")
        self._room = threading.BoundedSemaphore(WAITING)
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """What is kept of a password. Raises Busy."""
        return self._work(lambda: self._argon.hash(plain(password)))

    def verify(self, known: str | None, password: str) -> bool:
        """Whether this is the password; None takes as long and is never right. Raises Busy."""
        return self._work(lambda: self._matches(known, plain(password)[: MOST + 1]))

    def outdated(self, known: str) -> bool:
        """Whether it was hashed with other parameters than today's."""
        return self._argon.check_needs_rehash(known)

    def warm(self) -> None:
        """Make what verifying nobody's password needs, lest the first unknown name takes longer."""
        self._pool.submit(self._stranger)

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown()

    def _matches(self, known: str | None, password: str) -> bool:
        try:
            right = self._argon.verify(known or self._stranger(), password)
        except (VerificationError, InvalidHashError):
            return False
        return right and known is not None

    def _stranger(self) -> str:
        if self._nobody is None:
            self._nobody = self._argon.hash("nobody's password")
        return self._nobody

    def _work(self, task: Callable[[], T]) -> T:
        if not self._room.acquire(blocking=False):
            raise Busy(f"more than {WAITING} sign-ins at once")
        try:
            return self._pool.submit(task).result()
        finally:
            self._room.release()
