"""When many cameras come back at once they are opened one after the other. Pure but for its lock."""

import threading
from typing import Final

# A box of 16 opens them all at once; of a hundred the last waits some ten seconds.
AT_ONCE: Final = 16
A_SECOND: Final = 8.0


class Turnstile:
    """Lets so many through at once, then so many a second; nobody waits for another's trouble."""

    def __init__(self, at_once: int = AT_ONCE, a_second: float = A_SECOND) -> None:
        self._at_once, self._gap = at_once, 1.0 / a_second
        self._lock = threading.Lock()
        self._next = float("-inf")

    def turn(self, now: float) -> float:
        """Take a turn at `now` (monotonic seconds); how many seconds it has to be waited for."""
        ahead = self._at_once * self._gap
        with self._lock:
            if self._next > now + ahead + 600.0:  # of another clock
                self._next = float("-inf")
            self._next = max(self._next, now - ahead) + self._gap
            return max(0.0, self._next - now)


OPENINGS: Final = Turnstile()
