"""The composition root of a running node: a reader thread a source, one loop that looks, one that makes
pictures and commits, two that deliver."""

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from broker.fields import utc
from broker.messages import About, NodeHealth
from edge import assembly, reports, wings
from edge.answering import Answering
from edge.carrying import drawn, resume, state_of
from edge.config import Configuration
from edge.damage import Repair, open_outbox
from edge.darkroom import Darkroom
from edge.drafts import Batch, Stamped
from edge.enrolment.own import Own
from edge.evidence import EvidenceStore
from edge.frames import SourceClock
from edge.inference import Inference
from edge.intake import Clocks, Intake
from edge.journal.beginning import begin
from edge.journal.writer import Journal
from edge.lock import held
from edge.memory import Memory
from edge.outbox import Outbox
from edge.pipeline import Pipeline
from edge.publisher import Publisher, Reports
from edge.reception import Reception
from edge.rounds import Lane, Rounds, report_of
from edge.settings import SourceSettings
from edge.sources import open_source
from edge.steps import Step
from edge.streams.reader import LiveReader
from edge.trust import remember
from edge.uploader import Uploader
from edge.verifying import Verifying
from edge.wing import Eyes, Receives, Surroundings, Wing

log = logging.getLogger(__name__)

IDLE_S = 0.05  # nothing came from any source
HURRIED_S = 0.005  # the same, where time waits for us
MEMORY_S = 600.0  # between two times that the eyes' memory is kept
ENDED_GRACE_S, STOP_GRACE_S = 30.0, 4.0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to; `gewu-edge run` prints it as its last line."""

    frames: int
    observations: int
    events: int
    pending: int
    evidence_pending: int
    seconds: float


class Node:
    """Everything of one node. Built from its configuration; `run` opens, works and closes.

    clocks: of the place that is watched. network: of broker, centre, certificates and disk, where that is not
    the same time, as in a simulation. told: hears what was committed. software: what events say that has made
    them.
    """

    def __init__(
        self,
        configuration: Configuration,
        clocks: SourceClock,
        *,
        network: Clocks | None = None,
        told: Callable[[list[Stamped]], None] | None = None,
        software: str = assembly.SOFTWARE,
    ) -> None:
        self._configuration = configuration
        self._settings = configuration.settings
        self._source_clock = clocks
        self._place_clocks = Clocks(clocks.monotonic, clocks.utc)
        self._clocks = network or self._place_clocks
        self._told = told
        self._software = software
        self._idle_s = IDLE_S if network is None else HURRIED_S
        self._began = self._clocks.monotonic()
        self._looking = False
        self.started = False
        self.summary: Summary | None = None
        self._events = 0
        self._lanes: list[Lane] = []
        self._inference: Inference | None = None
        self._wings: list[Wing] = []

    def run(
        self, stop: threading.Event, seconds: float | None = None, *, grace_s: float | None = None
    ) -> Summary:
        """Work until told to stop, until the time is up, or until every recording has ended.

        grace_s: how long what was committed may take to arrive in the end, if not as usual.

        Raises OutboxError, ModelError or IdentityError when the node cannot start.
        """
        self._own = Own(self._settings, self._clocks)
        folder = self._settings.storage.directory
        with held(folder):
            self._models = assembly.open_wanted(self._settings)
            for vouched in (self._configuration.vouched, *(self._models.vouched if self._models else ())):
                remember(folder, vouched)
            self._open(folder)
            try:
                self._start()
                self.started = True
                ended = self._watch(stop, None if seconds is None else self._began + seconds)
                usual = ENDED_GRACE_S if ended else STOP_GRACE_S
                self._deliver(usual if grace_s is None else grace_s)
                self.summary = self._summary()
                return self.summary
            finally:
                self._stop()

    def _open(self, folder: Path) -> None:
        storage, settings = self._settings.storage, self._settings
        room = int(storage.max_evidence_mb * 1e6)
        self._store = EvidenceStore(folder / "evidence", max_bytes=room)
        self._outbox = Outbox(
            folder / "outbox.sqlite",
            settings.address,
            max_pending=storage.max_events,
            max_kept=int(storage.max_kept_mb * 1e6),
            holds=self._store.has,
        )
        token = partial(secrets.token_hex, 2)
        told = open_outbox(self._outbox, self._clocks.utc(), token())
        if told is not None:
            log.error("%s", told)
        self._repair = Repair(self._outbox, self._clocks, token, told)
        self._memory = Memory(folder / "views")
        self._journal = Journal(
            folder / "journal",
            settings.journal,
            monotonic=self._place_clocks.monotonic,
            utc=self._place_clocks.utc,
        )
        self._darkroom = Darkroom()
        self._intake = Intake(self._outbox, self._clocks, self._committed, self._repair.renew)
        self._uploader = Uploader(
            settings.central,
            self._outbox,
            self._store,
            self._clocks,
            max_bytes=room,
            proof=self._own.credentials,
        )
        self._made_by = assembly.audit(self._configuration, self._models, self._software)
        photographer = partial(assembly.camera, self._models, self._store) if self._models else None
        eyes = Eyes(self._models, self._store, folder) if self._models else None
        around = (self._made_by, self._source_clock, self._decided, self._journal, photographer, eyes)
        self._wings = wings.of(settings, Surroundings(*around))
        self._verifying = Verifying(
            self._outbox,
            self._intake,
            self._place_clocks,
            settings.verify,
            settings.sources,
            self._made_by,
            self._source_clock.quality,
            self._wings,
        )
        asked = Reports(self._about, self._health)
        self._publisher = Publisher(
            self._own.link(settings.broker),
            settings.delivery,
            self._outbox,
            self._intake,
            asked,
            self._clocks,
            sign=self._own.sign,
            verify=self._verifying.asked,
        )

    def _start(self) -> None:
        saved = self._outbox.snapshots()
        if self._models is not None and self._settings.sources:
            self._look(self._models, saved)
        for wing in self._wings:
            wing.start(saved)
        self._verifying.begin()
        self._publisher.start()
        self._uploader.start()
        mqtt = self._publisher
        self._own.start(stands=lambda: mqtt.connected, made=lambda: mqtt.connections, anew=mqtt.reconnect)

    def _look(self, models: assembly.Models, saved: Mapping[str, bytes]) -> None:
        self._inference = Inference(models.main, self._settings.inference, self._clocks.monotonic)
        for source in self._settings.sources:
            lane = self._lane(models, source, saved.get(source.id))
            self._lanes.append(lane)
            lane.reader.want(lane.pipeline.interval_s)
            lane.reader.start()

    def _lane(self, models: assembly.Models, source: SourceSettings, saved: bytes | None) -> Lane:
        """One source, as an earlier process left it."""
        camera = assembly.camera(models, self._store)
        eyes = assembly.eyes(source, models)
        writer = self._journal.writer(source.id)
        made_by = self._made_by
        answering = Answering(source, camera.place, made_by, self._settings.verify.at_once)
        pipeline = Pipeline(source, eyes, assembly.lookouts(source), camera, made_by, writer, answering)
        if saved is not None:
            resume(pipeline, source.id, saved)
        eyes.recall(self._memory.load(source.id, drawn(source)))
        writer.open(partial(begin, source, pipeline, made_by))
        return Lane(source, self._reader(source), pipeline, eyes, writer, self._clocks.monotonic())

    def _reader(self, source: SourceSettings) -> LiveReader:
        return LiveReader(source.id, partial(open_source, source, self._source_clock), self._source_clock)

    def _watch(self, stop: threading.Event, until: float | None) -> bool:
        """The one loop that looks. True when every source has ended."""
        rounds = Rounds(self._inference, self._source_clock, self._commit) if self._inference else None
        while not stop.is_set() and (until is None or self._clocks.monotonic() < until):
            lanes = [lane for lane in self._lanes if not lane.reader.over]
            if not lanes and all(wing.over for wing in self._wings):
                log.info("every source has ended")
                return True
            self._verifying.serve(self._lanes, self._commit)
            self._looking = True
            looked = rounds is not None and rounds.once(lanes)
            self._looking = False
            if not looked:
                stop.wait(self._idle_s)
        return False

    def _commit(self, lane: Lane, step: Step) -> None:
        """Events always go with the state behind them; state alone is stored now and then."""
        now = self._clocks.monotonic()
        if step or now - lane.stored >= self._settings.storage.snapshot_every:
            lane.stored = now
            self._darkroom.put(partial(self._finish, lane, step, state_of(lane.source.id, lane.pipeline)))
        if step.untold or now - lane.remembered >= MEMORY_S:
            self._remember(lane)

    def _remember(self, lane: Lane) -> None:
        """What the eyes know is kept seldom, and with every finding: what is told must be known again."""
        lane.remembered = self._clocks.monotonic()
        try:
            known = lane.eyes.memory()
        except Exception:  # whatever it is, it costs this source's memory, and no other source its state
            log.exception("source %s: what its eyes know cannot be kept over a restart", lane.source.id)
        else:
            self._darkroom.put(partial(self._memory.store, lane.source.id, drawn(lane.source), known))
        self._journal.tidy(at_once=False)

    def _finish(self, lane: Lane, step: Step, state: Batch) -> None:
        batch = step.finish()
        if batch.drafts:
            lane.writer.flush()  # what an event was decided on is on the disk before the event
        self._decided(batch.then(state))

    def _decided(self, batch: Batch) -> None:
        self._intake.put(batch)
        for draft in batch.drafts:
            text, fields = reports.line(draft)
            log.info("%s", text, extra={"fields": fields})

    def _committed(self, events: list[Stamped]) -> None:
        self._events += len(events)
        if events:
            self._publisher.wake()
            self._uploader.wake()
            if self._told is not None:
                self._told(events)

    def _deliver(self, grace_s: float) -> None:
        """Give what was committed a moment to arrive; what does not, waits in the outbox."""
        self._close_readers()
        for wing in self._wings:
            wing.stop()
        for lane in self._lanes:
            self._darkroom.put(partial(self._intake.put, state_of(lane.source.id, lane.pipeline)))
            self._remember(lane)
        self._darkroom.close()
        until = self._clocks.monotonic() + grace_s
        while self.outstanding and self._publisher.connected and self._clocks.monotonic() < until:
            time.sleep(IDLE_S)

    def _close_readers(self) -> None:
        """All at once: a hundred cameras that hang must not take a hundred times the patience."""
        with ThreadPoolExecutor(max(1, len(self._lanes))) as hands:
            list(hands.map(lambda lane: lane.reader.close(), self._lanes))

    @property
    def receptions(self) -> list[Reception]:
        """Where messages of devices come in, once it runs."""
        return [one for wing in self._wings if isinstance(wing, Receives) for one in wing.receptions]

    @property
    def looking(self) -> bool:
        """Whether a picture waits to be looked at, or is looked at now."""
        return any(lane.reader.waiting for lane in self._lanes) or self._looking

    @property
    def outstanding(self) -> int:
        """Events and pictures that the centre has not confirmed. Raises OutboxError once it has ended."""
        uploads = self._outbox.count("uploads") if self._settings.central else 0
        return self._outbox.count("events") + self._intake.waiting + uploads

    def _stop(self) -> None:
        self._close_readers()
        for wing in self._wings:
            wing.stop()
        self._darkroom.close()
        for lane in self._lanes:
            lane.writer.close()
        if not self._intake.flush(at_once=True):
            log.error("%d events could not be stored before the end and are lost", self._intake.waiting)
        self._own.stop()
        self._uploader.stop()
        self._publisher.stop()
        self._outbox.close()

    def _about(self) -> About:
        at = utc(self._clocks.utc())
        model = self._models.main.name if self._models else None
        told = reports.about(self._configuration, self._software, model, at)
        more = [source for wing in self._wings for source in wing.about()]
        return told.model_copy(update={"sources": [*told.sources, *more]})

    def _health(self) -> NodeHealth:
        return NodeHealth(
            at=utc(self._clocks.utc()),
            uptime_s=round(self._clocks.monotonic() - self._began, 1),
            pending=self._outbox.count("events") + self._intake.waiting,
            evidence_pending=self._outbox.count("uploads"),
            disk_free_mb=round(shutil.disk_usage(self._settings.storage.directory).free / 1e6, 1),
            sources=[*map(report_of, self._lanes), *(one for wing in self._wings for one in wing.report())],
            troubles=reports.troubles(
                damaged=self._repair.told,
                storage=self._intake.trouble,
                uploads=self._uploader.trouble,
                refused=self._outbox.count("refused"),
                overloaded=self._inference.load.trouble if self._inference else None,
                **{wing.name: wing.trouble for wing in self._wings},
                journal=self._journal.trouble,
                too_large=self._publisher.too_large,
                resending=self._publisher.resending,
                certificate=self._own.trouble,
                identity=self._own.refused,
            ),
            certificate_until=self._own.until,
        )

    def _summary(self) -> Summary:
        return Summary(
            frames=sum(lane.reader.report().frames for lane in self._lanes),
            observations=sum(lane.pipeline.observations for lane in self._lanes),
            events=self._events,
            pending=self._outbox.count("events"),
            evidence_pending=self._outbox.count("uploads"),
            seconds=round(self._clocks.monotonic() - self._began, 1),
        )
