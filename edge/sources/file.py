"""A video file, played once, over and over, or back and forth."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from av.error import FFmpegError
from pydantic import AfterValidator, AwareDatetime, Field

from edge.frames import Frame, SourceClock, Trouble, TroubleState
from edge.settings import SourceSettings
from edge.streams.decoded import Decoded
from edge.streams.film import Film, Shot
from edge.streams.pacing import Pacer
from edge.streams.streamtime import Sampler
from edge.streams.video import Converter, NoVideo, words

# Ping-pong keeps its decoded frames; a longer shot would fill the memory of a small box.
HELD_BYTES = 512 * 1024 * 1024

Index = Annotated[int, Field(ge=0)]


def _ordered(segment: tuple[int, int]) -> tuple[int, int]:
    if segment[0] > segment[1]:
        raise ValueError(f"the first frame ({segment[0]}) comes after the last ({segment[1]})")
    return segment


class Settings(SourceSettings):
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

    def close(self) -> None:
        """Stop soon."""
        self._closed.set()

    def frames(self) -> Iterator[Frame | Trouble]:
        """Sampled frames; the last item is the trouble `ended`, or `failed` where nothing could be played."""
        sampler, converter = Sampler(self._settings.sample), Converter()
        pacer = Pacer(self._settings.pace, self._settings.start, self._clock, self._closed)
        index = -1
        for item in self._played():
            if self._closed.is_set():
                return
            if isinstance(item, Trouble):
                yield item
                continue
            index += 1
            if sampler.due(item.t) and (now := pacer.moment(item.t)):
                picture = Decoded(item.frame, converter)
                yield Frame(picture, self._settings.id, index, now.t, now.utc, now.clock)

    def _played(self) -> Iterator[Shot | Trouble]:
        film = Film(self._settings.path, self._settings.segment, self._trouble)
        play: dict[str, Callable[[], Iterator[Shot | Trouble]]]
        play = {"none": film.run, "loop": lambda: _over_and_over(film), "pingpong": lambda: _to_and_fro(film)}
        try:
            yield from play[self._settings.repeat]()
            yield self._trouble("ended", "the file has ended")
        except NoVideo as error:
            yield self._trouble("failed", str(error))
        except (FFmpegError, OSError) as error:
            yield self._trouble("failed", f"cannot be read as a video: {words(error)}")

    def _trouble(self, state: TroubleState, what: str) -> Trouble:
        return Trouble(self._settings.id, state, f"{self._settings.path}: {what}")


def _over_and_over(film: Film) -> Iterator[Shot | Trouble]:
    start = 0.0
    while True:
        for item in film.run():
            yield item if isinstance(item, Trouble) else Shot(start + item.t, item.frame)
        start += film.length


def _to_and_fro(film: Film) -> Iterator[Shot | Trouble]:
    """Forwards, then backwards with the same spacing, for ever; neither end is shown twice."""
    shots: list[Shot] = []
    held = 0
    for item in film.run():
        if isinstance(item, Shot):
            shots.append(item)
            held += item.frame.width * item.frame.height * 3 // 2
        if held > HELD_BYTES:
            raise NoVideo("is too long to be held for playing back and forth; choose a shorter segment")
        yield item
    last = shots[-1].t
    back = [Shot(2 * last - shot.t, shot.frame) for shot in shots[-2:0:-1]]
    start, period = 0.0, 2 * last or film.gap
    while True:
        yield from (Shot(start + shot.t, shot.frame) for shot in back)
        start += period
        yield from (Shot(start + shot.t, shot.frame) for shot in shots)
