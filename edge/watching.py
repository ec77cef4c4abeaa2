"""What a node watches under one configuration: a lane for each source, wings beside them."""

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from broker.messages import LookingReport, ShadowReport, SourceAbout, SourceReport
from edge import assembly, reports, wings
from edge.answering import Answering
from edge.carrying import drawn, resume, state_of
from edge.config import Configuration
from edge.configured import EdgeSettings
from edge.darkroom import Darkroom
from edge.drafts import Batch
from edge.inference import Inference
from edge.journal.beginning import begin
from edge.journal.writer import Journal
from edge.lasting import Lasting
from edge.pipeline import Pipeline
from edge.reception import Reception
from edge.redrawing import Redrawing, ended, going, prepared, redraw
from edge.rounds import Lane, Rounds, report_of
from edge.settings import SourceSettings
from edge.shadow.beside import Beside
from edge.sources import open_source
from edge.states import States
from edge.steps import Step
from edge.streams.lifesign import LifeSign
from edge.streams.reader import LiveReader
from edge.traced import Looked
from edge.verifying import Verifying
from edge.wing import Eyes, Receives, Surroundings, Wing

log = logging.getLogger(__name__)

MEMORY_S = 600.0  # between two times that the eyes' memory is kept
CARE_S = 5.0  # between two looks after the threads of the sources


class Watching:
    """`start`, then `once` again and again on one thread, then `settle` and `close`; never started again."""

    def __init__(
        self, configuration: Configuration, models: assembly.Models | None, lasting: Lasting
    ) -> None:
        self.configuration = configuration
        self.models = models
        self.closed = False
        self.lanes: list[Lane] = []
        self.inference: Inference | None = None
        self.beside: Beside | None = None
        self._settings = configuration.settings
        self._lasting = lasting
        self._looking = False
        self._cared = float("-inf")
        self._states = States(configuration.settings.storage.snapshot_every)
        self._others: deque[Redrawing] = deque()
        self._rounds: Rounds | None = None
        place = lasting.place_clocks
        self.journal = Journal(
            lasting.folder / "journal", self._settings.journal, monotonic=place.monotonic, utc=place.utc
        )
        self._darkroom = Darkroom()
        self.made_by = assembly.audit(configuration, models, lasting.software)
        self.wings = self._wings()
        self.verifying = Verifying(
            lasting.outbox,
            lasting.intake,
            place,
            self._settings.verify,
            self._settings.sources,
            self.made_by,
            lasting.source_clock.quality,
            self.wings,
        )

    def _wings(self) -> list[Wing]:
        models, lasting = self.models, self._lasting
        photographer = partial(assembly.camera, models, lasting.store) if models else None
        eyes = Eyes(models, lasting.store, lasting.folder) if models else None
        around = (self.made_by, lasting.source_clock, lasting.decided, self.journal, photographer, eyes)
        return wings.of(self._settings, Surroundings(*around))

    def start(self, saved: Mapping[str, bytes]) -> None:
        """Go on where an earlier process, or an earlier configuration, stopped. saved: the snapshots."""
        if self.models is not None and self._settings.sources:
            self._look(self.models, saved)
        for wing in self.wings:
            wing.start(saved)
        self.verifying.begin()

    def _look(self, models: assembly.Models, saved: Mapping[str, bytes]) -> None:
        self.inference = self._asked(models, self._settings)
        self._rounds = Rounds(self.inference, self._lasting.source_clock, self._commit)
        for source in self._settings.sources:
            lane = self._lane(models, source, saved.get(source.id))
            self.lanes.append(lane)
            lane.reader.want(lane.pipeline.interval_s)
            lane.reader.start()

    def _asked(self, models: assembly.Models, settings: EdgeSettings) -> Inference:
        """The detector that all sources share, and the one beside it."""
        if self.beside is not None:
            self.beside.stop()
        clocks = self._lasting.clocks
        self.beside = assembly.beside(settings, models, clocks)
        if self.beside is not None:
            self.beside.start()
        return Inference(models.main, settings.inference, clocks.monotonic, self.beside)

    def _lane(self, models: assembly.Models, source: SourceSettings, saved: bytes | None) -> Lane:
        """One source, as an earlier process left it."""
        camera = assembly.camera(models, self._lasting.store)
        eyes = assembly.eyes(source, models)
        writer = self.journal.writer(source.id)
        made_by = self.made_by
        answering = Answering(source, camera.place, made_by, self._settings.verify.at_once)
        pipeline = Pipeline(source, eyes, assembly.lookouts(source), camera, made_by, writer, answering)
        if saved is not None:
            resume(pipeline, source.id, saved)
        eyes.recall(self._lasting.memory.load(source.id, drawn(source)))
        writer.open(partial(begin, source, pipeline, made_by))
        now = self._lasting.clocks.monotonic()
        return Lane(
            source, self._reader(source), pipeline, eyes, writer, now, camera=camera, answering=answering
        )

    def _reader(self, source: SourceSettings) -> LiveReader:
        clock, life = self._lasting.source_clock, LifeSign()
        make = partial(open_source, source, life.through(clock))
        return LiveReader(source.id, make, clock, life=life)

    @property
    def over(self) -> bool:
        """Whether nothing more can come; a node that waits for its centre to say what to watch goes on."""
        ended = all(lane.reader.over for lane in self.lanes) and all(wing.over for wing in self.wings)
        return ended and not self._settings.waits

    @property
    def looking(self) -> bool:
        """Whether a picture waits to be looked at, or is looked at now."""
        return any(lane.reader.waiting for lane in self.lanes) or self._looking

    def once(self) -> bool:
        """One round of looks; False when there was nothing to look at."""
        lanes = [lane for lane in self.lanes if not lane.reader.over]
        self._look_after(lanes)
        self.verifying.serve(self.lanes, self._commit)
        if self._others:
            self._next_of_the_others()
        self._looking = True
        looked = self._rounds is not None and self._rounds.once(lanes)
        self._looking = False
        self._keep_states()
        return looked

    def _look_after(self, lanes: Sequence[Lane]) -> None:
        """Threads of sources that hang in a library are left behind, and begun anew."""
        now = self._lasting.clocks.monotonic()
        if now >= self._cared + CARE_S:
            self._cared = now
            for lane in lanes:
                lane.reader.look_after()

    def ease(self, share: float) -> None:
        """From now on do so much of the usual work, from any thread; what ripens comes first."""
        if self.inference is not None:
            self.inference.share = share
        if self._rounds is not None:
            self._rounds.share = share

    @property
    def turns_models(self) -> bool:
        """Whether another model can be taken up while everything runs: nothing but its cameras looks."""
        return not (self._settings.flights or self._settings.analytics)

    def redraw(self, configuration: Configuration, models: assembly.Models | None = None) -> None:
        """Tell running sources something else between two looks: neither state nor a frame is lost.

        models: to look with from now on; None for those that look now. On the thread that looks. Raises
        whatever goes wrong while nothing has changed yet.
        """
        told = {source.id: source for source in configuration.settings.sources}
        models = models or self.models
        other = models is not self.models
        new = [self._prepared(one, told[one.source.id], models) for one in self.lanes if models is not None]
        before, self.models = self._settings, models
        self._tell(configuration)
        if models is not None and self._rounds is not None and (other or _beside(before, self._settings)):
            self.inference = self._rounds.inference = self._asked(models, self._settings)
        at_once = [one for one in new if other or one.source != one.lane.source]
        self._others = deque(one for one in new if one not in at_once)
        for one in at_once:
            self._redrawn(one)

    def _prepared(self, lane: Lane, source: SourceSettings, models: assembly.Models) -> Redrawing:
        same = models is self.models
        camera = lane.camera if same else assembly.camera(models, self._lasting.store)
        return prepared(lane, source, models, camera)

    def _redrawn(self, one: Redrawing) -> None:
        clock = self._lasting.source_clock
        looks_elsewhere = one.eyes is not one.lane.eyes
        words = redraw(one, self.made_by, clock.utc(), clock.quality())
        self._after(one.lane, words, anew=looks_elsewhere)

    def _next_of_the_others(self) -> None:
        """Sources that are told nothing else go on under the new configuration one by one."""
        one = self._others.popleft()
        try:
            self._redrawn(one)
        except Exception:  # whatever it is, that source goes on as it is
            log.exception("source %s goes on under the configuration before", one.lane.source.id)

    def _after(self, lane: Lane, words: Batch, *, anew: bool) -> None:
        """State and memory are kept with the next look: nobody waits for pictures that are being made."""
        self._states.at_once(lane.source.id)
        lane.remembered = float("-inf") if anew else lane.remembered
        if words.drafts:
            self._put(lane, Step(words), self._lasting.clocks.monotonic())

    def _tell(self, configuration: Configuration) -> None:
        self.configuration, self._settings = configuration, configuration.settings
        self.journal.settings = self._settings.journal
        if self.inference is not None:
            self.inference.redraw(self._settings.inference)
        self.made_by = assembly.audit(configuration, self.models, self._lasting.software)
        self.verifying.redraw(self._settings.sources, self.made_by)

    def part(self, configuration: Configuration) -> None:
        """Before another configuration is begun: what it holds open no more ends with a word."""
        told = {source.id: source for source in configuration.settings.sources}
        clock = self._lasting.source_clock
        for lane in self.lanes:
            source = told.get(lane.source.id)
            staying = [] if source is None else assembly.lookouts(source)
            words = ended(lane, going(lane, staying), staying, clock.utc(), clock.quality())
            if words.drafts:
                self._put(lane, Step(words), self._lasting.clocks.monotonic())

    def _commit(self, lane: Lane, step: Step) -> None:
        """Events always go with the state behind them; state alone is stored now and then."""
        now = self._lasting.clocks.monotonic()
        self._states.looked(lane.source.id)
        if step:
            self._put(lane, step, now)
        if step.untold or now - lane.remembered >= MEMORY_S:
            self._remember(lane)

    def _put(self, lane: Lane, step: Step, now: float) -> None:
        self._states.kept(lane.source.id, now)
        state = state_of(lane.source.id, lane.pipeline)
        self._darkroom.put(partial(self._finish, lane, step, state, lane.looked))

    def _keep_states(self) -> None:
        """Of all sources that are due, in one commit."""
        now = self._lasting.clocks.monotonic()
        quiet = ((lane.source.id, lane.eyes.ripening == "nothing") for lane in self.lanes)
        due = set(self._states.due(quiet, now))
        batch = Batch()
        for lane in self.lanes if due else ():
            if lane.source.id in due:
                self._states.kept(lane.source.id, now)
                batch = batch.then(state_of(lane.source.id, lane.pipeline))
        if batch:
            self._darkroom.put(partial(self._lasting.decided, batch))

    def _remember(self, lane: Lane) -> None:
        """What the eyes know is kept seldom, and with every finding: what is told must be known again."""
        lane.remembered = self._lasting.clocks.monotonic()
        try:
            known = lane.eyes.memory()
        except Exception:  # whatever it is, it costs this source's memory, and no other source its state
            log.exception("source %s: what its eyes know cannot be kept over a restart", lane.source.id)
        else:
            self._darkroom.put(partial(self._lasting.memory.store, lane.source.id, drawn(lane.source), known))
        self.journal.tidy(at_once=False)

    def _finish(self, lane: Lane, step: Step, state: Batch, looked: Looked | None) -> None:
        batch = self._lasting.traces.begun(step.finish(), looked)
        if batch.drafts:
            lane.writer.flush()  # what an event was decided on is on the disk before the event
        self._lasting.decided(batch.then(state))

    def settle(self) -> None:
        """Take nothing more, decide what was taken, and keep all of the state."""
        self._close_readers()
        for wing in self.wings:
            wing.stop()
        for lane in self.lanes:
            state = state_of(lane.source.id, lane.pipeline)
            self._darkroom.put(partial(self._lasting.intake.put, state))
            self._remember(lane)
        self._darkroom.close()

    def close(self) -> None:
        """End, whatever state it is in. May be called twice."""
        self.closed = True
        self._close_readers()
        for wing in self.wings:
            wing.stop()
        self._darkroom.close()
        if self.beside is not None:
            self.beside.stop()
        for lane in self.lanes:
            lane.writer.close()

    def _close_readers(self) -> None:
        """All at once: a hundred cameras that hang must not take a hundred times the patience."""
        with ThreadPoolExecutor(max(1, len(self.lanes))) as hands:
            list(hands.map(lambda lane: lane.reader.close(), self.lanes))

    @property
    def receptions(self) -> list[Reception]:
        """Where messages of devices come in, once it runs."""
        return [one for wing in self.wings if isinstance(wing, Receives) for one in wing.receptions]

    def about(self) -> list[SourceAbout]:
        """Every source, for what the node tells of itself."""
        own = map(reports.source_about, self.configuration.settings.sources)
        return [*own, *(source for wing in self.wings for source in wing.about())]

    def report(self) -> list[SourceReport]:
        """How each source fares."""
        return [*map(report_of, self.lanes), *(one for wing in self.wings for one in wing.report())]

    def detecting(self) -> LookingReport | None:
        """How the detector fares."""
        if self.inference is None or self.models is None:
            return None
        counts, done = [lane.eyes.counts for lane in self.lanes], self.inference.done
        return LookingReport(
            model=self.models.seeing,
            looks=sum(each.runs for each in counts),
            things=sum(each.things for each in counts),
            failed=done.failed,
            ms=None if done.ms is None else round(done.ms, 2),
        )

    def shadow(self) -> ShadowReport | None:
        """What came of the model that looks beside it."""
        return None if self.beside is None else self.beside.report()

    @property
    def troubles(self) -> dict[str, str | None]:
        """What is wrong, by where."""
        load = self.inference.load.trouble if self.inference else None
        return {
            "overloaded": load,
            "journal": self.journal.trouble,
            **{wing.name: wing.trouble for wing in self.wings},
        }


def _beside(before: EdgeSettings, after: EdgeSettings) -> bool:
    """Whether another model is to look beside, or none, or in another way."""
    return before.model.shadow != after.model.shadow
