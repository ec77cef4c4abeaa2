"""Frames, and what a source of frames promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from broker.events import ClockQuality


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

    state: `stalled` or `lost` (the source goes on trying), `ended` (no more will come, as a file ends),
    `failed` (no more will come, and that is a fault), `damaged` (frames were skipped, the source goes on),
    `recovered` (frames come again after stalled or lost). No secret ever appears in `what`.
    """

    source: str
    state: Literal["stalled", "lost", "ended", "failed", "damaged", "recovered"]
    what: str


class Source(Protocol):
    """Opened by the node, one thread each; iterated until it ends or is closed from another thread."""

    def frames(self) -> Iterator[Frame | Trouble]:
        """Sampled frames in capture order, and troubles as they happen. Never raises for bad input."""
        ...

    def close(self) -> None:
        """Stop soon: `frames` returns within a second, also while it waits for the network."""
        ...
