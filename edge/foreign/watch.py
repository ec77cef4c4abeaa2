"""One analysed camera: what its system tells is kept as tracks; each second it is looked at, and decided."""

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Final

from broker.events import ClockQuality
from broker.messages import SourceReport
from edge.answering import Answering
from edge.checks import Ask, Verdict
from edge.drafts import Batch
from edge.foreign.pictures import Pictures
from edge.foreign.presence import Presence, Standing, Word
from edge.frames import MICRO, Trouble
from edge.journal.writer import Writer
from edge.observation import Observation, View
from edge.pipeline import Pipeline
from edge.seen import Seen
from edge.settings import SourceSettings
from edge.steps import Step
from edge.streams.connection import Connection, Happening
from edge.tracked import Tracked
from edge.troubles import fit

log = logging.getLogger(__name__)

HAPPENINGS: Final[dict[Word, Happening]] = {
    "lost": "failure",
    "silent": "silence",
    "settling": "frame",
    "ok": "frame",
}


@dataclass(slots=True)
class Heard:
    """What the way in has told, for the thread that decides. Of one camera; guarded by `lock`."""

    tracked: Tracked
    presence: Presence
    messages: int = 0
    last: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, seen: Seen, now: float) -> None:
        """One message about a thing, if it is about this camera."""
        with self.lock:
            self.tracked.take(seen, now)

    def any(self, now: float) -> None:
        """The system said anything at all."""
        with self.lock:
            self.messages += 1
            self.last = now
            self.tracked.heard(now)
            self.presence.heard(now)

    def fares(self, what: str, why: str | None, now: float) -> None:
        """Something speaks against what is told, or (None) does not any more."""
        with self.lock:
            if why is None:
                self.presence.well(what, now)
            else:
                self.presence.against(what, why)

    def begins(self, now: float) -> None:
        """The system says that it is there: what it told before it says again, under other tracks."""
        with self.lock:
            self.tracked.lost()
            self.presence.begins(now)

    def look(self, now: float, utc: float, quality: ClockQuality) -> tuple[Observation, Standing]:
        """What is seen now, and whether it may be believed. What was told before a break is forgotten."""
        with self.lock:
            standing = self.presence.standing(now)
            if standing.word in ("lost", "silent"):
                self.tracked.lost()
            return self.tracked.look(now, utc, quality), standing


class Watch:
    """`tick` and `finish` on the threads that decide; `ask` and `report` from any."""

    def __init__(
        self,
        source: SourceSettings,
        pipeline: Pipeline,
        answering: Answering,
        heard: Heard,
        writer: Writer | None,
        pictures: Pictures | None,
    ) -> None:
        self.source, self.pipeline, self.heard, self.writer = source, pipeline, heard, writer
        self.stored = float("-inf")
        self._answering = answering
        self._pictures = pictures
        self._asks: queue.SimpleQueue[Ask | Verdict] = queue.SimpleQueue()
        self._connection = Connection()
        self._standing = Standing("unheard", "")
        self._off: float | None = None

    def ask(self, ask: Ask | Verdict) -> None:
        """Look at a place again, and answer; or tell a verdict that needs no look."""
        self._asks.put(ask)

    def tick(self, now: float, utc: float, quality: ClockQuality) -> Step:
        """One look."""
        seen, standing = self.heard.look(round(now, MICRO), round(utc, MICRO), quality)
        health = self._fares(standing, utc, quality)
        steps = [Step(health), *self._asked(now, utc, quality)]
        if standing.word != "unheard":
            steps.append(self._decided(seen, standing))
        if self.pipeline.late(now):
            steps.append(self.pipeline.overdue(now, utc, quality))
        return Step(reduce(Batch.then, (step.told for step in steps)), tuple(_untold(steps)))

    def _decided(self, seen: Observation, standing: Standing) -> Step:
        """In a look that may not be believed nothing opens and nothing clears."""
        if standing.word != "ok":
            self._off = seen.t if self._off is None else self._off
            view = View("doubtful", self._off, text=standing.text)
            seen = replace(seen, sightings=(), trusted=False, view=view)
        else:
            self._off = None
        if self._pictures is None:
            return self.pipeline.decide(seen)
        return self.pipeline.decide(seen, self._pictures.frame(self.source.id, self.pipeline.observations))

    def _asked(self, now: float, utc: float, quality: ClockQuality) -> list[Step]:
        answered = []
        while not self._asks.empty():
            ask = self._asks.get()
            if isinstance(ask, Ask):
                self.pipeline.ask(ask, now)
            else:
                answered.append(self._answering.answer(ask, utc, quality))
        return answered

    def _fares(self, standing: Standing, utc: float, quality: ClockQuality) -> Batch:
        """What has changed for the source as a whole."""
        self._standing = standing
        happening = HAPPENINGS.get(standing.word)
        if happening is None:
            return Batch()
        state = self._connection.on(happening, standing.text if happening == "failure" else "")
        if state is not None:
            level = logging.INFO if state == "recovered" else logging.WARNING
            log.log(level, "source %s: %s: %s", self.source.id, state, standing.text)
        if happening == "frame":  # also what an earlier process had raised
            return self.pipeline.happened("frame", "it is heard again", utc, quality)
        if state is None:
            return Batch()
        return self.pipeline.trouble(Trouble(self.source.id, state, standing.text), utc, quality)

    def report(self, now: float) -> SourceReport:
        """How it fares; its frames are the messages of its system."""
        last, standing = self.heard.last, self._standing
        return SourceReport(
            id=self.source.id,
            state=self._connection.state,
            frames=self.heard.messages,
            dropped=0,
            age_s=None if last is None else round(max(0.0, now - last), 1),
            trouble=None if standing.word == "ok" or not standing.text else fit(standing.text),
        )


def _untold(steps: Iterable[Step]) -> Iterator[Callable[[], Batch]]:
    for step in steps:
        yield from step.untold
