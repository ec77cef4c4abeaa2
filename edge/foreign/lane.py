"""All analysed cameras of a node as the node runs them: a way in for each system, one thread that decides,
one that makes pictures and commits."""

import logging
import threading
from collections.abc import Mapping, Sequence
from functools import partial

from broker.messages import SourceAbout, SourceReport
from edge import assembly
from edge.answering import Answering
from edge.carrying import resume, state_of
from edge.checks import Ask, Verdict, VerifySettings
from edge.checks.fit import misfit
from edge.checks.reasons import too_old
from edge.darkroom import Darkroom
from edge.drafts import Batch
from edge.foreign.api import Api
from edge.foreign.box import Box, kind_of
from edge.foreign.pictures import Pictures
from edge.foreign.presence import Presence
from edge.foreign.settings import LOOK_S, AnalyticsSettings
from edge.foreign.watch import Heard, Watch
from edge.journal.beginning import begin
from edge.pipeline import Pipeline
from edge.reception import Reception
from edge.reports import source_about
from edge.settings import SourceSettings
from edge.steps import Step
from edge.tracked import Tracked
from edge.wing import Surroundings, Wanted

log = logging.getLogger(__name__)

JOIN_S = 10.0


class AnalyticsLane:
    """A wing of the node. snapshot_every: seconds between two times that the state alone is stored."""

    name = "analytics"
    over = False

    def __init__(
        self,
        boxes: Sequence[AnalyticsSettings],
        verify: VerifySettings,
        snapshot_every: float,
        around: Surroundings,
    ) -> None:
        self._verify, self._snapshot_every, self._around = verify, snapshot_every, around
        self._stopping = threading.Event()
        self._resumed = False
        self.darkroom = Darkroom()
        self._thread = threading.Thread(target=self._run, name="analytics", daemon=True)
        self._watches: dict[str, Watch] = {}
        self.boxes = [self._box(settings) for settings in boxes]

    def _box(self, settings: AnalyticsSettings) -> Box:
        cameras = []
        api = None if settings.api is None else Api(settings.api)
        for camera, source in zip(settings.cameras, settings.sources, strict=True):
            presence = Presence(settings.settle, self._around.clock.monotonic())
            heard = Heard(Tracked(source.id, camera.camera), presence)
            path = kind_of(settings).picture_of(camera.camera)
            self._watches[source.id] = self._watch(source, heard, self._pictures(api, path))
            cameras.append((camera.camera, heard))
        return Box(settings, self._around.clock, cameras)

    def _pictures(self, api: Api | None, path: str) -> Pictures | None:
        if api is None:
            return None
        make = self._around.photographer
        return Pictures(api, path, make() if make is not None else None, self._around.clock)

    def _watch(self, source: SourceSettings, heard: Heard, pictures: Pictures | None) -> Watch:
        made_by, journal = self._around.made_by, self._around.journal
        writer = journal.writer(source.id) if journal is not None else None
        place = pictures.place if pictures is not None else None
        answering = Answering(source, place, made_by, self._verify.at_once)
        rules = assembly.lookouts(source)
        pipeline = Pipeline(source, None, rules, pictures, made_by, writer, answering)
        return Watch(source, pipeline, answering, heard, writer, pictures)

    @property
    def receptions(self) -> list[Reception]:
        """Where each system's messages come in."""
        return [box.reception for box in self.boxes]

    def start(self, saved: Mapping[str, bytes]) -> None:
        """Go on where an earlier process stopped. saved: the outbox's snapshots."""
        self.resume(saved)
        for box in self.boxes:
            box.start()
        self._thread.start()

    def resume(self, saved: Mapping[str, bytes]) -> None:
        """Take up what was kept, before the first look."""
        self._resumed = True
        for name, watch in self._watches.items():
            if name in saved:
                resume(watch.pipeline, name, saved[name])
            if watch.writer is not None:
                watch.writer.open(partial(begin, watch.source, watch.pipeline, self._around.made_by))

    def stop(self) -> None:
        """Take nothing more, decide what was taken, and keep all of the state. May be called twice."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        for box in self.boxes:
            box.stop()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)
        if self._resumed:  # else what was kept is newer than this
            for watch in self._watches.values():
                self.darkroom.put(partial(self._around.put, state_of(watch.source.id, watch.pipeline)))
        self.darkroom.close()
        for watch in self._watches.values():
            if watch.writer is not None:
                watch.writer.close()

    def about(self) -> list[SourceAbout]:
        """The cameras, for what the node tells of itself."""
        return [source_about(watch.source) for watch in self._watches.values()]

    def report(self) -> list[SourceReport]:
        """How each of them fares."""
        now = self._around.clock.monotonic()
        return [watch.report(now) for watch in self._watches.values()]

    @property
    def trouble(self) -> str | None:
        """What is wrong with the ways in."""
        return "; ".join(filter(None, (box.trouble for box in self.boxes))) or None

    def verify(self, wanted: Wanted) -> bool:
        """Whether one of them told that situation; its next looks then answer."""
        known = wanted.known
        watch = None if known is None else self._watches.get(known.source)
        if known is None or watch is None:
            return False
        ask = Ask(wanted.asked.command, known, wanted.left_s)
        why = misfit(known, watch.source)
        if why is not None:
            watch.ask(Verdict(ask, "not_in_view", (why,)))
        elif wanted.left_s <= 0.0:
            watch.ask(Verdict(ask, "not_seen", (too_old(-wanted.left_s),)))
        else:
            watch.ask(ask)
        return True

    def _run(self) -> None:
        while not self._around.clock.wait(self._stopping, LOOK_S):
            self.step()

    def step(self) -> None:
        """One look at every camera."""
        for watch in self._watches.values():
            try:
                self._look(watch)
            except Exception:  # whatever it is, it is this camera's; the others go on
                log.exception("source %s: this was not expected; it goes on", watch.source.id)

    def _look(self, watch: Watch) -> None:
        """Events always go with the state behind them; state alone is stored now and then."""
        clock = self._around.clock
        now = clock.monotonic()
        step = watch.tick(now, clock.utc(), clock.quality())
        if step or now - watch.stored >= self._snapshot_every:
            watch.stored = now
            self.darkroom.put(partial(self._finish, watch, step, state_of(watch.source.id, watch.pipeline)))

    def _finish(self, watch: Watch, step: Step, state: Batch) -> None:
        batch = step.finish()
        if batch.drafts and watch.writer is not None:
            watch.writer.flush()  # what an event was decided on is on the disk before the event
        self._around.put(batch.then(state))
