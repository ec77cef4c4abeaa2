"""What an intake is: the messages of devices as they come, and what is wrong with the way they come."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Final, Protocol, runtime_checkable

from pydantic import Field

from broker.events import Reason
from broker.fields import Identifier
from broker.settings import Duration, Settings
from edge.frames import Trouble

# Why a message was not handed on though nothing is wrong with it: who sent it may send it again.
ENDING: Final = Reason(code="ending", text="the node is being stopped")
BUSY: Final = Reason(code="busy", text="there is no room yet; come again")
Positive = Annotated[Duration, Field(gt=0)]


def _nobody(refused: Reason | None) -> None:
    """Nobody waits for an answer."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, still as bytes; a decoder reads it. t: monotonic seconds and utc: UTC when it came.

    retained: kept by the broker since some time, and not said now. told: to be called once, with None after
    it was handed on, else with why it was not; who sent it may wait for that.
    """

    topic: str
    body: bytes
    t: float
    utc: float
    retained: bool = False
    told: Callable[[Reason | None], None] = field(default=_nobody, compare=False, repr=False)


class IntakeSettings(Settings):
    """Fields of every intake."""

    kind: str
    id: Identifier


class Intake(Protocol):
    """One way in. `edge/intakes/<kind>.py` has `Settings` and `build(settings, clock)` that makes it."""

    def messages(self) -> Iterator[Message | Trouble]:
        """Iterated on a thread of its own until it is closed. Never raises for what comes or fails to."""
        ...

    def close(self) -> None:
        """Stop soon, from any thread: `messages` returns within some seconds."""
        ...


@runtime_checkable
class Listens(Protocol):
    """An intake that is told things, and can say from when on it misses none."""

    def hears(self) -> bool:
        """Whether what is said now is heard."""
        ...
