"""Small videos that the tests make themselves, and a clock that they move."""

import threading
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from edge.frames import Frame, Source, SourceClock, Trouble

FINE = Fraction(1, 1000)


def grey(index: int) -> int:
    """The brightness that tells frame `index` from its neighbours after lossy coding."""
    return 30 + 8 * (index % 25)


def still(index: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """An even picture of that brightness."""
    return np.full((size[1], size[0], 3), grey(index), np.uint8)


def moving(index: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A patterned picture that slides along, so that a frame decoded without its references is broken."""
    coarse = np.random.default_rng(1).integers(40, 216, (12, 16, 3), dtype=np.uint8)
    whole = np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    return np.roll(whole, 3 * index, axis=1)


LIVE = {"tune": "zerolatency", "preset": "ultrafast"}


def make_video(
    path: Path,
    times_ms: Iterable[int],
    *,
    size: tuple[int, int] = (64, 48),
    codec: str = "libx264",
    rate: int = 25,
    gop: int = 12,
    options: dict[str, str] | None = None,
    drawn: Callable[[int, tuple[int, int]], NDArray[np.uint8]] = still,
    pixels: str = "yuv420p",
) -> Path:
    """A video with one frame at each time. Only containers with time stamps of their own keep the times."""
    options = (LIVE if codec == "libx264" else {}) if options is None else options
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = *size, pixels, gop
        stream.codec_context.time_base = FINE
        for index, ms in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(drawn(index, size), format="bgr24")
            frame.pts, frame.time_base = ms, FINE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def shown(frame: Frame) -> int:
    """Which of the made frames (modulo 25) a picture is."""
    return round((float(frame.image.mean()) - 30) / 8)


class FakeTime:
    """A clock that stands still unless somebody waits for it; `waits` are the waits asked for."""

    def __init__(self, now: float = 1000.0, utc: float = 1_700_000_000.0) -> None:
        self.now = now
        self.utc = utc
        self.waits: list[float] = []
        self.clock = SourceClock(lambda: self.now, lambda: self.utc + self.now - now, self.wait)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.now += seconds
        self.waits.append(seconds)
        return event.is_set()


def played(source: Source, most: int = 100_000) -> tuple[list[Frame], list[Trouble]]:
    """What a source gives: frames and troubles, each in order."""
    items: Iterator[Frame | Trouble] = islice(source.frames(), most)
    frames, troubles = [], []
    for item in items:
        if isinstance(item, Frame):
            frames.append(item)
        else:
            troubles.append(item)
    source.close()
    return frames, troubles


def states(troubles: list[Trouble]) -> list[str]:
    """The states of troubles, in order."""
    return [trouble.state for trouble in troubles]
