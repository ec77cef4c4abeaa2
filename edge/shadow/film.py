"""Two models on the same films: what each sees on the same pictures, and what each would have opened.

The running model's looks are the pictures that are compared. What each would have opened comes from a replay
of its own, with its own looks: a model that sees a thing ripen looks sooner again, and that belongs to it.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from broker.events import Audit, Incident, IncidentCleared, IncidentOpened
from edge import assembly
from edge.drafts import Draft
from edge.frames import Frame, SourceClock
from edge.perception.glance import Glance
from edge.perception.observer import pictures_of
from edge.pipeline import Pipeline
from edge.recording import play
from edge.settings import SourceSettings
from edge.shadow.beside import Floors
from edge.shadow.comparing import Naming, Tally, differences
from edge.shadow.openings import Opening, Openings, compared
from edge.shadow.overseen import Overseen
from edge.sources import open_source
from models.detections import Detections
from models.runtime import LoadedDetector


@dataclass(slots=True)
class Seen:
    """What was compared. ms: of a picture, the medians; film_s: of the sources' time."""

    pictures: int = 0
    failed: int = 0
    film_s: float = 0.0
    tally: Tally = field(default_factory=Tally)
    openings: Openings = field(default_factory=lambda: Openings((), (), ()))
    ms: float | None = None
    running_ms: float | None = None


@dataclass(slots=True)
class _Timed:
    """A detector that is timed at each call."""

    detector: LoadedDetector
    ms: list[float] = field(default_factory=list)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.detector.labels

    def detect(self, pictures: Sequence[object]) -> list[Detections]:
        began = time.perf_counter()
        found = self.detector.detect(pictures)  # type: ignore[arg-type]
        self.ms.append((time.perf_counter() - began) * 1000.0 / max(1, len(pictures)))
        return found

    @property
    def median(self) -> float | None:
        return round(statistics.median(self.ms), 2) if self.ms else None


class TwoModels:
    """models: of the node, the running one first. say: hears of how far it is."""

    def __init__(
        self,
        models: assembly.Models,
        shadow: LoadedDetector,
        floors: Floors,
        made_by: Audit,
        say: Callable[[str], None] = lambda _words: None,
    ) -> None:
        self._models, self._floors, self._made_by, self._say = models, floors, made_by, say
        self._running, self._shadow = _Timed(models.main), _Timed(shadow)
        self._names = Naming(models.main.labels), Naming(shadow.labels)
        self._seen = Seen()

    def run(self, sources: Sequence[SourceSettings]) -> Seen:
        """Every film through both. Raises OSError for one that cannot be read."""
        running, shadow = [], []
        for source in sources:
            self._say(f"{source.id}: the model that runs, and the shadow on its pictures")
            running += self._played(source, self._running, self._floors.running, self._compare)
            self._seen.running_ms, self._seen.ms = self._running.median, self._shadow.median
            self._say(f"{source.id}: the shadow by itself")
            shadow += self._played(source, _Timed(self._shadow.detector), self._floors.shadow, None)
        self._seen.openings = compared(running, shadow)
        return self._seen

    def _played(
        self,
        source: SourceSettings,
        detector: _Timed,
        score: float,
        hear: Callable[[Glance, Sequence[Detections]], None] | None,
    ) -> list[Opening]:
        models = replace(self._models, main=cast(LoadedDetector, detector), score=score)
        eyes = assembly.eyes(source, models)
        seeing = eyes if hear is None else Overseen(eyes, hear)
        pipeline = Pipeline(source, seeing, assembly.lookouts(source), None, self._made_by)
        openings = _Openings()
        first = last = None
        for item, step in play(open_source(source, SourceClock(time.monotonic, time.time)), pipeline):
            if isinstance(item, Frame):
                first, last = first or item, item
                openings.shift = item.t - item.utc
            openings.take(step.finish().drafts)
        if hear is not None and first is not None and last is not None:
            self._seen.film_s += round(last.t - first.t, 3)
        return openings.found(0.0 if first is None else first.t)

    def _compare(self, glance: Glance, found: Sequence[Detections]) -> None:
        regions = () if glance.wish is None else glance.wish.regions
        try:
            theirs = self._shadow.detect(pictures_of(glance))
        except Exception as error:  # whatever it is, it is one picture's
            self._say(f"the shadow failed on a picture: {error}")
            self._seen.failed += 1
            return
        running = self._names[0].things(regions, found, self._floors.running)
        other = self._names[1].things(regions, theirs, self._floors.shadow)
        self._seen.tally.add(differences(running, other))
        self._seen.pictures += 1


class _Openings:
    """The situations of one replay. shift: from UTC to the film's time."""

    def __init__(self) -> None:
        self.shift = 0.0
        self._by_subject: dict[str, Opening] = {}

    def take(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if draft.model is IncidentOpened and isinstance(draft.data, Incident):
                self._by_subject[draft.subject] = _opening(draft.data, draft.utc + self.shift)
            elif draft.model is IncidentCleared and draft.subject in self._by_subject:
                before = self._by_subject[draft.subject]
                self._by_subject[draft.subject] = replace(before, until=draft.utc + self.shift)

    def found(self, start: float) -> list[Opening]:
        """In seconds from the film's start."""
        return [
            replace(each, t=each.t - start, until=None if each.until is None else each.until - start)
            for each in self._by_subject.values()
        ]


def _opening(incident: Incident, t: float) -> Opening:
    zone = incident.zone.id if incident.zone else ""
    return Opening(incident.source.id, zone, incident.rule.id, incident.kind, t, None, incident.box)
