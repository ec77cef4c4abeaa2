"""When the state of each source is kept between events: many in one commit, quiet ones more seldom. Pure.

A commit costs a disk a sync and some pages, however little is in it; flash cards wear out by that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

QUIET: Final = 6.0  # where nothing ripens, so many times as seldom: there is next to nothing to lose
TOGETHER: Final = 16  # states of one commit: making them holds up the looks


@dataclass(slots=True)
class _Kept:
    at: float = float("-inf")
    changed: bool = False


@dataclass
class States:
    """every_s: between two commits. Times are monotonic seconds."""

    every_s: float
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _last: float = float("-inf")

    def looked(self, source: str) -> None:
        """Something was decided, so there is another state to keep."""
        self._kept.setdefault(source, _Kept()).changed = True

    def kept(self, source: str, now: float) -> None:
        """It went with an event, or was due."""
        self._kept[source] = _Kept(now)

    def at_once(self, source: str) -> None:
        """With the next look, however lately it was kept."""
        self._kept[source] = _Kept()
        self._last = float("-inf")

    def due(self, quiet: Iterable[tuple[str, bool]], now: float) -> list[str]:
        """Which to keep now, the oldest first. quiet: whether nothing ripens, by source."""
        if now < self._last + self.every_s:
            return []
        found = []
        for source, still in quiet:
            known = self._kept.get(source)
            if known is None or not known.changed:
                continue
            if now >= known.at + self.every_s * (QUIET if still else 1.0):
                found.append((known.at, source))
        if found:
            self._last = now if len(found) <= TOGETHER else self._last
        return [source for _, source in sorted(found)[:TOGETHER]]
