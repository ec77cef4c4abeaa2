"""When to try again. Pure: time and chance are arguments."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Retries:
    """Tries of things by name: each waits longer than the last, with jitter, until `forget` or `reset`.

    first_s doubles up to longest_s; `chance` returns 0..1 and takes away up to half of the wait.
    """

    first_s: float
    longest_s: float
    chance: Callable[[], float]
    _tries: dict[str, tuple[int, float]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._tries)

    def due(self, name: str, now: float) -> bool:
        """Whether to try now; always, the first time."""
        return name not in self._tries or self._tries[name][1] <= now

    def tried(self, name: str, now: float) -> None:
        """It was tried, and nothing is known of it yet."""
        count = self._tries.get(name, (0, 0.0))[0]
        wait = min(self.longest_s, self.first_s * 2.0 ** min(count, 30))
        self._tries[name] = (count + 1, now + wait * (1.0 - 0.5 * self.chance()))

    def next_due(self, otherwise: float) -> float:
        """The earliest time at which something is due, `otherwise` at the latest."""
        return min((due for _, due in self._tries.values()), default=otherwise)

    def forget(self, name: str) -> None:
        """It is done."""
        self._tries.pop(name, None)

    def keep(self, names: set[str]) -> None:
        """Forget everything but these."""
        for name in self._tries.keys() - names:
            del self._tries[name]

    def reset(self) -> None:
        """Everything is due at once."""
        self._tries.clear()
