"""What a thing of a simulated street is: its settings, and how it says what is so."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated, Any, ClassVar, Final, Literal, Protocol

from pydantic import BeforeValidator, Field
from typing_extensions import Self

from broker.fields import Identifier
from broker.settings import Duration, Settings

Value = bool | int | float | str
Fields = dict[str, Value]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
LONGEST_S: Final = 31 * 86_400.0


def seconds_of(value: Any) -> float:
    """A moment of the street's time, from its begin: 08:15, 08:15:30, or seconds. Raises ValueError."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        found = float(value)  # YAML reads 10:05:00 as a number in base 60, which are the seconds meant
    else:
        parts = value.split(":") if isinstance(value, str) else []
        if not 2 <= len(parts) <= 3 or not all(part.replace(".", "", 1).isdigit() for part in parts):
            raise ValueError(f"{value!r} is no moment; it is written as 08:15 or 08:15:30")
        found = sum(float(part) * unit for part, unit in zip(parts, (3600.0, 60.0, 1.0), strict=False))
    if not 0.0 <= found <= LONGEST_S:
        raise ValueError(f"{value!r} is not within 31 days of the begin")
    return found


Moment = Annotated[float, BeforeValidator(seconds_of)]


def _word(value: Any) -> Any:
    """YAML reads the words on and off as true and false."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


class Span(Settings):
    """From one moment to another, without the last; without them, always."""

    begin: Moment = 0.0
    end: Moment = LONGEST_S

    def holds(self, t: float) -> bool:
        """Whether a moment lies in it."""
        return self.begin <= t < self.end


class Fault(Span):
    """What goes wrong on purpose with a share of what it says meanwhile.

    silent: nothing is sent. duplicated: sent twice. late: sent `by` later, as the network had kept it.
    out_of_order: sent after the one that follows. broken: only the first half of the bytes arrives.
    """

    kind: Literal["silent", "duplicated", "late", "out_of_order", "broken"]
    share: Share = 1.0
    by: Annotated[Duration, Field(gt=0)] = 90.0


class ThingSettings(Settings):
    """Fields of every thing. way: the id of the node's way in that it speaks to; none, if it is asked.

    name: what its network calls it (its id). fields: what it says at the begin. every: how often it says all
    of it again, give or take half of `jitter`. drift: change of a number in an hour, from when it was set;
    noise: its deviation. timetable: moments, and what changes then: a word of the kind, or fields.
    again: the timetable begins anew every so often. faults: on purpose.
    """

    # One whose name is in the node's configuration of its way in: it is in the first street only.
    single: ClassVar[bool] = False

    kind: str
    id: Identifier
    way: Identifier | None = None
    name: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    fields: Fields = {}
    every: Annotated[Duration, Field(ge=1.0)] | None = None
    jitter: Annotated[Duration, Field(ge=0.0)] = 0.0
    drift: dict[str, float] = {}
    noise: dict[str, Annotated[float, Field(ge=0.0)]] = {}
    timetable: dict[str, Annotated[str | Fields, BeforeValidator(_word)]] = {}
    again: Annotated[Duration, Field(ge=1.0)] | None = None
    faults: list[Fault] = []

    @property
    def called(self) -> str:
        """What its network calls it."""
        return self.name or self.id

    @property
    def names(self) -> tuple[str, ...]:
        """All that a node may know it by."""
        return (self.called,)

    def copy_for(self, street: int) -> Self:
        """The same thing of another street, 2 and up."""
        name = None if self.name is None else renamed(self.name, street)
        return self.model_copy(update={"id": renamed(self.id, street), "name": name})


class RadioSettings(ThingSettings):
    """A sensor of Milesight's. model: as `edge/simulation/milesight.py` has it, with its fields.

    eui: sixteen hexadecimal digits; made from its name where it has none.
    """

    model: str
    eui: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None = None

    @property
    def called(self) -> str:
        """Its EUI."""
        return self.eui or eui_of(self.name or self.id)

    @property
    def names(self) -> tuple[str, ...]:
        """Its EUI, and what its network calls it beside."""
        return self.called, self.name or self.id

    def copy_for(self, street: int) -> Self:
        """With an EUI of its own."""
        copy = super().copy_for(street)
        eui = self.eui if self.eui is None or street == 1 else eui_of(renamed(self.eui, street))
        return copy.model_copy(update={"eui": eui})


def renamed(name: str, street: int) -> str:
    """The name in another street; the first keeps its own."""
    return name if street == 1 else f"{name}-{street}"


def eui_of(name: str) -> str:
    """Sixteen hexadecimal digits for a radio device, always the same for a name."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Saying:
    """One message. topic: of MQTT; unused over HTTP. media: its type over HTTP."""

    body: bytes
    topic: str = ""
    media: str = "application/json"
    retained: bool = False


class Thing(Protocol):
    """One thing of the street. `edge/simulated/<kind>.py` has `Settings`, `WORDS` and `build(settings)`.

    WORDS: what people call a change, and the fields that it is.
    """

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """What it sends when that is so; nothing for one that is asked. Raises ValueError for odd fields."""
        ...

    def check(self, fields: Mapping[str, Value]) -> None:
        """Raises ValueError for fields that it cannot say."""
        ...

    def start(self) -> None:
        """Before the first word: what is asked listens from then on."""
        ...

    def stop(self) -> None:
        """After the last."""
        ...


class Sender(Thing):
    """A thing that needs no preparation."""

    def check(self, fields: Mapping[str, Value]) -> None:
        """By saying it to nobody."""
        self.say(fields, 0.0)

    def start(self) -> None:
        """Nothing."""

    def stop(self) -> None:
        """Nothing."""


def stamp(utc: float) -> str:
    """RFC 3339, to the millisecond, as most makes write it."""
    text = datetime.fromtimestamp(utc, tz=timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
