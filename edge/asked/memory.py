"""What was answered lately, for a centre that asks again because nothing came."""

import threading
from collections import OrderedDict
from typing import Final

from broker.asks import Answer

ASKS: Final = 32
LARGEST: Final = 500_000  # bytes of all answers to one ask; of a larger one nothing is kept


class Memory:
    """The newest asks, whole or not at all. Safe to use from any thread."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, list[Answer] | None] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._lock = threading.Lock()

    def keep(self, answer: Answer) -> None:
        """One more of its ask."""
        with self._lock:
            kept = self._answers.setdefault(answer.id, [])
            self._sizes[answer.id] = self._sizes.get(answer.id, 0) + len(answer.encode())
            if self._sizes[answer.id] > LARGEST:
                self._answers[answer.id] = None
            elif kept is not None:
                kept.append(answer)
            while len(self._answers) > ASKS:
                name, _ = self._answers.popitem(last=False)
                del self._sizes[name]

    def of(self, name: str) -> list[Answer]:
        """Everything that was answered to it; nothing where that is not kept."""
        with self._lock:
            return list(self._answers.get(name) or ())
