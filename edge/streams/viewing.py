"""Decoding a stream as far as looks are wanted: key frames alone, or all frames from a key frame on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, TypeAlias

import av.error
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from edge.streams.plan import Plan
from edge.streams.streamtime import Sampler
from edge.streams.video import decode, seconds

Packet: TypeAlias = "av.Packet[VideoStream]"
Due = Callable[[float, float], bool]
# Pictures before a key frame that may refer to what came before it, as open groups of pictures have them.
LEADING = 16


class Times(Protocol):
    """Makes a stream's stamps (seconds, or None) into the source's times."""

    def at(self, pts: float | None, dts: float | None) -> float: ...

    def passed(self, pts: float | None, dts: float | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Shot:
    """A sound decoded frame. index: its place among all frames. due: None where nobody asked beforehand."""

    t: float
    frame: VideoFrame
    index: int
    due: bool | None = None


class Viewing:
    """Gives a stream's packets to its decoder, as a plan says; lives through reconnections.

    start: what the sampler's times are ahead of those that `times` gives. `passing`: whether the last packet
    was passed over on purpose, after frames that were sound.
    """

    def __init__(self, plan: Plan, sampler: Sampler, times: Times, due: Due, start: float = 0.0) -> None:
        self.index = -1
        self.passing = False
        self._sound = False
        self._packets = 0
        self._plan = plan
        self._sampler = sampler
        self._times = times
        self._due = due
        self._start = start
        self._ahead: float | None = None
        self._tap: _Tap | None = None
        self._tick = 0.0

    def open(self, stream: VideoStream, index: int = -1) -> None:
        """Begin with a stream of which nothing was read yet. index: of the frame before its first."""
        self.index = index
        self._packets = index + 1
        self.passing = self._sound = False
        self._ahead = None
        self._plan.restart()
        self._plan.codec = stream.codec_context.name
        self._tap = _Tap(stream)
        self._tick = float(stream.time_base or 0)

    def of(self, packet: Packet) -> Iterable[Shot | int]:
        """The frames a packet completes, and how many damaged ones it came with, where there are any."""
        self._packets += 1
        pts, dts, tick = packet.pts, packet.dts, self._tick
        at = None if pts is None else pts * tick, None if dts is None else dts * tick
        t = at[0] if at[1] is None else at[1]
        step = self._plan.take(t, packet.is_keyframe, self._sampler.interval, self._due_at())
        self.passing = False
        if step == "follow" or not packet.size:
            return self._followed(packet)
        if step == "alone":
            return chain(self._rest(), self._alone(packet, *at))
        if self._opened.fed:
            return chain(self._rest(), self._passed(*at))
        return self._pass(*at)  # nearly every packet of a quiet camera goes this way: it must cost little

    def _due_at(self) -> float | None:
        """When the next look is due, on the stream's own clock."""
        due = self._sampler.next
        return None if due is None or self._ahead is None else due - self._ahead

    def _pass(self, pts: float | None, dts: float | None) -> tuple[()]:
        self._skip()
        self._times.passed(pts, dts)
        return ()

    def _passed(self, pts: float | None, dts: float | None) -> Iterator[Shot | int]:
        """The same, once what stands before it in the chain has been taken."""
        yield from self._pass(pts, dts)

    def _skip(self) -> None:
        self._plan.skipped += 1
        self.index += 1
        self.passing = self._sound and not self._plan.overdue

    def _alone(self, packet: Packet, pts: float | None, dts: float | None) -> Iterator[Shot | int]:
        t = self._times.at(pts, dts)
        if not self._due(t, self._plan.distance or 0.0):
            self._skip()
            return
        self._plan.decoded += 1
        frames, damaged = self._opened.alone(packet)
        self.index += 1
        self._sound = bool(frames)
        if frames:
            yield Shot(t, frames[-1], self.index, due=True)
            return
        self._sampler.missed()
        self._plan.whole = damaged > 0
        if damaged:
            yield damaged

    def _followed(self, packet: Packet) -> Iterator[Shot | int]:
        self._plan.decoded += packet.size > 0
        frames, damaged = self._opened.follow(packet)
        yield from self._shots(frames, damaged)
        if damaged and packet.is_keyframe:
            self._sound = False
            self._plan.wait()

    def _rest(self) -> Iterator[Shot | int]:
        """Empty the decoder; now a frame's number is its packet's, whatever became of those before."""
        if self._opened.fed:
            yield from self._shots(*self._opened.rest())
            self.index = max(self.index, self._packets - 2)

    def _shots(self, frames: list[VideoFrame], damaged: int) -> Iterator[Shot | int]:
        if damaged:
            self.index += damaged
            yield damaged
        for frame in frames:
            self.index += 1
            self._sound = True
            pts = seconds(frame.pts, frame)
            t = self._times.at(pts, seconds(frame.dts, frame))
            self._ahead = None if pts is None else t + self._start - pts
            yield Shot(t, frame, self.index)

    @property
    def _opened(self) -> "_Tap":
        if self._tap is None:
            raise RuntimeError("no stream was opened")
        return self._tap


class _Tap:
    """A stream's decoder. `fed`: it holds what later packets may refer to."""

    def __init__(self, stream: VideoStream) -> None:
        self.fed = False
        self._stream = stream
        self._fresh = True
        self._floor: int | None = None
        self._leading = 0

    def follow(self, packet: Packet) -> tuple[list[VideoFrame], int]:
        """Decode on."""
        if not self.fed and not self._fresh:
            self._floor, self._leading = packet.pts, LEADING
        self.fed, self._fresh = True, False
        frames, damaged = decode(packet)
        return (frames if self._floor is None else self._from_floor(frames)), damaged

    def _from_floor(self, frames: list[VideoFrame]) -> list[VideoFrame]:
        """Without the pictures before the key frame, which are broken when what they refer to was skipped."""
        for at, frame in enumerate(frames):
            self._leading -= 1
            if frame.pts is None or self._floor is None or frame.pts >= self._floor or self._leading < 0:
                self._floor = None
                return frames[at:]
        return []

    def alone(self, packet: Packet) -> tuple[list[VideoFrame], int]:
        """Decode one key frame by itself."""
        self._fresh = False
        frames, damaged = decode(packet)
        late, _ = self.rest()  # a decoder that puts frames into order would keep it until the next ones
        return frames + late, damaged

    def rest(self) -> tuple[list[VideoFrame], int]:
        """What the decoder still holds; then it is empty, and only a key frame may follow."""
        context, frames = self._stream.codec_context, []
        try:
            frames = context.decode(None)
        except av.error.FFmpegError:
            frames = []
        context.flush_buffers()
        self.fed = False
        for frame in frames:
            frame.time_base = self._stream.time_base
        sound = [frame for frame in frames if not frame.is_corrupt]
        return sound, len(frames) - len(sound)
