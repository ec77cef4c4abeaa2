"""Frames, and what a source of frames promises."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

from broker.events import ClockQuality

TroubleState = Literal["stalled", "lost", "ended", "failed", "damaged", "changed", "recovered"]


# Every 16th pixel each way tells how much colour a picture has as well as all of them do.
SPARSE = 16
MICRO = 6  # decimals of a time: no camera's clock is finer, and such times are written with half the bytes


class Picture(Protocol):
    """What a camera saw, perhaps still as the decoder left it: each form of it is made when first asked for.

    Every form is upright and may be asked for on any thread. Nobody writes into `luma`: it may be the
    decoder's own memory.
    """

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def bgr(self) -> NDArray[np.uint8]:
        """height x width x 3."""
        ...

    @property
    def luma(self) -> NDArray[np.uint8]:
        """Height x width; black and white lie at the two values of `levels`."""
        ...

    @property
    def levels(self) -> tuple[int, int]: ...

    @property
    def colour(self) -> float | None:
        """How far the colours are from grey: mean of |Cb-128|+|Cr-128|, full range; None where unknown."""
        ...


class Still:
    """A picture that is there in BGR, height x width x 3 uint8."""

    levels = (0, 255)

    def __init__(self, bgr: NDArray[np.uint8]) -> None:
        self.bgr = bgr
        self.height, self.width = bgr.shape[:2]

    @cached_property
    def luma(self) -> NDArray[np.uint8]:
        """Grey."""
        return np.asarray(cv2.cvtColor(self.bgr, cv2.COLOR_BGR2GRAY), np.uint8)

    @cached_property
    def colour(self) -> float | None:
        """Of a subsample."""
        few = np.ascontiguousarray(self.bgr[::SPARSE, ::SPARSE])
        chroma = np.asarray(cv2.cvtColor(few, cv2.COLOR_BGR2YCrCb), np.int16)[:, :, 1:]
        return float(np.abs(chroma - 128).sum(axis=2).mean())


class Frame:
    """One picture with its capture time; what is not asked for is not converted.

    t: seconds of the source's monotonic time, for durations. utc: seconds since 1970, for stamps; `clock`
    says how far to believe it; both in whole microseconds. index: position in the stream. arrived: when the
    node had it (its own monotonic clock), None before that and for one that was not read live.
    """

    __slots__ = ("_picture", "arrived", "clock", "index", "source", "t", "utc")

    def __init__(
        self,
        image: NDArray[np.uint8] | Picture,
        source: str,
        index: int,
        t: float,
        utc: float,
        clock: ClockQuality,
    ) -> None:
        self._picture: Picture = Still(image) if isinstance(image, np.ndarray) else image
        self.source = source
        self.index = index
        self.t = round(t, MICRO)
        self.utc = round(utc, MICRO)
        self.clock = clock
        self.arrived: float | None = None

    @property
    def image(self) -> NDArray[np.uint8]:
        """height x width x 3 uint8, BGR; converted once."""
        return self._picture.bgr

    @property
    def width(self) -> int:
        """Pixels across."""
        return self._picture.width

    @property
    def height(self) -> int:
        """Pixels down."""
        return self._picture.height

    @property
    def luma(self) -> NDArray[np.uint8]:
        """height x width uint8, read-only: brightness, from `levels[0]` (black) to `levels[1]` (white)."""
        return self._picture.luma

    @property
    def levels(self) -> tuple[int, int]:
        """Where black and white lie in `luma`: (16, 235) for most video, else (0, 255)."""
        return self._picture.levels

    @property
    def colour(self) -> float | None:
        """How far colours are from grey, in levels: under 3 in infrared, above 5 by day; None: unknown."""
        return self._picture.colour


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something a source could not do, in words a deployer can act on.

    state: `stalled` or `lost` (the source goes on trying; lost is said again for a further cause), `ended`
    (no more will come, as a file ends), `failed` (no more will come, and that is a fault), `damaged` (frames
    were skipped, the source goes on), `changed` (the pictures have another size or codec from here on, the
    source goes on), `recovered` (frames come again after stalled, lost or failed). No secret ever appears in
    `what`. cause: one word for it, where the source has one.
    """

    source: str
    state: TroubleState
    what: str
    cause: str = field(default="", compare=False)


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


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a stream is decoded now. key_s: seconds between its key frames, the longest of late, if known.

    decoded, skipped: packets given to the decoder and kept from it so far. codec: its name, once it is open.
    """

    mode: Literal["keyframes", "all"]
    key_s: float | None
    decoded: int
    skipped: int
    codec: str | None = field(default=None, compare=False)


@runtime_checkable
class Decodes(Protocol):
    """A source that can say how it decodes."""

    @property
    def decoding(self) -> Decoding: ...


class Source(Protocol):
    """Opened by the node, one thread each; iterated until it ends or is closed from another thread."""

    @property
    def live(self) -> bool:
        """Whether it goes on for ever: a live source that breaks is opened anew, a recording just ends."""
        ...

    def frames(self) -> Iterator[Frame | Trouble]:
        """Sampled frames in capture order, and troubles as they happen. Never raises for bad input."""
        ...

    def want(self, interval_s: float) -> None:
        """From now on a look at least every `interval_s` seconds is wanted, and not more often.

        Called at any time and from any thread. Before the first call it is the configured pace. A stream
        that is decoded by its key frames alone needs the next one before it can give more looks.
        """
        ...

    def close(self) -> None:
        """Stop soon: `frames` returns within a second, also while it waits for the network."""
        ...
