"""Which of the node's own loops has shown no sign of life for too long. Pure: time is an argument."""

from dataclasses import dataclass, field
from typing import Final

TICK_S: Final = 1.0
STOPPED_S: Final = 10.0  # a look so late means that the whole process stood still: nobody could show anything


@dataclass
class Beats:
    """patience_s: how long a loop may be silent. A loop that was never heard of is not waited for."""

    patience_s: float
    _last: dict[str, float] = field(default_factory=dict)
    _looked: float | None = None

    def beat(self, name: str, now: float) -> None:
        """A loop lives."""
        self._last[name] = now

    def rest(self, name: str) -> None:
        """A loop has nothing to do, or has ended as it should."""
        self._last.pop(name, None)

    def last(self, name: str, default: float) -> float:
        """When it was heard of last."""
        return self._last.get(name, default)

    def overdue(self, now: float) -> tuple[str, float] | None:
        """The loop that is silent for longest, if that is too long, and for how long.

        Called every second: where that was not, the process was stopped, or its machine; then all loops get
        the time back in which they could not run.
        """
        late = 0.0 if self._looked is None else now - self._looked - TICK_S
        self._looked = now
        if late > STOPPED_S:
            self._last = {name: at + late for name, at in self._last.items()}
        silent = [(now - at, name) for name, at in self._last.items() if now - at > self.patience_s]
        return None if not silent else (max(silent)[1], max(silent)[0])
