"""`kind: repeated`: what is said again and again while it is so, and never that it is over."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool, model_validator
from typing_extensions import Self

from broker.events import Reason
from broker.settings import Duration
from edge.device_rule import LONGEST_S, Channel, DeviceRuleSettings, Here, Memory, Verdict, Watched
from edge.device_rules.state import wrong_values
from edge.readings import Reading, Value, in_words

_VALUE, _AT, _LASTS = range(3)  # of the memory
_SLOT: Final = 0


class Settings(DeviceRuleSettings):
    """Wrong while `quantity` is said to be `value` at least every `within`; over once it is not.

    For devices that tell no end, as Hikvision's smart events. A value that is another ends it at once.
    """

    kind: Literal["repeated"]
    quantity: str
    channel: Channel | None = None
    value: StrictBool | str | Annotated[list[str], Field(min_length=1, max_length=16)]
    within: Annotated[Duration, Field(ge=1.0, le=LONGEST_S)]

    @model_validator(mode="after")
    def _values_it_can_have(self) -> Self:
        wrong_values(self.quantity, self.value)
        return self


def build(settings: Settings) -> "Repeated":
    """The rule, for any number of devices."""
    return Repeated(settings)


class Repeated:
    """Memory: the last value, when it came, whether it has not lapsed.

    A clock of a device that is off must not end what lasts: when it came counts.
    """

    by_arrival = True

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.watched = (Watched(settings.quantity, settings.channel),)
        self._wrong = wrong_values(settings.quantity, settings.value)

    def begin(self) -> Memory | None:
        """Nothing was said."""
        return [None, 0.0, False]

    def judge(self, reading: Reading, slot: int, t: float, wrong: bool, memory: Memory) -> Verdict:  # noqa: ARG002 - the protocol's
        """Only noted; `now` decides."""
        memory[:] = [reading.value, max(t, memory[_AT]), reading.value in self._wrong]
        return None

    def moved(self, memory: Memory, by_s: float) -> None:
        """When it came."""
        memory[_AT] += by_s

    def now(self, memory: Memory, t: float, here: Here | None, stale: Sequence[bool]) -> Verdict:  # noqa: ARG002 - the protocol's
        """Whether it was said lately."""
        if memory[_VALUE] is None:
            return None
        memory[_LASTS] = memory[_LASTS] and t < self._until(memory)
        return bool(memory[_LASTS])

    def again(self, memory: Memory, t: float) -> float | None:  # noqa: ARG002 - the protocol's
        """When it lapses; it may have while nobody listened."""
        return self._until(memory) if memory[_LASTS] else None

    def parts(self, memory: Memory) -> Sequence[tuple[int, Value, float]]:
        """The last value."""
        return [] if memory[_VALUE] is None else [(_SLOT, memory[_VALUE], memory[_AT])]

    def leaning(self, memory: Memory, wrong: bool) -> Sequence[int]:  # noqa: ARG002 - the protocol's
        """That it is over rests on no word."""
        return [_SLOT] if wrong else []

    def why(self, reading: Reading | None, wrong: bool, memory: Memory) -> Reason:  # noqa: ARG002 - as above
        """What is said, or that it is not said any more."""
        value, within = memory[_VALUE], self.settings.within
        words = in_words(self.settings.quantity, value) if value is not None else "nothing was said"
        values = {"within_s": within}
        if wrong:
            text = f"{words}: it is said again and again, at least every {within:.0f} s"
            return Reason(code="said_again", text=text, values=values)
        if value in self._wrong:
            text = f"it was not said again for {within:.0f} s"
            return Reason(code="not_said_again", text=text, values=values)
        return Reason(code="state_over", text=words)

    def _until(self, memory: Memory) -> float:
        return float(memory[_AT]) + self.settings.within
