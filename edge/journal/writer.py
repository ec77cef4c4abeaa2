"""Writes the journal of a node. What the disk refuses is counted and left out: the node goes on."""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from broker.events import ClockQuality
from edge.journal import blocks, keeping
from edge.journal.entries import Begin, End, Happened, Pictured, Written
from edge.journal.segments import SegmentFile, named, segments
from edge.journal.settings import JournalSettings
from edge.observation import Observation
from edge.places import Finding
from edge.steps import Shown
from edge.troubles import Happening, fit

log = logging.getLogger(__name__)

HOUR_S = 3600.0
# However the clock leaps: no segments of less than this, and none larger than that.
SHORTEST_S, LARGEST = 60.0, 16_000_000
MOST_BOXES = 20_000  # in one block; each takes some 300 bytes of memory until it is written
RETRY_S = 60.0
TIDY_S = 600.0


class Journal:
    """The journal of one node: a writer for each source, and one bound on time and room for all."""

    def __init__(
        self,
        directory: Path,
        settings: JournalSettings,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        utc: Callable[[], float] = time.time,
    ) -> None:
        self.directory = directory
        self.settings = settings
        self.monotonic = monotonic
        self.utc = utc
        self._lock = threading.Lock()
        self._open: set[Path] = set()
        self._lost: dict[str, int] = {}
        self._why: str | None = None
        self._written = 0
        self._tidied = float("-inf")

    @property
    def trouble(self) -> str | None:
        """What keeps the journal from being written, in words for a deployer; None while all is well."""
        why, lost = self._why, sum(self._lost.values())
        if why is None:
            return None
        return f"the journal cannot be written ({why}); {lost} observations are not in it"

    def writer(self, source: str) -> "Writer":
        """The writer of one source; it writes nothing before `open`."""
        return Writer(self, source)

    def tidy(self, *, at_once: bool = True) -> None:
        """Delete what is too old or too much. Call it now and then: a source may be silent for ever."""
        with self._lock:
            now = self.monotonic()
            if not at_once and now < self._tidied + TIDY_S and self._written < self.settings.max_mb * 2e4:
                return
            self._tidied, self._written = now, 0
            try:
                keeping.tidy(self.directory, self.settings, self.utc(), self._open)
            except OSError as error:
                log.error("journal: what is too old cannot be deleted: %s", error)

    def shrink(self, most: int) -> None:
        """Let the oldest closed segments go until all take so many bytes. Raises OSError."""
        with self._lock:
            bound = self.settings.model_copy(update={"max_mb": max(0.0, most / 1e6)})
            keeping.tidy(self.directory, bound, self.utc(), self._open)

    def create(self, source: str, start: float) -> SegmentFile:
        """A new segment, after all that there are. Raises OSError."""
        folder = self.directory / source
        with self._lock:
            last = max((segment.index for segment in segments(folder)), default=0)
            file = SegmentFile(folder / named(last + 1, start))
            self._open.add(file.path)
        self.tidy(at_once=False)
        return file

    def closed(self, file: SegmentFile) -> None:
        """A segment is not written any more."""
        with self._lock:
            self._open.discard(file.path)

    def check_room(self) -> None:
        """Raises OSError where the disk has less left than others need."""
        self.directory.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.directory).free
        if free < self.settings.leave_mb * 1e6:
            raise OSError(f"only {free / 1e6:.0f} MB are free and {self.settings.leave_mb:g} are to be left")

    def wrote(self, source: str, size: int) -> None:
        """A block lies on the disk."""
        with self._lock:
            self._written += size
            if self._lost.pop(source, None) is not None and not self._lost:
                log.warning("journal: it can be written again")
                self._why = None

    def fail(self, source: str, why: str) -> None:
        """What this source has to write is lost from here on."""
        with self._lock:
            if self._why is None:
                log.error("journal: cannot be written (%s); the node goes on without it", why)
            self._why = why
            self._lost.setdefault(source, 0)

    def lose(self, source: str) -> None:
        """One observation will never be written."""
        with self._lock:
            self._lost[source] = self._lost.get(source, 0) + 1


class Writer:
    """The journal of one source. Its looks and happenings come from one thread, the rest from any."""

    def __init__(self, journal: Journal, source: str) -> None:
        self._journal, self._source = journal, source
        self._lock = threading.Lock()
        self._begin: Callable[[], Begin] | None = None
        self._file: SegmentFile | None = None
        self._hour: int | None = None
        self._began = self._since = self._retry = float("-inf")
        self._entries: list[Written] = []
        self._boxes = 0
        self._number = 0

    def open(self, begin: Callable[[], Begin]) -> None:
        """Start a segment. begin: asked for the state now, and before the first look of every later segment.

        It is called from the thread that calls `open` or `seen`; number 0 means that nothing was known.
        """
        with self._lock:
            self._begin = begin
            first = begin()
            self._start(replace(first, start="resumed" if first.number else "fresh"))

    def turn(self, begin: Callable[[], Begin]) -> None:
        """From here on something else is decided: end the segment, and start one that tells of that."""
        with self._lock:
            first = begin()
            if self._begin is not None:
                self._end()
            self._begin = begin
            self._start(replace(first, start="resumed" if first.number else "fresh"))

    def seen(self, seen: Observation) -> None:
        """One observation, before anything is decided on it."""
        with self._lock:
            self._turn(seen.utc)
            self._add(seen)
            self._boxes += len(seen.sightings) + len(seen.hidden) + len(seen.regions)
            if self._boxes >= MOST_BOXES or len(self._entries) >= blocks.MOST_LOOKS or self._due():
                self._write()

    def happened(self, what: Happening, text: str, utc: float, quality: ClockQuality) -> None:
        """Something that raised or cleared a condition of the source."""
        with self._lock:
            self._add(Happened(what, fit(text), utc, quality))

    def shown(self, finding: Finding, shown: Shown) -> None:
        """The picture of a finding, or why there is none."""
        what = (finding.situation, finding.phase, finding.revision)
        with self._lock:
            self._add(Pictured(*what, shown.evidence, shown.reason))

    def flush(self) -> None:
        """Everything so far survives a loss of power when this returns, if the disk takes it."""
        try:
            with self._lock:
                self._write()
                forced = None if self._file is None else self._file.forced()
            if forced is not None:
                forced.sync()
        except OSError as error:
            self._journal.fail(self._source, _words(error))

    def close(self) -> None:
        """Write the rest. May be called twice."""
        with self._lock:
            if self._begin is not None:
                self._add(End())
                self._end()
                self._begin = None

    def _add(self, entry: Written) -> None:
        """Entries without a Begin before them would explain nothing."""
        if not self._entries and self._file is None:
            self._lost(entry)
            return
        if not self._entries:
            self._since = self._journal.monotonic()
        self._entries.append(entry)

    def _turn(self, utc: float) -> None:
        """Start the next segment where it is time to."""
        now = self._journal.monotonic()
        if self._begin is None:
            return
        idle = self._file is None and not self._entries
        over = now >= self._began + SHORTEST_S and self._full(_hour(utc))
        if now >= self._retry and (idle or over) and (begin := self._asked(self._begin)) is not None:
            if not idle:
                self._end()
            self._start(begin)
        if self._hour is None:
            self._hour = _hour(utc)

    def _asked(self, begin: Callable[[], Begin]) -> Begin | None:
        """The state now. Where it cannot be had the old segment goes on: looking must not stop for it."""
        try:
            return begin()
        except Exception:  # whatever it is, it is the journal's trouble alone
            log.exception("journal: source %s: no segment can begin now; tried again later", self._source)
            self._retry = self._journal.monotonic() + RETRY_S
            return None

    def _full(self, hour: int) -> bool:
        large = self._file is not None and self._file.size > LARGEST
        return large or self._hour not in (None, hour)

    def _start(self, begin: Begin) -> None:
        self._entries = [begin]
        self._boxes, self._hour = 0, None
        self._began = self._since = self._journal.monotonic()
        self._number = begin.number

    def _due(self) -> bool:
        return self._journal.monotonic() >= self._since + self._journal.settings.buffer

    def _write(self) -> None:
        """Write what waits as one block, or count it as lost. A beginning waits for what it explains."""
        if all(isinstance(entry, Begin) for entry in self._entries):
            return
        entries, self._entries, self._boxes = self._entries, [], 0
        if not self._attempt(lambda: self._put(entries)):
            for entry in entries:
                self._lost(entry)

    def _put(self, entries: list[Written]) -> None:
        data = blocks.encode(entries, self._number)
        self._journal.check_room()
        if self._file is None:
            self._file = self._journal.create(self._source, _start_of(entries, self._journal.utc()))
        self._file.write(data)
        self._number += sum(isinstance(entry, Observation | Happened) for entry in entries)
        self._journal.wrote(self._source, len(data))

    def _attempt(self, act: Callable[[], None]) -> bool:
        """Whether it worked. After a failure the segment is left as it is, and a new one tried later."""
        try:
            act()
            return True
        except Exception as error:  # whatever it is, the journal must not stop the node
            if not isinstance(error, OSError):
                log.exception("journal: source %s: this was not expected", self._source)
            self._journal.fail(self._source, _words(error))
            self._retry = self._journal.monotonic() + RETRY_S
            self._close_file()
            return False

    def _lost(self, entry: Written) -> None:
        if self._begin is not None and isinstance(entry, Observation):
            self._journal.lose(self._source)

    def _end(self) -> None:
        self._write()
        self._close_file()

    def _close_file(self) -> None:
        if self._file is None:
            return
        file, self._file = self._file, None
        self._journal.closed(file)
        file.close()


def _hour(utc: float) -> int:
    return int(utc // HOUR_S) if 0.0 <= utc < blocks.LATEST else -1


def _start_of(entries: list[Written], now: float) -> float:
    """What a segment is named by: its first time that is one, else when it is written."""
    times = (entry.utc for entry in entries if isinstance(entry, Observation | Happened))
    return next((utc for utc in times if 0.0 < utc < blocks.LATEST), now)


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return type(error).__name__
