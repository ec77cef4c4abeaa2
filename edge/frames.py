"""Frames, and what a source of frames promises."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from broker.events import ClockQuality

TroubleState = Literal["stalled", "lost", "ended", "failed", "damaged", "changed", "recovered"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture with its capture time.

    image: height x width x 3 uint8, BGR. t: seconds of the source's monotonic time, for durations.
    utc: seconds since 1970, for stamps; `clock` says how far to believe it. index: position in the stream.
    """

    image: NDArray[np.uint8]
    source: str
    index: int
    t: float
    utc: float
    clock: ClockQuality


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something a source could not do, in words a deployer can act on.

    state: `stalled` or `lost` (the source goes on trying; lost is said again for a further cause), `ended`
    (no more will come, as a file ends), `failed` (no more will come, and that is a fault), `damaged` (frames
    were skipped, the source goes on), `changed` (the pictures have another size or codec from here on, the
    source goes on), `recovered` (frames come again after stalled, lost or failed). No secret ever appears in
    `what`.
    """

    source: str
    state: TroubleState
    what: str


def _unknown() -> ClockQuality:
    return "unknown"


@dataclass(frozen=True, slots=True)
class SourceClock:
    """The clocks a source may read, and its way to wait; tests give their own.

    monotonic: seconds that never step, for durations. utc: seconds since 1970, which may step. wait: called
    with an event and a number of seconds, returns early with True once the event is set. quality: how far
    `utc` can be believed now.
    """

    monotonic: Callable[[], float]
    utc: Callable[[], float]
    wait: Callable[[threading.Event, float], bool] = threading.Event.wait
    quality: Callable[[], ClockQuality] = _unknown


class Source(Protocol):
    """Opened by the node, one thread each; iterated until it ends or is closed from another thread."""

    @property
    def live(self) -> bool:
        """Whether it goes on for ever: a live source that breaks is opened anew, a recording just ends."""
        ...

    def frames(self) -> Iterator[Frame | Trouble]:
        """Sampled frames in capture order, and troubles as they happen. Never raises for bad input."""
        ...

    def close(self) -> None:
        """Stop soon: `frames` returns within a second, also while it waits for the network."""
        ...
