"""When the shadow may look, and at whose picture. Pure: time is an argument.

It takes no more than its share of a processor: a look of d seconds is followed by d (1 / share - 1) without
one. Of the sources that offer a picture at the same time, the one whose turn is the longest ago is taken.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

MOST_SOURCES: Final = 4096


@dataclass(slots=True)
class Pacing:
    """share: seconds of work a second. every: while the other detector is busy, each so-many-th offer."""

    share: float
    every: int
    left_out: int = 0
    _rest_until: float = float("-inf")
    _passed: int = 0
    _served: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._served)

    def chosen(self, sources: Sequence[str], now: float, *, busy: bool, free: bool) -> int | None:
        """Which of these offers to take, as a position; the others are left out.

        busy: whether the detector that decides has more to do than it can. free: whether nothing is waiting.
        """
        if not sources:
            return None
        if not free or now < self._rest_until or (busy and self._not_this_one(len(sources))):
            self.left_out += len(sources)
            return None
        self.left_out += len(sources) - 1
        turn = min(range(len(sources)), key=lambda n: self._served.get(sources[n], float("-inf")))
        self._serve(sources[turn], now)
        return turn

    def worked(self, seconds: float, now: float) -> None:
        """A look took so long and ended now."""
        self._rest_until = now + seconds * (1.0 / self.share - 1.0)

    def _not_this_one(self, offers: int) -> bool:
        self._passed += offers
        if self._passed < self.every:
            return True
        self._passed = 0
        return False

    def _serve(self, source: str, now: float) -> None:
        self._served[source] = now
        self._served.move_to_end(source)
        while len(self._served) > MOST_SOURCES:
            self._served.popitem(last=False)
