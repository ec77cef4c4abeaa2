"""Decisions made again from what was observed: the same bytes, without pictures, models or network.

Where the configuration is not the one that the journal was written with, the places are taken from the
journal, and the zones and rules of today judge what was seen then, beginning with nothing open.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from edge.config import Configuration
from edge.eventfile import EventFile, event_file
from edge.journal.blocks import UnknownVersion
from edge.journal.rerun import Rerun
from edge.journal.segments import sources
from edge.replay import PROGRESS_S, ReplayError, Summary
from edge.settings import SourceSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a journal is replayed: one source or all, and the events between two times (UTC seconds)."""

    directory: Path
    camera: str | None = None
    since: float = float("-inf")
    until: float = float("inf")

    def chosen(self, configured: Sequence[SourceSettings]) -> list[SourceSettings]:
        """The sources that are configured and journaled. Raises ReplayError."""
        kept = sources(self.directory)
        if not kept:
            raise ReplayError(f"--journal {self.directory}: holds no journal")
        names = [source.id for source in configured]
        if self.camera is not None and self.camera not in names:
            raise ReplayError(
                f"--camera {self.camera}: is not in the configuration; known are {', '.join(names)}"
            )
        if self.camera is not None and self.camera not in kept:
            raise ReplayError(f"--camera {self.camera}: has no journal here; {', '.join(kept)} have")
        found = [s for s in configured if s.id in kept and self.camera in (None, s.id)]
        if not found:
            raise ReplayError(f"--journal {self.directory}: holds {', '.join(kept)}, none is configured")
        return found


def moment(option: str, text: str | None) -> float | None:
    """A time of the command line as UTC seconds. Raises ReplayError."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise ReplayError(f"{option} {text}: is no time; one is written 2026-03-01T08:00:00Z")
    return read.timestamp()


class JournalReplay:
    """Runs journals one after the other into a file of events."""

    def __init__(self, configuration: Configuration, wanted: Wanted) -> None:
        self._configuration = configuration
        self._wanted = wanted
        self.summary = Summary()

    def run(self, out: Path) -> Summary:
        """Write the events; the file appears whole at the end. Raises ReplayError, OSError."""
        began = time.monotonic()
        settings = self._configuration.settings
        chosen = self._wanted.chosen(settings.watched)
        with event_file(out, settings.address.source) as file:
            for source in chosen:
                self._one(source, file)
            self.summary.events = file.events
        self.summary.seconds = round(time.monotonic() - began, 2)
        return self.summary

    def _one(self, source: SourceSettings, file: EventFile) -> None:
        """Raises ReplayError for a journal of another version."""
        wanted, told = self._wanted, time.monotonic()
        rerun = Rerun(source, self._configuration, wanted.directory, wanted.since, wanted.until)
        try:
            for drafts in rerun.drafts():
                file.write([draft for draft in drafts if wanted.since <= draft.utc <= wanted.until])
                if time.monotonic() - told > PROGRESS_S:
                    told = time.monotonic()
                    log.info("replay: %s: %d looks, %d events", source.id, rerun.looks, file.events)
        except UnknownVersion as error:
            raise ReplayError(str(error)) from error
        self.summary.observations += rerun.looks
        self.summary.film_s += round(rerun.span_s, 3)
