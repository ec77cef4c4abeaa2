"""`kind: threshold`: a number is above, or below, a limit."""

from typing import Literal

from pydantic import model_validator
from typing_extensions import Self

from broker.events import Reason
from edge.device_rule import (
    Channel,
    DeviceRuleSettings,
    Forgetful,
    Memory,
    Verdict,
    Watched,
    quantity_of,
)
from edge.readings import QUANTITIES, Reading, figure, in_words


class Settings(DeviceRuleSettings):
    """Wrong where `quantity` is above `above` or below `below`; fine again at `clear`, else at the limit.

    `unit`: may be given to be checked; every quantity is told in one unit only.
    """

    kind: Literal["threshold"]
    quantity: str
    channel: Channel | None = None
    above: float | None = None
    below: float | None = None
    clear: float | None = None
    unit: str | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        quantity_of(self.quantity, "number", self.unit)
        if (self.above is None) == (self.below is None):
            raise ValueError("either above or below is needed, not both")
        if self.clear is not None and self.sign * (self.clear - self.limit) > 0.0:
            side = "below" if self.above is not None else "above"
            raise ValueError(f"clear must lie {side} the limit of {self.limit:g}")
        return self

    @property
    def limit(self) -> float:
        """Beyond it things are wrong."""
        return self.above if self.above is not None else self.below if self.below is not None else 0.0

    @property
    def sign(self) -> float:
        """1 where wrong is above, -1 where it is below."""
        return 1.0 if self.above is not None else -1.0


def build(settings: Settings) -> "Threshold":
    """The rule, for any number of devices."""
    return Threshold(settings)


class Threshold(Forgetful):
    """Keeps nothing: between limit and `clear`, things are as they were."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.watched = (Watched(settings.quantity, settings.channel),)
        self._sign = settings.sign
        self._limit = settings.sign * settings.limit
        self._clear = self._limit if settings.clear is None else settings.sign * settings.clear

    def judge(self, reading: Reading, slot: int, t: float, wrong: bool, memory: Memory) -> Verdict:  # noqa: ARG002 - the protocol's
        """Wrong beyond the limit, fine at `clear`; in between nothing changes."""
        value = self._sign * float(reading.value)
        if wrong:
            return value > self._clear
        return value > self._limit

    def why(self, reading: Reading | None, wrong: bool, memory: Memory) -> Reason:  # noqa: ARG002 - as above
        """The value and its limit."""
        quantity, unit = self.settings.quantity, QUANTITIES[self.settings.quantity].unit
        value = float(reading.value) if reading is not None else self.settings.limit
        level = self.settings.limit if wrong or self.settings.clear is None else self.settings.clear
        above, below = ("above", "at or below") if self._sign > 0 else ("below", "at or above")
        text = f"{in_words(quantity, value)}, {above if wrong else below} {figure(level, unit)}"
        values = {"value": value, "limit": level}
        words = {"quantity": quantity} | ({"unit": unit} if unit else {})
        code = "beyond_limit" if wrong else "within_limit"
        return Reason(code=code, text=text, values=values, words=words)
