"""`kind: flapping`: a flag or a word changes too often: one situation, however often it changes."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from broker.events import Reason
from broker.settings import Duration
from edge.device_rule import LONGEST_S, Channel, DeviceRuleSettings, Memory, Verdict, Watched
from edge.readings import QUANTITIES, Reading


class Settings(DeviceRuleSettings):
    """Wrong where `quantity` changes `changes` times within `within`; over once it has not for as long."""

    kind: Literal["flapping"]
    quantity: str
    channel: Channel | None = None
    changes: Annotated[int, Field(ge=2, le=1000)]
    within: Annotated[Duration, Field(ge=1.0, le=LONGEST_S)]

    @field_validator("quantity")
    @classmethod
    def _can_flap(cls, quantity: str) -> str:
        known = QUANTITIES.get(quantity)
        if known is None or known.of == "number":
            fitting = ", ".join(name for name, each in QUANTITIES.items() if each.of != "number")
            raise ValueError(f"{quantity!r} cannot flap; {fitting} can")
        return quantity


def build(settings: Settings) -> "Flapping":
    """The rule, for any number of devices."""
    return Flapping(settings)


class Flapping:
    """Memory: the last value, since when it is known, and the times of the last `changes` changes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.watched = (Watched(settings.quantity, settings.channel),)

    def begin(self) -> Memory | None:
        """No reading yet."""
        return [None, 0.0]

    def judge(self, reading: Reading, slot: int, t: float, wrong: bool, memory: Memory) -> Verdict:  # noqa: ARG002 - the protocol's
        """Unsteady, steady, or nothing that decides."""
        if memory[0] is None:
            memory[:2] = [reading.value, t]
        elif memory[0] != reading.value:
            memory[0] = reading.value
            memory.append(t)
            del memory[2 : -self.settings.changes]
        since = t - self.settings.within
        if len(memory) - 2 >= self.settings.changes and memory[2] >= since:
            return True
        return False if (memory[-1] if len(memory) > 2 else memory[1]) <= since else None

    def moved(self, memory: Memory, by_s: float) -> None:
        """All but the last value are times."""
        memory[1:] = [t + by_s for t in memory[1:]]

    def why(self, reading: Reading | None, wrong: bool, memory: Memory) -> Reason:  # noqa: ARG002 - as above
        """How often in what time."""
        what, within = self.settings.quantity.replace("_", " "), self.settings.within
        times, words = memory[2:], {"quantity": self.settings.quantity}
        if not wrong or len(times) < 2:
            text = f"{what} has not changed for {within:.0f} s"
            return Reason(code="steady", text=text, values={"within_s": within}, words=words)
        took = round(times[-1] - times[0], 3)
        limit = f"{self.settings.changes} in {within:.0f} s are too many"
        text = f"{what} changed {len(times)} times in {took:.0f} s; {limit}"
        values = {"changes": float(len(times)), "took_s": took, "within_s": within}
        return Reason(code="unsteady", text=text, values=values, words=words)
