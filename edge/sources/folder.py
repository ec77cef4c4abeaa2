"""A folder of pictures: played in order, or watched while a camera drops snapshots into it."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator
from typing_extensions import Self

from broker.settings import Duration
from edge.frames import Frame, SourceClock, Trouble, TroubleState
from edge.settings import SourceSettings
from edge.streams.connection import Connection, Happening
from edge.streams.pacing import Pacer
from edge.streams.pictures import DAMAGED, Arrivals, Entry, by_name, by_time, fault, listed, picture
from edge.streams.streamtime import Sampler

Positive = Annotated[Duration, Field(gt=0)]


class Settings(SourceSettings):
    """A folder of JPEG or PNG files. `every` is the time from one to the next, unless it is watched."""

    kind: Literal["folder"]
    path: Path
    order: Literal["name", "time"] = "name"
    every: Positive = 1.0
    watch: bool = False
    poll: Positive = 1.0
    stall: Positive = 600.0
    pace: Literal["realtime", "fast"] = "realtime"
    start: AwareDatetime | None = None

    @model_validator(mode="after")
    def _watched_in_real_time(self) -> Self:
        if self.watch and (self.pace == "fast" or self.start is not None):
            raise ValueError("watch shows what happens now: neither pace: fast nor start is allowed")
        return self


def open_source(settings: Settings, clock: SourceClock) -> "FolderSource | WatchedFolder":
    """The pictures that are there, or those that come. A replay (`pace: fast`) never watches."""
    if settings.watch and settings.pace == "realtime":
        return WatchedFolder(settings, clock)
    return FolderSource(settings, clock)


class FolderSource:
    """Plays the pictures of a folder as they lie there, `every` seconds apart."""

    live = False

    def __init__(self, settings: Settings, clock: SourceClock) -> None:
        self._settings = settings
        self._clock = clock
        self._closed = threading.Event()
        self._sampler = Sampler(settings.sample)

    def want(self, interval_s: float) -> None:
        """Show pictures so many seconds apart from now on, at the nearest."""
        self._sampler.interval = interval_s

    def close(self) -> None:
        """Stop soon."""
        self._closed.set()

    def frames(self) -> Iterator[Frame | Trouble]:
        """Sampled pictures; the last item is the trouble `ended`, or `failed` where there is none to show."""
        try:
            entries = self._ordered()
        except OSError as error:
            yield self._trouble("failed", f"cannot be read: {error.strerror}")
            return
        shown = False
        for item in self._shown(entries):
            if self._closed.is_set():
                return
            shown = shown or isinstance(item, Frame)
            yield item
        what = "every picture was shown" if shown else "there is no JPEG or PNG file in it that can be read"
        yield self._trouble("ended" if shown else "failed", what)

    def _ordered(self) -> list[Entry]:
        entries = listed(self._settings.path)
        key = by_time if self._settings.order == "time" else by_name
        return sorted(entries, key=key)

    def _shown(self, entries: list[Entry]) -> Iterator[Frame | Trouble]:
        pacer = Pacer(self._settings.pace, self._settings.start, self._clock, self._closed)
        for index, entry in enumerate(entries):
            seconds = index * self._settings.every
            if not self._sampler.due(seconds):
                continue
            try:
                image = picture(entry.path)
            except DAMAGED as error:
                yield self._trouble("damaged", f"{entry.name} is skipped: {fault(error)}")
                continue
            if now := pacer.moment(seconds):
                yield Frame(image, self._settings.id, index, now.t, now.utc, now.clock)

    def _trouble(self, state: TroubleState, what: str) -> Trouble:
        return Trouble(self._settings.id, state, f"{self._settings.path}: {what}")


class WatchedFolder:
    """Shows pictures as they come into a folder, beginning with the newest that is there."""

    live = True

    def __init__(self, settings: Settings, clock: SourceClock) -> None:
        self._settings = settings
        self._clock = clock
        self._closed = threading.Event()
        self._arrivals = Arrivals()
        self._sampler = Sampler(settings.sample)
        self._connection = Connection()
        self._index = -1
        self._heard = 0.0

    def want(self, interval_s: float) -> None:
        """Show pictures so many seconds apart from now on, at the nearest."""
        self._sampler.interval = interval_s

    def close(self) -> None:
        """Stop soon."""
        self._closed.set()

    def frames(self) -> Iterator[Frame | Trouble]:
        """Pictures and troubles until closed; it never ends by itself."""
        self._heard = self._clock.monotonic()
        while not self._closed.is_set():
            try:
                ready = self._arrivals.look(listed(self._settings.path))
            except OSError as error:
                yield from self._say("failure", "folder", f"cannot be read: {error.strerror}")
                ready = []
            for entry in ready:
                yield from self._read(entry)
                if self._closed.is_set():
                    return
            if self._clock.monotonic() - self._heard > self._settings.stall:
                what = f"no new picture came for {self._settings.stall:g} s"
                yield from self._say("silence", "silent", what)
            self._clock.wait(self._closed, self._settings.poll)

    def _read(self, entry: Entry) -> Iterator[Frame | Trouble]:
        try:
            image = picture(entry.path)
        except FileNotFoundError:
            self._arrivals.done(entry)
        except DAMAGED as error:
            if self._arrivals.failed(entry):
                yield self._trouble("damaged", f"{entry.name} is skipped: {fault(error)}")
        else:
            self._arrivals.done(entry)
            yield from self._say("frame", "", "pictures come again")
            self._index += 1
            t = self._heard = self._clock.monotonic()
            if self._sampler.due(t):
                utc, quality = self._clock.utc(), self._clock.quality()
                yield Frame(image, self._settings.id, self._index, t, utc, quality)

    def _say(self, happening: Happening, cause: str, what: str) -> Iterator[Trouble]:
        if state := self._connection.on(happening, cause):
            yield self._trouble(state, what)

    def _trouble(self, state: TroubleState, what: str) -> Trouble:
        return Trouble(self._settings.id, state, f"{self._settings.path}: {what}")
