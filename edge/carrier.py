"""What every way has in common in which a drone's telemetry comes: with a film, or while it flies."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Protocol

from broker.settings import Settings
from edge.frames import SourceClock, Trouble
from edge.taking import Message

Chunk = tuple[
    bytes, float | None
]  # what a reader takes at once, and its time in the film where that is known


class NoTelemetry(ValueError):
    """There is none, or it cannot be read; the text says where it was looked for."""


class CarrierSettings(Settings):
    """Fields of every kind. live: whether it comes while the drone flies."""

    live: ClassVar[bool]
    kind: str


class FilmCarrier(CarrierSettings):
    """Telemetry that lies on the disk."""

    live: ClassVar[bool] = False

    def beside(self, film: Path, suffix: str) -> Path | None:
        """The file that is waited for, where it is not the film itself."""
        raise NotImplementedError

    def chunks(self, film: Path, suffix: str) -> Iterator[Chunk]:
        """suffix: as such telemetry is usually named. Raises NoTelemetry."""
        raise NotImplementedError


class Downlink(Protocol):
    """Telemetry as it comes."""

    def messages(self) -> Iterator[Message | Trouble]:
        """Iterated on a thread of its own until it is closed. Never raises for what comes or fails to."""
        ...

    def close(self) -> None:
        """Stop soon, from any thread."""
        ...


class LiveCarrier(CarrierSettings):
    """Telemetry that comes while the drone flies."""

    live: ClassVar[bool] = True

    def build(self, source: str, clock: SourceClock) -> Downlink:
        """Nothing connects before `messages` runs."""
        raise NotImplementedError
