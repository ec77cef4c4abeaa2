"""How much a hot machine is still asked to do: less in two steps, and more again when it has cooled. Pure.

A box that the sun heats is slowed down by its own firmware, at a bad moment and by how much it likes. So the
node slows itself before that, by a rule: the detector's budget is halved, then halved again, and places where
nothing ripens are looked at half, then a quarter as often. Looks on which a decision hangs
come first, as ever.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

Level = Literal["cool", "warm", "hot"]
LEVELS: Final[tuple[Level, ...]] = ("cool", "warm", "hot")
SHARES: Final[dict[Level, float]] = {"cool": 1.0, "warm": 0.5, "hot": 0.25}

WARM_K: Final = 5.0  # so far below the limit the first step is taken; at the limit the second
BACK_K: Final = 5.0  # so much cooler than where a step was taken it has to be
TWICE: Final = 2  # readings that say so: one alone may be a spike
CALM_S: Final = 120.0  # for so long, before a step is taken back


@dataclass(frozen=True, slots=True)
class Reading:
    """celsius: of the hottest part, None where nothing tells. limit: where the machine slows itself down.

    throttled: whether it has done so since the last reading.
    """

    celsius: float | None
    limit: float
    throttled: bool = False


@dataclass
class Heat:
    """`read` every ten seconds or so."""

    level: Level = "cool"
    _last: Reading = field(default=Reading(None, 0.0))
    _above: int = 0
    _calm: float | None = None

    @property
    def share(self) -> float:
        """Of what the node would do if it were cool."""
        return SHARES[self.level]

    def read(self, reading: Reading, now: float) -> bool:
        """Take note at `now` (monotonic seconds); whether the level has changed."""
        self._last = reading
        wanted = max(LEVELS.index(_level(reading)), LEVELS.index("warm") if reading.throttled else 0)
        at = LEVELS.index(self.level)
        if wanted > at:
            self._above, self._calm = self._above + 1, None
            return self._above >= TWICE and self._go(at + 1)
        self._above = 0
        if not at or not self._cooler(reading):
            self._calm = None
            return False
        self._calm = now if self._calm is None else self._calm
        return now - self._calm >= CALM_S and self._go(at - 1)

    def _go(self, to: int) -> bool:
        self.level, self._above, self._calm = LEVELS[to], 0, None
        return True

    def _cooler(self, reading: Reading) -> bool:
        """Than where the step to this level was taken, and by enough."""
        if reading.throttled:
            return False
        if reading.celsius is None:
            return True
        taken_at = reading.limit - (WARM_K if self.level == "warm" else 0.0)
        return reading.celsius < taken_at - BACK_K

    @property
    def trouble(self) -> str | None:
        """In words for the node's health; None while it does all that it is asked."""
        if self.level == "cool":
            return None
        last = self._last
        how = "the machine slows itself down" if last.celsius is None else f"it is at {last.celsius:.0f} °C"
        more = "; it has slowed itself down" if last.throttled and last.celsius is not None else ""
        return (
            f"{how}, and {last.limit:.0f} °C is its limit{more}: the detector may work {self.share:.0%} as "
            f"much, and where nothing ripens looks are {1 / self.share:.0f} times as far apart"
        )


def _level(reading: Reading) -> Level:
    if reading.celsius is None or reading.celsius < reading.limit - WARM_K:
        return "cool"
    return "warm" if reading.celsius < reading.limit else "hot"
