"""How often somebody may fail: a bucket of tries that fills again with time. Bounded; for any thread."""

import threading
from collections import OrderedDict

MOST = 4096  # of those who failed lately; the one who failed longest ago makes way


class Pace:
    """`burst` failures at once, then one every `every_s` seconds. Time is an argument, in seconds."""

    def __init__(self, burst: int, every_s: float) -> None:
        self._burst = burst
        self._every_s = every_s
        self._lock = threading.Lock()
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()  # how much, as of when

    def __len__(self) -> int:
        return len(self._spent)

    def wait_s(self, who: str, now: float) -> float:
        """How long `who` has to wait before the next try; 0 when it may come now."""
        with self._lock:
            return max(0.0, (self._left(who, now) - self._burst + 1) * self._every_s)

    def failed(self, who: str, now: float) -> None:
        """Take note of a failure."""
        with self._lock:
            self._spent[who] = (self._left(who, now) + 1, now)
            self._spent.move_to_end(who)
            while len(self._spent) > MOST:
                self._spent.popitem(last=False)

    def _left(self, who: str, now: float) -> float:
        """What is not made good yet of earlier failures."""
        spent, at = self._spent.get(who, (0.0, now))
        left = max(0.0, spent - max(0.0, now - at) / self._every_s)
        if not left:
            self._spent.pop(who, None)
        return left
