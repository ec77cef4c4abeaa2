"""A recording through the steps of the live run, as fast as it goes: the same input gives the same bytes."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from edge import assembly
from edge.config import Configuration, as_recording
from edge.eventfile import EventFile, event_file
from edge.evidence import EvidenceStore
from edge.frames import Frame, SourceClock, Trouble
from edge.pipeline import Pipeline
from edge.recording import play
from edge.settings import SourceSettings
from edge.sources import open_source
from edge.steps import Camera

log = logging.getLogger(__name__)

PROGRESS_S = 5.0


class ReplayError(Exception):
    """What was asked for cannot be replayed; the text says why and what can."""


@dataclass(slots=True)
class Summary:
    """What a replay came to; `film_s` is how much of the sources' time was seen."""

    frames: int = 0
    observations: int = 0
    events: int = 0
    film_s: float = 0.0
    seconds: float = 0.0
    failed: int = 0


def chosen(configuration: Configuration, film: Path | None, camera: str | None) -> list[SourceSettings]:
    """The configured recordings, or one camera's zones over a film. Raises ReplayError."""
    sources = configuration.settings.sources
    known = ", ".join(source.id for source in sources)
    if camera is not None:
        sources = [source for source in sources if source.id == camera]
        if not sources:
            raise ReplayError(f"--camera {camera}: is not in the configuration; known are {known}")
    if film is not None:
        if len(sources) > 1:
            raise ReplayError(f"--source needs --camera with several sources; known are {known}")
        if not film.is_file():
            raise ReplayError(f"--source {film}: there is no such file")
    return [_recording(source, film) for source in sources]


def _recording(source: SourceSettings, film: Path | None) -> SourceSettings:
    recording = as_recording(source, film)
    if recording is None:
        how = f"give a recording of it with --source FILE --camera {source.id}"
        raise ReplayError(f"source {source.id} is live ({source.kind}); {how}")
    return recording


class Replay:
    """Runs sources one after the other into a file of events, one a line, in the order they came about."""

    def __init__(self, configuration: Configuration, evidence: Path | None = None) -> None:
        self._configuration = configuration
        self._evidence = evidence
        self.summary = Summary()

    def run(self, sources: list[SourceSettings], out: Path) -> Summary:
        """Write the events; the file appears whole at the end. Raises OSError, ModelError."""
        began = time.monotonic()
        models = assembly.open_models(self._configuration.settings)
        made_by = assembly.audit(self._configuration, models)
        camera = self._camera(models)
        with event_file(out, self._configuration.settings.address.source) as file:
            for source in sources:
                pipeline = assembly.pipeline(source, models, camera, made_by)
                self._one(source, pipeline, file)
            self.summary.events = file.events
        self.summary.seconds = round(time.monotonic() - began, 2)
        return self.summary

    def _camera(self, models: assembly.Models) -> Camera | None:
        if self._evidence is None:
            return None
        return assembly.camera(models, EvidenceStore(self._evidence, max_bytes=2**63))

    def _one(self, source: SourceSettings, pipeline: Pipeline, file: EventFile) -> None:
        clock = SourceClock(time.monotonic, time.time)
        first = last = None
        told = time.monotonic()
        for item, step in play(open_source(source, clock), pipeline):
            if isinstance(item, Frame):
                first, last = first or item, item
                self.summary.frames += 1
            else:
                self._trouble(item)
            file.write(step.finish().drafts)
            if time.monotonic() - told > PROGRESS_S:
                told = time.monotonic()
                log.info("replay: %s: %d frames, %d events", source.id, self.summary.frames, file.events)
        self.summary.observations += pipeline.observations
        self.summary.film_s += round(last.t - first.t, 3) if first and last else 0.0

    def _trouble(self, trouble: Trouble) -> None:
        calm = trouble.state == "ended"
        log.log(logging.INFO if calm else logging.WARNING, "replay: %s: %s", trouble.state, trouble.what)
        self.summary.failed += trouble.state == "failed"
