"""A video file, played once, over and over, or back and forth."""

import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Annotated, Literal

from av.error import FFmpegError
from pydantic import AfterValidator, AwareDatetime, Field

from edge.frames import Decoding, Frame, SourceClock, Trouble, TroubleState
from edge.streams.decoded import Decoded
from edge.streams.film import Film, all_of_them
from edge.streams.hardware import Acceleration, VideoSettings, acceleration
from edge.streams.pacing import Pacer
from edge.streams.plan import Policy
from edge.streams.streamtime import Sampler
from edge.streams.video import Converter, NoVideo, words
from edge.streams.viewing import Shot

# Ping-pong keeps its decoded frames; a longer shot would fill the memory of a small box.
HELD_BYTES = 512 * 1024 * 1024

Index = Annotated[int, Field(ge=0)]


def _ordered(segment: tuple[int, int]) -> tuple[int, int]:
    if segment[0] > segment[1]:
        raise ValueError(f"the first frame ({segment[0]}) comes after the last ({segment[1]})")
    return segment


class Settings(VideoSettings):
    """A video file. `segment` is the first and last frame played, counted from 0, both included."""

    kind: Literal["file"]
    path: Path
    segment: Annotated[tuple[Index, Index], AfterValidator(_ordered)] | None = None
    repeat: Literal["none", "loop", "pingpong"] = "none"
    pace: Literal["realtime", "fast"] = "realtime"
    start: AwareDatetime | None = None


def open_source(settings: Settings, clock: SourceClock) -> "FileSource":
    """The file's frames, in its own time."""
    return FileSource(settings, clock)


class FileSource:
    """Plays one file by the time stamps in it. Damaged frames are skipped and counted."""

    live = False

    def __init__(self, settings: Settings, clock: SourceClock) -> None:
        self._settings = settings
        self._clock = clock
        self._closed = threading.Event()
        self._sampler = Sampler(settings.sample)
        policy: Policy = "full" if settings.repeat == "pingpong" else settings.decode
        self._film = Film(settings.path, settings.segment, policy, self._trouble)

    @property
    def decoding(self) -> Decoding:
        """How the file is decoded now."""
        return self._film.decoding

    def want(self, interval_s: float) -> None:
        """Look at so many seconds' distance from now on."""
        self._sampler.interval = interval_s

    def close(self) -> None:
        """Stop soon."""
        self._closed.set()

    def frames(self) -> Iterator[Frame | Trouble]:
        """Sampled frames; the last item is the trouble `ended`, or `failed` where nothing could be played."""
        converter = Converter()
        pacer = Pacer(self._settings.pace, self._settings.start, self._clock, self._closed)
        for item in self._played():
            if self._closed.is_set():
                return
            if isinstance(item, Trouble):
                yield item
            elif now := pacer.moment(item.t):
                picture = Decoded(item.frame, converter)
                yield Frame(picture, self._settings.id, item.index, now.t, now.utc, now.clock)

    def _played(self) -> Iterator[Shot | Trouble]:
        try:
            hardware = acceleration(self._settings.hardware, self._settings.hardware_device)
            yield from self._repeated(hardware)
            yield self._trouble("ended", "the file has ended")
        except NoVideo as error:
            yield self._trouble("failed", str(error))
        except (FFmpegError, OSError) as error:
            yield self._trouble("failed", f"cannot be read as a video: {words(error)}")

    def _repeated(self, hardware: Acceleration) -> Iterator[Shot | Trouble]:
        film, sampler, repeat = self._film, self._sampler, self._settings.repeat
        if repeat == "pingpong":
            run = film.run(sampler, all_of_them, hardware)
            yield from (s for s in _to_and_fro(run, film) if isinstance(s, Trouble) or sampler.due(s.t))
            return
        yield from film.run(sampler, sampler.due, hardware)
        while repeat == "loop":
            yield from film.run(sampler, sampler.due, hardware)

    def _trouble(self, state: TroubleState, what: str) -> Trouble:
        return Trouble(self._settings.id, state, f"{self._settings.path}: {what}")


def _to_and_fro(run: Iterator[Shot | Trouble], film: Film) -> Iterator[Shot | Trouble]:
    """Forwards, then backwards with the same spacing, for ever; neither end is shown twice."""
    shots: list[Shot] = []
    held = 0
    for item in run:
        if isinstance(item, Shot):
            shots.append(item)
            held += item.frame.width * item.frame.height * 3 // 2
        if held > HELD_BYTES:
            raise NoVideo("is too long to be held for playing back and forth; choose a shorter segment")
        yield item
    last = shots[-1].t
    back = [Shot(2 * last - shot.t, shot.frame, 0) for shot in shots[-2:0:-1]]
    period = 2 * last or film.gap
    lap = back + [Shot(period + shot.t, shot.frame, 0) for shot in shots]
    for at in count():
        laps, step = divmod(at, len(lap))
        yield Shot(laps * period + lap[step].t, lap[step].frame, len(shots) + at)
