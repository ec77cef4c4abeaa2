"""Watching a stream for some seconds: what comes, when, and what decoding it costs.

One picture stays in memory, for who measures what looking costs; none is kept.
"""

import statistics
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from edge.diagnosis.cameras import Stream
from edge.diagnosis.stamps import Arrival, paced
from edge.streams.decoded import Decoded
from edge.streams.plan import LATE
from edge.streams.video import Converter, decode, packets
from edge.streams.viewing import Packet

Outcome = Literal["watched", "silent", "over"]
FOLLOW_S = 0.8  # of the processor, for one stream: others want to be measured as well, and a node may run
LONGEST_S = 20.0  # to wait for a second key frame


@dataclass
class _Notes:
    """What was seen so far."""

    arrivals: list[Arrival] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    alone_ms: list[float] = field(default_factory=list)
    followed_s: float = 0.0
    followed: int = 0
    frames: int = 0
    damaged: int = 0
    last: VideoFrame | None = None


class Watch:
    """One stream, from its opening on."""

    def __init__(self, stream: VideoStream, began: float) -> None:
        self._stream, self._began = stream, began
        self._tick = float(stream.time_base or 0)
        self._seen = _Notes()
        self._following = False
        self._first: float | None = None

    def live(self, container: InputContainer, seconds: float, idle: float, stall: float) -> Outcome:
        """Watch for so long, or longer until it is known whether key frames come often enough.

        stall: after so long without a packet it is silent. Raises FFmpegError.
        """
        last = time.monotonic()
        until = last + seconds
        patience = min(LONGEST_S, LATE * idle + 0.5)
        for packet in packets(container, self._stream):
            before, now = last, time.monotonic()
            last = now
            if now - before >= stall:  # cut short, FFmpeg first hands out what it was still assembling
                return "silent"
            self._note(packet, now)
            waited = now - (self._first or now)
            if now > until and (len(self._seen.keys) > 1 or waited > patience or waited > LONGEST_S):
                return "watched"
        return "over"

    def film(self, container: InputContainer, seconds: float) -> None:
        """As much of a film as these seconds of stream, or of time, are."""
        until = time.monotonic() + seconds
        for packet in packets(container, self._stream):
            self._note(packet, None)
            if time.monotonic() > until or (len(self._seen.keys) > 1 and self._span() > 2 * seconds):
                return

    def _span(self) -> float:
        stamps = [a.stamp for a in self._seen.arrivals if a.stamp is not None]
        return stamps[-1] - stamps[0] if len(stamps) > 1 else 0.0

    def _note(self, packet: Packet, now: float | None) -> None:
        if not packet.size:
            return
        seen, raw = self._seen, packet.dts if packet.dts is not None else packet.pts
        stamp = None if raw is None else raw * self._tick
        seen.arrivals.append(Arrival(now, stamp))
        self._first = self._first if self._first is not None else now
        if packet.is_keyframe:
            at = stamp if stamp is not None else now
            seen.keys += [at] if at is not None else []
            self._key(packet)
        elif self._following and seen.followed_s < FOLLOW_S:
            self._follow(packet)
        else:
            self._following = False

    def _key(self, packet: Packet) -> None:
        """The first is followed, to learn what every picture costs; later ones are decoded by themselves."""
        if not self._seen.followed:
            self._following = True
            self._follow(packet)
            return
        if self._following and self._seen.followed < 5:
            self._follow(packet)
            return
        context = self._stream.codec_context
        if self._following:
            context.flush_buffers()
        self._following = False
        began = time.thread_time()
        frames, damaged = decode(packet)
        frames += context.decode(None)
        self._seen.alone_ms.append((time.thread_time() - began) * 1000)
        context.flush_buffers()
        self._took(frames, damaged)

    def _follow(self, packet: Packet) -> None:
        began = time.thread_time()
        frames, damaged = decode(packet)
        self._seen.followed_s += time.thread_time() - began
        self._seen.followed += 1
        self._took(frames, damaged)

    def _took(self, frames: list[VideoFrame], damaged: int) -> None:
        self._seen.frames += len(frames)
        self._seen.damaged += damaged
        self._seen.last = frames[-1] if frames else self._seen.last

    def told(self) -> Stream | None:
        """What it comes to; None where not one picture could be had."""
        seen, context = self._seen, self._stream.codec_context
        if seen.last is None:
            return None
        pace = paced(seen.arrivals)
        followed = seen.followed_s * 1000 / seen.followed if seen.followed else None
        keys = [b - a for a, b in pairwise(seen.keys)]
        last = seen.arrivals[-1].at
        return Stream(
            codec=context.name,
            width=seen.last.width,
            height=seen.last.height,
            frames=seen.frames,
            damaged=seen.damaged,
            watched_s=self._span() if last is None else last - (self._first or last),
            fps=pace.fps,
            key_s=round(max(keys), 3) if keys else None,
            key_ms=_ms(statistics.median(seen.alone_ms)) if seen.alone_ms else _ms(followed),
            frame_ms=_ms(followed),
            first_s=None if self._first is None else round(self._first - self._began, 2),
            pace=pace.pace,
            backwards=pace.backwards,
            unstamped=pace.unstamped,
            late_s=pace.late_s,
            ahead_s=pace.ahead_s,
        )

    @property
    def picture(self) -> Decoded | None:
        """The last picture, in memory alone."""
        return None if self._seen.last is None else Decoded(self._seen.last, Converter())


def _ms(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
