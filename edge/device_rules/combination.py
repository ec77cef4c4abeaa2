"""`kind: combination`: several conditions hold together, of devices, of the sun or of the hours."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool, model_validator
from typing_extensions import Self

from broker.events import Reason
from broker.fields import Identifier
from broker.settings import Duration
from broker.settings import Settings as Plain
from edge.device_rule import (
    LONGEST_S,
    Channel,
    DeviceRuleSettings,
    Here,
    Memory,
    Verdict,
    Watched,
    quantity_of,
)
from edge.device_rules.state import wrong_values
from edge.hours import Hours
from edge.readings import Reading, Value, in_words
from edge.schedule import ScheduleSettings, hours_of
from edge.sun import elevation

_GRID_S: Final = 60.0  # sun and hours count as they were at the full minute
_SUN_DEG_A_MINUTE: Final = 0.26  # it never rises or sets faster: the earth turns by 0.2507 degrees
_ROUNDED_DEG: Final = 0.02
_VERDICT, _ENDED, _VALUE, _AT = range(4)  # of a slot in the memory


class SunSettings(Plain):
    """Degrees of the sun above the horizon; the device needs a position. Civil dusk is at -6."""

    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("either above or below is needed, not both")
        return self

    @property
    def limit(self) -> float:
        """Where it changes."""
        return self.above if self.above is not None else self.below or 0.0

    def holds(self, degrees: float) -> bool:
        """Whether the sun stands so."""
        return degrees > self.limit if self.above is not None else degrees < self.limit


class ConditionSettings(Plain):
    """One of: `quantity` with `value`, `above` or `below`; `sun`; `schedule` (holds within its hours).

    `device`: another one, by its id; unset: the device that has the rule.
    """

    device: Identifier | None = None
    quantity: str | None = None
    channel: Channel | None = None
    value: StrictBool | str | Annotated[list[str], Field(min_length=1, max_length=16)] | None = None
    above: float | None = None
    below: float | None = None
    sun: SunSettings | None = None
    schedule: ScheduleSettings | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum(each is not None for each in (self.quantity, self.sun, self.schedule)) != 1:
            raise ValueError("one of quantity, sun and schedule is needed")
        tests = [each is not None for each in (self.value, self.above, self.below)]
        if self.quantity is None:
            if any(tests) or self.device or self.channel:
                raise ValueError("device, channel, value, above and below belong to a quantity")
        elif sum(tests) != 1:
            raise ValueError("one of value, above and below is needed")
        elif self.value is not None:
            wrong_values(self.quantity, self.value)
        else:
            quantity_of(self.quantity, "number")
        return self

    def test(self) -> Callable[[Value], bool]:
        """Whether a value of its quantity is as said."""
        if self.value is not None:
            return wrong_values(self.quantity or "", self.value).__contains__
        above, below = self.above, self.below
        if above is not None:
            return lambda value: float(value) > above
        return lambda value: float(value) < (below or 0.0)


class Settings(DeviceRuleSettings):
    """Wrong while `need` of the conditions hold: all, any, or so many.

    `within`: a condition counts for so long after it has ended, for what does not happen at the same instant.
    """

    kind: Literal["combination"]
    conditions: Annotated[list[ConditionSettings], Field(min_length=2, max_length=16)]
    need: Literal["all", "any"] | Annotated[int, Field(ge=1, le=16)] = "all"
    within: Annotated[Duration, Field(ge=0.0, le=LONGEST_S)] = 0.0

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if isinstance(self.need, int) and self.need > len(self.conditions):
            raise ValueError(f"need: {self.need} of {len(self.conditions)} conditions can never hold")
        if all(each.quantity is None for each in self.conditions):
            raise ValueError("at least one condition must be about a reading")
        return self

    @property
    def devices(self) -> tuple[str, ...]:
        """The other devices."""
        return tuple(each.device for each in self.conditions if each.device is not None)

    @property
    def needs_position(self) -> bool:
        """Whether the sun is asked for."""
        return any(each.sun is not None for each in self.conditions)

    @property
    def least(self) -> int:
        """How many must hold."""
        return {"all": len(self.conditions), "any": 1}.get(str(self.need)) or int(self.need)


def build(settings: Settings) -> "Combination":
    """The rule, for any number of devices."""
    return Combination(settings)


class Combination:
    """Memory: a list of four for each watched reading, and last of all how high the sun stood."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        asked = [each for each in settings.conditions if each.quantity is not None]
        self.watched = tuple(Watched(each.quantity or "", each.channel, each.device) for each in asked)
        self._tests = [each.test() for each in asked]
        self._suns = [each.sun for each in settings.conditions if each.sun is not None]
        schedules = [each.schedule for each in settings.conditions if each.schedule is not None]
        self._hours: list[Hours] = [hours_of(each) for each in schedules]
        self._least = settings.least

    def begin(self) -> Memory | None:
        """Nothing is known."""
        return [*([None, None, None, 0.0] for _ in self.watched), None]

    def judge(self, reading: Reading, slot: int, t: float, wrong: bool, memory: Memory) -> Verdict:  # noqa: ARG002 - the protocol's
        """Only noted; `now` decides when all readings of the instant are in."""
        holds = self._tests[slot](reading.value)
        kept = memory[slot]
        if kept[_VERDICT] and not holds:
            kept[_ENDED] = t
        kept[_VERDICT], kept[_VALUE], kept[_AT] = holds, reading.value, t
        return None

    def moved(self, memory: Memory, by_s: float) -> None:
        """When each was told, and ended."""
        for kept in memory[:-1]:
            kept[_AT] += by_s
            kept[_ENDED] = None if kept[_ENDED] is None else kept[_ENDED] + by_s

    def now(self, memory: Memory, t: float, here: Here | None, stale: Sequence[bool]) -> Verdict:
        """All, any or so many; what is not known can still decide both ways."""
        told = [None if stale[n] else self._holds(memory[n], t) for n in range(len(self.watched))]
        told += [self._sun(sun, memory, t, here) for sun in self._suns]
        told += [hours.closed(_grid(t)) is None for hours in self._hours]
        yes, unknown = told.count(True), told.count(None)
        if yes >= self._least:
            return True
        return False if yes + unknown < self._least else None

    def _holds(self, kept: list[float | bool | None], t: float) -> Verdict:
        verdict, ended = kept[_VERDICT], kept[_ENDED]
        if verdict is False and ended is not None and t < ended + self.settings.within:
            return True
        return None if verdict is None else bool(verdict)

    def _sun(self, sun: SunSettings, memory: Memory, t: float, here: Here | None) -> Verdict:
        if here is None:
            return None
        memory[-1] = round(elevation(_grid(t), round(here.lon, 1), round(here.lat, 1)), 2)
        return sun.holds(memory[-1])

    def again(self, memory: Memory, t: float) -> float | None:
        """At the next full minute where sun or hours count, and when what has ended no longer counts."""
        times = [_grid(t) + _GRID_S * self._rest(memory, t)] if self._suns or self._hours else []
        ends = [kept[_ENDED] + self.settings.within for kept in memory[:-1] if kept[_ENDED] is not None]
        return min([*times, *(end for end in ends if end > t)], default=None)

    def _rest(self, memory: Memory, t: float) -> float:
        """Minutes for which neither sun nor hours can change what they say."""
        away = [abs(memory[-1] - sun.limit) for sun in self._suns if memory[-1] is not None]
        rest = [max(1.0, (each - _ROUNDED_DEG) // _SUN_DEG_A_MINUTE) for each in away]
        return min([*rest, *(_steady(hours, _grid(t)) for hours in self._hours)], default=1.0)

    def parts(self, memory: Memory) -> Sequence[tuple[int, Value, float]]:
        """Slot, last value and its time."""
        return [
            (n, kept[_VALUE], kept[_AT]) for n, kept in enumerate(memory[:-1]) if kept[_VALUE] is not None
        ]

    def leaning(self, memory: Memory, wrong: bool) -> Sequence[int]:
        """Where many must hold, on all that hold; where one is enough to decide, on the one last told."""
        those = [n for n, kept in enumerate(memory[:-1]) if kept[_VERDICT] is wrong]
        one = self.settings.least == 1 if wrong else self.settings.least == len(self.settings.conditions)
        return [max(those, key=lambda n: float(memory[n][_AT]))] if those and one else those

    def why(self, reading: Reading | None, wrong: bool, memory: Memory) -> Reason:  # noqa: ARG002 - the protocol's
        """What each of them is."""
        words = [self._words(slot, value) for slot, value, _ in self.parts(memory)]
        values = {}
        if self._suns and memory[-1] is not None:
            words.append(f"the sun stands at {memory[-1]:.1f}°")
            values["sun_deg"] = float(memory[-1])
        text = "; ".join(words) or "nothing is known of it"
        need = self.settings.need
        told = "together" if need == "all" else "one of several" if need == "any" else f"{need} of several"
        code = "conditions_hold" if wrong else "conditions_over"
        return Reason(code=code, text=f"{told}: {text}"[:240], values=values or None)

    def _words(self, slot: int, value: Value) -> str:
        watched = self.watched[slot]
        words = in_words(watched.quantity, value)
        return f"{watched.device}: {words}" if watched.device else words


def _steady(hours: Hours, t: float) -> float:
    """Minutes, an hour at most, for which it stays open, or closed."""
    for minutes in (60.0, 10.0):
        if hours.seconds(t, t + _GRID_S * minutes) in (0.0, _GRID_S * minutes):
            return minutes
    return 1.0


def _grid(t: float) -> float:
    return t // _GRID_S * _GRID_S
