"""Reading a recorded video: its frames with their own times, its faults in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

import av
import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from edge.frames import Trouble, TroubleState
from edge.streams.streamtime import DamageCount, RecordedTimes
from edge.streams.video import Look, NoVideo, decode, packets, seconds, video_stream

# A recording that ends this much before the time its header gives was cut off.
CUT_S = 1.0
# Reading errors in a row after which a file is given up.
GIVE_UP = 50

Say = Callable[[TroubleState, str], Trouble]
Packet: TypeAlias = "av.Packet[VideoStream]"


@dataclass(frozen=True, slots=True)
class Shot:
    """A decoded frame and its seconds since the first one played."""

    t: float
    frame: VideoFrame


class Film:
    """One file, or the frames first..last of it, to be run through as often as one likes.

    `length` is known after a run: the time of its last frame and one more gap. Faults are said on the first
    run only.
    """

    def __init__(self, path: Path, segment: tuple[int, int] | None, say: Say) -> None:
        self.gap = 1.0
        self.length = 0.0
        self._path = path
        self._segment = segment
        self._say = say
        self._again = False

    def run(self) -> Iterator[Shot | Trouble]:
        """Once through, times from 0. Raises NoVideo, OSError or FFmpegError when nothing can be played."""
        if not self._path.is_file():
            raise NoVideo("is a folder, not a file" if self._path.is_dir() else "there is no such file")
        with av.open(str(self._path), metadata_errors="replace") as container:
            for item in self._run(video_stream(container)):
                if isinstance(item, Shot) or not self._again:
                    yield item
        self._again = True

    def _run(self, stream: VideoStream) -> Iterator[Shot | Trouble]:
        rate = stream.average_rate
        self.gap = 1.0 / float(rate) if rate else 1.0
        reel = _Reel(stream, RecordedTimes(self.gap), self._say)
        first, last = self._segment or (0, None)
        begin: float | None = None
        for item in reel.items():
            if isinstance(item, Trouble):
                yield item
            elif reel.position >= first:
                begin = item.t if begin is None else begin
                self.length = item.t - begin + self.gap
                yield Shot(item.t - begin, item.frame)
            if last is not None and reel.position >= last:
                break
        if begin is None:
            raise NoVideo(self._nothing(reel.position + 1))
        yield from reel.faults(last)

    def _nothing(self, frames: int) -> str:
        if not frames or self._segment is None:
            return "not one frame in it can be decoded"
        return f"segment {list(self._segment)} lies outside its {frames} frames (0 to {frames - 1})"


class _Reel:
    """One run through an open container. `position` counts frames from 0, damaged ones too."""

    def __init__(self, stream: VideoStream, times: RecordedTimes, say: Say) -> None:
        self.position = -1
        self._stream = stream
        self._container = cast(InputContainer, stream.container)
        self._times = times
        self._say = say
        self._damage = DamageCount()
        self._look = Look()

    def items(self) -> Iterator[Shot | Trouble]:
        """Every sound frame, and what is wrong with the others."""
        for packet in self._packets():
            frames, damaged = decode(packet)
            self.position += damaged
            self._damage.add(damaged)
            for frame in frames:
                self.position += 1
                if count := self._damage.due(self._times.last or 0.0):
                    yield self._skipped(count)
                if change := self._look.change(self._stream.codec_context.name, frame):
                    yield self._say("changed", change)
                pts, dts = seconds(frame.pts, frame), seconds(frame.dts, frame)
                yield Shot(self._times.at(pts, dts), frame)

    def _packets(self) -> Iterator[Packet]:
        errors = 0
        while True:
            try:
                for packet in packets(self._container, self._stream):
                    errors = 0
                    yield packet
                return
            except av.error.FFmpegError:
                errors += 1  # the reader stands behind the bad place and may go on from there
                if errors > GIVE_UP:
                    raise

    def _skipped(self, count: int) -> Trouble:
        where = f"about {self._times.last or 0.0:.1f} s"
        return self._say("damaged", f"{count} damaged frame(s) at {where} are skipped")

    def faults(self, last: int | None) -> Iterator[Trouble]:
        """What is known only after the run; `last` is the last frame that was asked for."""
        if count := self._damage.rest():
            what = f"{count} more damaged frame(s) are skipped, {self._damage.total} in all"
            yield self._say("damaged", what)
        if mended := self._times.mended:
            what = f"{mended} time stamp(s) are missing or do not grow; the frame rate stands in for them"
            yield self._say("damaged", what)
        if last is not None and self.position < last:
            yield self._say("damaged", f"has no frame {last}; its last one is {self.position}")
        if last is None and (missing := self._missing()) > CUT_S:
            yield self._say("damaged", f"is cut off: the last {missing:.1f} s of it are missing")

    def _missing(self) -> float:
        declared = max((self._container.duration or 0) / 1_000_000, self._stream.frames * self._times.gap)
        return declared - (self._times.last or 0.0) - self._times.gap
