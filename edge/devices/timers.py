"""When something has to be looked at again though nothing is heard: bounded, whatever is put off."""

from heapq import heapify, heappop, heappush
from typing import Final, Generic, Protocol, TypeVar

_SPARE: Final = 1024


class Timed(Protocol):
    """What has times. due: by key, when."""

    @property
    def due(self) -> dict[int, float]: ...


T = TypeVar("T", bound=Timed)


class Timers(Generic[T]):
    """A time counts as long as its owner's `due` says so; those put off meanwhile are swept now and then."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, T, int]] = []
        self._n = 0
        self._sweep_at = _SPARE

    def __len__(self) -> int:
        return len(self._heap)

    def arm(self, owner: T, key: int, at: float | None) -> None:
        """Look at it then, and at no other time; None: at none."""
        if at is None:
            owner.due.pop(key, None)
            return
        if owner.due.get(key) == at:
            return
        owner.due[key] = at
        self._n += 1
        heappush(self._heap, (at, self._n, owner, key))
        if len(self._heap) > self._sweep_at:
            self._sweep()

    def next_at(self) -> float:
        """When the next one may be; infinity without one."""
        return self._heap[0][0] if self._heap else float("inf")

    def pop(self, until: float) -> tuple[float, T, int] | None:
        """The next one that counts, if it is not later than `until`."""
        while self._heap and self._heap[0][0] <= until:
            at, _, owner, key = heappop(self._heap)
            if owner.due.get(key) == at:
                del owner.due[key]
                return at, owner, key
        return None

    def _sweep(self) -> None:
        live, seen = [], set()
        for item in sorted(self._heap, key=lambda each: (each[0], each[1])):
            where = (id(item[2]), item[3])
            if where not in seen and item[2].due.get(item[3]) == item[0]:
                seen.add(where)
                live.append(item)
        heapify(live)
        self._heap = live
        self._sweep_at = 2 * len(live) + _SPARE
