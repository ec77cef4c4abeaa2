"""How long the detector took: how often in how long, without keeping a single time. Pure."""

from bisect import bisect_left
from typing import Final

# Seconds up to which a run counts; a small network takes 20 ms, a batch of eight on an old board 2 s.
BOUNDS: Final = (0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0)


class Runs:
    """Written by one thread; another may read it at any time, and is at most one run behind in a figure."""

    def __init__(self) -> None:
        self.pictures = 0
        self.seconds = 0.0
        self._counts = [0] * (len(BOUNDS) + 1)

    def ran(self, seconds: float, pictures: int) -> None:
        """One run of the detector over so many pictures."""
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds
        self.pictures += pictures

    @property
    def counts(self) -> tuple[int, ...]:
        """Runs of at most each of `BOUNDS` and above the bound before; the last: of more than all of them."""
        return tuple(self._counts)
