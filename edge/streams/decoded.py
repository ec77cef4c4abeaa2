"""A frame as the decoder left it, converted only as far as somebody asks."""

import threading
from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias, TypeVar, cast

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from edge.frames import SPARSE
from edge.streams.video import Converter

Plane: TypeAlias = NDArray[np.uint8]
T = TypeVar("T")

# 8-bit formats whose first plane is the brightness; every other one is brought into YUV first.
SEPARATE = frozenset(f"yuv{range_}{kind}p" for range_ in ("", "j") for kind in (411, 420, 422, 440, 444))
INTERLEAVED = frozenset({"nv12", "nv21", "nv16", "nv24"})
COLOURLESS = frozenset({"gray"})
PLAIN = "yuv420p"
# AVCOL_RANGE_JPEG: Y from 0 to 255. Video that does not say is limited, except for the j formats.
FULL_RANGE = 2
LIMITED = (16, 235)


class Decoded:
    """One decoded frame. Its planes may be references of the decoder: they are read, never written."""

    def __init__(self, frame: VideoFrame, converter: Converter) -> None:
        self._frame = frame
        self._converter = converter
        self._lock = threading.RLock()
        self._turns = round(frame.rotation / 90) % 4
        across = self._turns % 2
        self.width = frame.height if across else frame.width
        self.height = frame.width if across else frame.height

    @property
    def bgr(self) -> Plane:
        """Converted once."""
        return self._once(lambda: self._bgr)

    @property
    def luma(self) -> Plane:
        """The decoder's Y plane itself, where it has one."""
        return self._once(lambda: self._luma)

    @property
    def levels(self) -> tuple[int, int]:
        """By the range the stream declares."""
        return self._once(lambda: self._levels)

    @property
    def colour(self) -> float | None:
        """Of a subsample of the chroma planes."""
        return self._once(lambda: self._colour)

    def _once(self, made: Callable[[], T]) -> T:
        # cached_property has no lock of its own, and two threads would convert the picture twice.
        with self._lock:
            return made()

    @cached_property
    def _bgr(self) -> Plane:
        return self._converter.bgr(self._frame)

    @cached_property
    def _yuv(self) -> VideoFrame:
        known = self._frame.format.name in SEPARATE | INTERLEAVED | COLOURLESS
        return self._frame if known else self._converter.plain(self._frame, PLAIN)

    @cached_property
    def _luma(self) -> Plane:
        return (
            np.rot90(_pixels(self._yuv.planes[0]), self._turns)
            if self._turns
            else _pixels(self._yuv.planes[0])
        )

    @cached_property
    def _levels(self) -> tuple[int, int]:
        name = self._yuv.format.name
        full = name.startswith("yuvj") or name in COLOURLESS or self._yuv.color_range == FULL_RANGE
        return (0, 255) if full else LIMITED

    @cached_property
    def _colour(self) -> float | None:
        name, planes = self._yuv.format.name, self._yuv.planes
        if name in COLOURLESS:
            return 0.0
        step = SPARSE // 2  # chroma planes are half the size
        if name in INTERLEAVED:
            pairs = _pixels(planes[1], 2)[::step]
            few = [pairs[:, 0 :: 2 * step], pairs[:, 1 :: 2 * step]]
        else:
            few = [_pixels(planes[1])[::step, ::step], _pixels(planes[2])[::step, ::step]]
        off = sum(float(np.abs(part.astype(np.int16) - 128).mean()) for part in few)
        return off if self._levels == (0, 255) else off * 255 / 224


def _pixels(plane: VideoPlane, samples: int = 1) -> Plane:
    """A plane's pixels without the bytes that fill up its lines. samples: bytes a pixel."""
    memory = cast("bytes", plane)  # it has the buffer protocol, which PyAV's types leave out
    lines = np.frombuffer(memory, np.uint8).reshape(plane.height, plane.line_size)
    pixels: Plane = lines[:, : plane.width * samples]
    pixels.flags.writeable = False
    return pixels
