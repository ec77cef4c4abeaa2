"""When to try again. Pure: time and chance are arguments."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class _Tries(NamedTuple):
    times: int
    last: float
    due: float


@dataclass
class Retries:
    """Tries of things by name, in the order of their first: each waits longer than the last, with jitter.

    first_s doubles up to longest_s; `chance` returns 0..1 and takes away up to half of the wait.
    """

    first_s: float
    longest_s: float
    chance: Callable[[], float]
    _tries: dict[str, _Tries] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._tries)

    def __contains__(self, name: str) -> bool:
        return name in self._tries

    def due(self, name: str, now: float) -> bool:
        """Whether to try now; always, the first time."""
        return name not in self._tries or self._tries[name].due <= now

    def again(self, now: float) -> list[str]:
        """Everything that was tried and is due once more."""
        return [name for name, tries in self._tries.items() if tries.due <= now]

    def tried(self, name: str, now: float) -> None:
        """It was tried, and nothing is known of it yet."""
        times = self._tries[name].times if name in self._tries else 0
        wait = min(self.longest_s, self.first_s * 2.0 ** min(times, 30))
        self._tries[name] = _Tries(times + 1, now, now + wait * (1.0 - 0.5 * self.chance()))

    def recent(self, now: float) -> int:
        """How many were tried so lately that an answer may still be on its way."""
        return sum(now - tries.last < self.first_s for tries in self._tries.values())

    def next_due(self, otherwise: float) -> float:
        """The earliest time at which something is due, `otherwise` at the latest."""
        return min([otherwise, *(tries.due for tries in self._tries.values())])

    def forget(self, name: str) -> None:
        """It is done."""
        self._tries.pop(name, None)

    def keep(self, names: set[str]) -> None:
        """Forget everything but these."""
        for name in self._tries.keys() - names:
            del self._tries[name]

    def fewest(self) -> str | None:
        """The one that was tried the fewest times, and of those the one whose last try is the longest ago."""
        return min(self._tries, key=lambda name: self._tries[name][:2], default=None)

    def hasten(self, now: float) -> int:
        """Forget the tries that had time for an answer, let the others wait as after their first; how many
        were forgotten."""
        old = [name for name, tries in self._tries.items() if now - tries.last >= self.first_s]
        for name in old:
            del self._tries[name]
        for name, tries in self._tries.items():
            self._tries[name] = _Tries(1, tries.last, min(tries.due, tries.last + self.first_s))
        return len(old)

    def reset(self) -> None:
        """Everything is due at once."""
        self._tries.clear()
