"""Reading a recorded video: its frames with their own times, its faults in words."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from edge.frames import Decoding, Trouble, TroubleState
from edge.streams.hardware import Acceleration
from edge.streams.plan import Plan, Policy
from edge.streams.streamtime import DamageCount, RecordedTimes, Sampler
from edge.streams.video import Look, NoVideo, packets, video_stream
from edge.streams.viewing import Due, Packet, Shot, Viewing

# A recording that ends this much before the time its header gives was cut off.
CUT_S = 1.0
# Reading errors in a row after which a file is given up.
GIVE_UP = 50

Say = Callable[[TroubleState, str], Trouble]


def all_of_them(_t: float, _gap: float) -> bool:
    """Every frame is due."""
    return True


class Film:
    """One file, or the frames first..last of it, to be run through as often as one likes.

    Every frame of a segment is decoded, for it is named by numbers. Faults are said on the first run only.
    """

    def __init__(self, path: Path, segment: tuple[int, int] | None, policy: Policy, say: Say) -> None:
        self.gap = 1.0
        self._path = path
        self._segment = segment
        self._say = say
        self._plan = Plan("full" if segment else policy)
        self._again = False
        self._start = 0.0
        self._count = 0

    @property
    def decoding(self) -> Decoding:
        """How it is decoded now."""
        return self._plan.decoding

    def run(self, sampler: Sampler, due: Due, hardware: Acceleration) -> Iterator[Shot | Trouble]:
        """Once through the frames that are due, in times and numbers that go on from the run before.

        due: given a time and the seconds to the next picture, whether this one is wanted. Raises NoVideo,
        OSError or FFmpegError when nothing can be played.
        """
        if not self._path.is_file():
            raise NoVideo("is a folder, not a file" if self._path.is_dir() else "there is no such file")
        with hardware.open(str(self._path)) as container:
            for item in self._run(video_stream(container), sampler, due):
                if isinstance(item, Shot) or not self._again:
                    yield item
        self._again = True

    def _run(self, stream: VideoStream, sampler: Sampler, due: Due) -> Iterator[Shot | Trouble]:
        rate = stream.average_rate
        self.gap = 1.0 / float(rate) if rate else 1.0
        times = RecordedTimes(self.gap)
        start, count = self._start, self._count
        viewing = Viewing(self._plan, sampler, times, lambda t, gap: due(start + t, gap), start)
        reel = _Reel(stream, times, viewing, self._say)
        first, last = self._segment or (0, None)
        begin = 0.0 if self._again and not self._segment else None  # its first frame may not be due again
        for item in reel.items():
            if isinstance(item, Trouble):
                yield item
            elif item.index >= first:
                begin = item.t if begin is None else begin
                t = start + item.t - begin
                if item.due or (item.due is None and due(t, 0.0)):
                    yield Shot(t, item.frame, count + item.index - first)
            if last is not None and viewing.index >= last:
                break
        if begin is None:
            raise NoVideo(self._nothing(viewing.index + 1))
        self._start, self._count = start + times.end - begin, count + viewing.index + 1 - first
        yield from reel.faults(last)

    def _nothing(self, frames: int) -> str:
        if not frames or self._segment is None:
            return "not one frame in it can be decoded"
        return f"segment {list(self._segment)} lies outside its {frames} frames (0 to {frames - 1})"


class _Reel:
    """One run through an open container."""

    def __init__(self, stream: VideoStream, times: RecordedTimes, viewing: Viewing, say: Say) -> None:
        self._stream = stream
        self._container = cast(InputContainer, stream.container)
        self._times = times
        self._viewing = viewing
        self._say = say
        self._damage = DamageCount()
        self._look = Look()
        viewing.open(stream)

    def items(self) -> Iterator[Shot | Trouble]:
        """Every sound frame that was decoded, and what is wrong with the others."""
        for packet in self._packets():
            for item in self._viewing.of(packet):
                if isinstance(item, int):
                    self._damage.add(item)
                    continue
                if count := self._damage.due(item.t):
                    yield self._skipped(count)
                if change := self._look.change(self._stream.codec_context.name, item.frame):
                    yield self._say("changed", change)
                yield item

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
        if last is not None and self._viewing.index < last:
            yield self._say("damaged", f"has no frame {last}; its last one is {self._viewing.index}")
        if last is None and (missing := self._missing()) > CUT_S:
            yield self._say("damaged", f"is cut off: the last {missing:.1f} s of it are missing")

    def _missing(self) -> float:
        declared = max((self._container.duration or 0) / 1_000_000, self._stream.frames * self._times.gap)
        return declared - self._times.end
