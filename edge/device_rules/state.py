"""`kind: state`: a flag or a word is, for longer than is allowed, what it should not be."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator
from typing_extensions import Self

from broker.events import Reason
from edge.device_rule import Channel, DeviceRuleSettings, Forgetful, Memory, Verdict, Watched
from edge.readings import QUANTITIES, Reading, Value, in_words


class Settings(DeviceRuleSettings):
    """Wrong while `quantity` is `value`: true or false of a flag, one or several words of a state.

    Words that are neither wrong nor the end of it (`barrier` opening, closing) can be named in `passing`.
    """

    kind: Literal["state"]
    quantity: str
    channel: Channel | None = None
    value: StrictBool | str | Annotated[list[str], Field(min_length=1, max_length=16)]
    passing: Annotated[list[str], Field(max_length=16)] = []

    @model_validator(mode="after")
    def _values_it_can_have(self) -> Self:
        wrong_values(self.quantity, self.value)
        known = QUANTITIES[self.quantity]
        strange = [word for word in self.passing if word not in known.words]
        if strange:
            what = f"it can be {', '.join(known.words)}" if known.words else "it is a flag"
            raise ValueError(f"passing: {self.quantity} cannot be {strange[0]!r}; {what}")
        return self


def wrong_values(quantity: str, value: bool | str | list[str]) -> frozenset[bool | str]:
    """What of it is meant. Raises ValueError for values that the quantity cannot have."""
    known = QUANTITIES.get(quantity)
    if known is None:
        raise ValueError(f"{quantity!r} is no quantity; there are {', '.join(QUANTITIES)}")
    if known.of == "number":
        raise ValueError(f"{quantity} is a number; that has a limit, not a state")
    values = value if isinstance(value, list) else [value]
    for each in values:
        if known.of == "flag" and not isinstance(each, bool):
            raise ValueError(f"{quantity} is a flag; it is true or false, not {each!r}")
        if known.of == "state" and each not in known.words:
            raise ValueError(f"{quantity} cannot be {each!r}; it can be {', '.join(known.words)}")
    return frozenset(values)


def build(settings: Settings) -> "State":
    """The rule, for any number of devices."""
    return State(settings)


class State(Forgetful):
    """Keeps nothing."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.watched = (Watched(settings.quantity, settings.channel),)
        self._wrong = wrong_values(settings.quantity, settings.value)
        self._passing = frozenset(settings.passing)

    def judge(self, reading: Reading, slot: int, t: float, wrong: bool, memory: Memory) -> Verdict:  # noqa: ARG002 - the protocol's
        """Whether it is what it should not be; nothing for a word on the way."""
        if reading.value in self._wrong:
            return True
        return None if reading.value in self._passing else False

    def why(self, reading: Reading | None, wrong: bool, memory: Memory) -> Reason:  # noqa: ARG002 - as above
        """What it is."""
        value = reading.value if reading is not None else self.settings.value
        text = " or ".join(in_words(self.settings.quantity, each) for each in _each(value))
        values = {"value": float(value)} if isinstance(value, bool) else None
        words = None
        if not isinstance(value, list):
            words = {"quantity": self.settings.quantity, "state": str(value).lower()}
        return Reason(code="state_is" if wrong else "state_over", text=text, values=values, words=words)


def _each(value: Value | list[str]) -> Sequence[Value]:
    return value if isinstance(value, list) else [value]
