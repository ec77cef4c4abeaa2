"""`kind: rate`: a number rises or falls too fast."""

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.events import Reason
from broker.settings import Duration
from edge.device_rule import (
    LONGEST_S,
    Channel,
    DeviceRuleSettings,
    Memory,
    Verdict,
    Watched,
    quantity_of,
)
from edge.readings import QUANTITIES, Reading, figure

_SLOTS: Final = 32  # of the window, each with its extreme value only: memory is bounded whatever comes
_CALM: Final = 0.5  # it is over when the change is this share of the limit


class Settings(DeviceRuleSettings):
    """Wrong where `quantity` has risen by `rises`, or fallen by `falls`, within the last `within`.

    It is over when it has changed by less than half of that in such a time, with readings over at least
    half of it.
    """

    kind: Literal["rate"]
    quantity: str
    channel: Channel | None = None
    rises: Annotated[float, Field(gt=0.0)] | None = None
    falls: Annotated[float, Field(gt=0.0)] | None = None
    within: Annotated[Duration, Field(ge=1.0, le=LONGEST_S)]
    unit: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        quantity_of(self.quantity, "number", self.unit)
        if (self.rises is None) == (self.falls is None):
            raise ValueError("either rises or falls is needed, not both")
        return self

    @property
    def change(self) -> float:
        """By how much."""
        return self.rises or self.falls or 0.0


def build(settings: Settings) -> "Rate":
    """The rule, for any number of devices."""
    return Rate(settings)


class Rate:
    """Keeps, of each slot of the window, the lowest value (the highest, where it falls) and its time.

    Memory: [slot, t, signed value] in order of time, and last of all [-1, t, the newest value].
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.watched = (Watched(settings.quantity, settings.channel),)
        self._sign = 1.0 if settings.rises is not None else -1.0
        self._slot_s = settings.within / _SLOTS

    def begin(self) -> Memory | None:
        """No reading yet."""
        return []

    def judge(self, reading: Reading, slot: int, t: float, wrong: bool, memory: Memory) -> Verdict:  # noqa: ARG002 - the protocol's
        """Too fast beyond the limit, fine below half of it, else nothing that decides."""
        value = self._sign * float(reading.value)
        if memory:
            del memory[-1]
        while memory and memory[0][1] < t - self.settings.within:
            del memory[0]
        self._keep(memory, t, value)
        first = memory[0][1]
        change = round(value - min(item[2] for item in memory), 9)  # 0.3 - 0.1 is less than 0.2
        memory.append([-1, t, value])
        if change >= self.settings.change:
            return True
        long_enough = t - first >= self.settings.within / 2
        return False if long_enough and change < _CALM * self.settings.change else None

    def _keep(self, memory: Memory, t: float, value: float) -> None:
        slot = int(t // self._slot_s)
        if memory and memory[-1][0] == slot:
            if value < memory[-1][2]:
                memory[-1] = [slot, t, value]
        else:
            memory.append([slot, t, value])

    def moved(self, memory: Memory, by_s: float) -> None:
        """Slots are of the old time; the newest takes what comes next."""
        for item in memory:
            item[0], item[1] = int((item[1] + by_s) // self._slot_s), item[1] + by_s

    def why(self, reading: Reading | None, wrong: bool, memory: Memory) -> Reason:  # noqa: ARG002 - as above
        """By how much in what time."""
        settings = self.settings
        unit = QUANTITIES[settings.quantity].unit
        newest = memory[-1] if memory else [0, 0.0, 0.0]
        least = min(memory, key=lambda item: item[2]) if memory else newest
        change, took = round(newest[2] - least[2], 6), round(newest[1] - least[1], 3)
        way = "rose" if self._sign > 0 else "fell"
        limit = f"{figure(settings.change, unit)} in {settings.within:.0f} s"
        what = f"{settings.quantity.replace('_', ' ')} {way} by {figure(change, unit)}"
        text = f"{what} in {took:.0f} s; the limit is {limit}"
        values = {"change": change, "took_s": took, "limit": settings.change, "within_s": settings.within}
        words = {"quantity": settings.quantity}
        return Reason(code="too_fast" if wrong else "calm_again", text=text, values=values, words=words)
