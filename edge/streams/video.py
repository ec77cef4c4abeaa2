"""Decoding with PyAV (FFmpeg): frames, pictures, and errors in words."""

import contextlib
import threading
from collections.abc import Iterator
from typing import cast

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from broker.saying import said


class NoVideo(ValueError):
    """A container that holds no video this build can decode; the text says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def video_stream(container: InputContainer) -> VideoStream:
    """The first video stream, decoding in one thread. Raises NoVideo."""
    if not container.streams.video:
        raise NoVideo(said("holds no video stream"))
    stream = container.streams.video[0]
    # PyAV's types leave out that a stream without a decoder has no codec context.
    context: VideoCodecContext | None = stream.codec_context
    if context is None:
        raise NoVideo(said("holds video in a codec that this build cannot decode"))
    context.thread_count = 1  # many cameras share few cores, and replays must not depend on threads
    return stream


def packets(container: InputContainer, stream: VideoStream) -> Iterator["av.Packet[VideoStream]"]:
    """A stream's packets to its end. Raises FFmpegError."""
    # A stream that only appears while reading makes PyAV 18 stumble over its own list at the end.
    with contextlib.suppress(IndexError):
        yield from container.demux(stream)


def decode(packet: "av.Packet[VideoStream]") -> tuple[list[VideoFrame], int]:
    """The sound frames a packet completes, and how many were damaged."""
    try:
        frames = packet.decode()
    except av.error.EOFError:
        return [], 0
    except av.error.FFmpegError:
        return [], 1
    sound = [frame for frame in frames if not frame.is_corrupt]
    return sound, len(frames) - len(sound)


def seconds(stamp: int | None, frame: VideoFrame) -> float | None:
    """A stamp of a frame in seconds."""
    return None if stamp is None or frame.time_base is None else float(stamp * frame.time_base)


class Look:
    """Notices when the pictures of a stream change their size or codec."""

    def __init__(self) -> None:
        self._last: tuple[str, int, int] | None = None

    def change(self, codec: str, frame: VideoFrame) -> str | None:
        """What changed with this frame, in words; None for nothing, and for the first."""
        now = (codec, frame.width, frame.height)
        last, self._last = self._last, now
        if last is None or last == now:
            return None
        return "the pictures are now {1}x{2} {0}, before they were {4}x{5} {3}".format(*now, *last)


class Converter:
    """Turns decoded frames into other formats, on any thread; keeps the scaler between frames of one size."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()
        self._lock = threading.Lock()

    def bgr(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """height x width x 3 uint8, BGR, turned as the recording's display matrix says."""
        picture = cast("NDArray[np.uint8]", self.plain(frame, "bgr24").to_ndarray())
        turns = round(frame.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture

    def plain(self, frame: VideoFrame, name: str) -> VideoFrame:
        """The frame in another format of FFmpeg's, not turned."""
        with self._lock:
            return self._scaler.reformat(frame, format=name)


def words(error: BaseException) -> str:
    """An error without the address it happened at: FFmpeg's own text carries the URL, password and all."""
    return getattr(error, "strerror", None) or type(error).__name__
