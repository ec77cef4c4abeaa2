"""The ground that stalls stand on, told or ripening: what lies there is of them."""

from dataclasses import dataclass
from typing import Any, Final

from edge.geometry import area, overlap
from edge.observation import Box
from edge.rule import Held

KEPT_S: Final = 15.0  # a stall that flickers at a gate has not gone (as long as one that is empty is not)
SAME: Final = 0.5  # of the smaller of two: the same ground


@dataclass(slots=True)
class _Hold:
    """last: when it was last kept. Times are on the source's clock."""

    box: Box
    since: float
    last: float


class Holds:
    """What one rule holds, by the oldest thing on it; each is let go when it is no longer kept."""

    def __init__(self) -> None:
        self._all: dict[str, _Hold] = {}

    def keep(self, key: str, box: Box, since: float, t: float) -> None:
        """Things stand there at `t`, the oldest of them since then.

        When the oldest goes and the others stay, it is the same ground, held since the same time.
        """
        before = [hold.since for name, hold in self._all.items() if name == key or _same(hold.box, box)]
        self._all[key] = _Hold(box, min([since, *before]), t)

    def expire(self, t: float) -> None:
        """Let go what has not been kept for a while."""
        for key in [key for key, hold in self._all.items() if t - hold.last >= KEPT_S]:
            del self._all[key]

    def held(self) -> list[Held]:
        """All of it."""
        return [Held(hold.box, hold.since) for hold in self._all.values()]

    def shift(self, by: float) -> None:
        """The source's time has a new base."""
        for hold in self._all.values():
            hold.since += by
            hold.last += by

    def dump(self, utc_minus_t: float) -> dict[str, Any]:
        """JSON-able, on UTC."""
        return {
            key: {"box": hold.box, "since": hold.since + utc_minus_t, "last": hold.last + utc_minus_t}
            for key, hold in self._all.items()
        }

    @classmethod
    def restored(cls, data: dict[str, Any], utc_minus_t: float) -> "Holds":
        """A dumped one. Raises KeyError, TypeError, ValueError or AttributeError for what is none."""
        holds = cls()
        for key, item in data.items():
            x1, y1, x2, y2 = map(float, item["box"])
            since, last = float(item["since"]) - utc_minus_t, float(item["last"]) - utc_minus_t
            holds._all[str(key)] = _Hold((x1, y1, x2, y2), since, last)
        return holds


def _same(a: Box, b: Box) -> bool:
    return overlap(a, b) >= SAME * max(1e-9, min(area(a), area(b)))
