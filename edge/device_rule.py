"""What a rule over readings is: a pure judgement; the book of devices does the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol, runtime_checkable

from pydantic import Field

from broker.events import Reason
from broker.settings import Duration
from edge.readings import QUANTITIES, Reading, Value
from edge.settings import NamedRule

Verdict = bool | None  # wrong, fine, or nothing that decides
Channel = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,32}$")]
Severity = Literal["low", "normal", "high"]
Memory = list[Any]  # what a rule keeps of one device: JSON-able, bounded
LONGEST_S = 366 * 86_400.0
Lasting = Annotated[Duration, Field(ge=0.0, le=LONGEST_S)]


class DeviceRuleSettings(NamedRule):
    """Fields of every rule over readings.

    `after`: how long it must be wrong before a situation opens. `clear_after`: how long it must be fine,
    as readings say, before one is cleared.
    """

    severity: Severity = "normal"
    after: Lasting = 0.0
    clear_after: Lasting = 60.0

    @property
    def devices(self) -> tuple[str, ...]:
        """Other devices whose readings it takes."""
        return ()


@dataclass(frozen=True, slots=True)
class Watched:
    """Readings that a rule takes: of its own device or of another by its id, of the first channel or one."""

    quantity: str
    channel: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """Where a device is, WGS84 degrees, as far as a rule needs it."""

    lon: float
    lat: float


class DeviceRule(Protocol):
    """One rule; `edge/device_rules/<kind>.py` has `Settings` and `build` that makes it.

    It holds nothing of any device: devices of one profile share it, and what it keeps of each is a Memory.
    """

    settings: DeviceRuleSettings
    watched: Sequence[Watched]

    def begin(self) -> Memory | None:
        """What it keeps of a device of which nothing was heard; None for a rule that keeps nothing."""
        ...

    def judge(self, reading: Reading, slot: int, t: float, wrong: bool, memory: Memory) -> Verdict:
        """Of one good or uncertain reading at `t` (UTC seconds), in order of time. slot: which of `watched`.

        wrong: whether it was wrong before, for a level of its own to come back.
        """
        ...

    def moved(self, memory: Memory, by_s: float) -> None:
        """The clock that stamped what is kept was set: put every time in it forward by so much."""
        ...

    def why(self, reading: Reading | None, wrong: bool, memory: Memory) -> Reason:
        """The argument behind a verdict. reading: the last one that decided."""
        ...


class Forgetful:
    """What rules have in common that keep nothing of any device."""

    def begin(self) -> Memory | None:
        """Nothing."""
        return None

    def moved(self, memory: Memory, by_s: float) -> None:
        """Nothing is kept."""


@runtime_checkable
class Joint(DeviceRule, Protocol):
    """A rule that is judged once all readings of an instant have been taken, and again as time goes on."""

    def now(self, memory: Memory, t: float, here: Here | None, stale: Sequence[bool]) -> Verdict:
        """All of it together. stale: by slot, whether the device has been silent for too long."""
        ...

    def again(self, memory: Memory, t: float) -> float | None:
        """When it has to be judged again though nothing is heard; None: never."""
        ...

    def parts(self, memory: Memory) -> Sequence[tuple[int, Value, float]]:
        """Slot, last value and its time of what it was decided on."""
        ...

    def leaning(self, memory: Memory, wrong: bool) -> Sequence[int]:
        """The slots on whose last word such a verdict leans: it holds as long as theirs does."""
        ...


def quantity_of(quantity: str, sort: Literal["number", "flag", "state"], unit: str | None = None) -> str:
    """The quantity. Raises ValueError for one that is not there, is of another sort or has another unit."""
    known = QUANTITIES.get(quantity)
    if known is None:
        raise ValueError(f"{quantity!r} is no quantity; there are {', '.join(QUANTITIES)}")
    if known.of != sort:
        fitting = ", ".join(name for name, each in QUANTITIES.items() if each.of == sort)
        raise ValueError(f"{quantity} is a {known.of}; a {sort} is needed, such as {fitting}")
    if unit is not None and unit != known.unit:
        raise ValueError(f"{quantity} is told in {known.unit or 'no unit'}, not in {unit}")
    return quantity
