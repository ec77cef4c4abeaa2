"""The composition root of a running node: a reader thread a source, one loop that looks, one that makes
pictures and commits, two that deliver."""

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from broker.asks import Answer
from broker.events import Clock, Reason
from broker.fields import utc
from broker.messages import About, NodeHealth, ReportedConfiguration, SourceReport
from broker.tracing import open_tracer
from edge import assembly, machine, reports
from edge.alive.door import answering
from edge.alive.pulse import Pulse
from edge.asked.enquiries import Enquiries
from edge.asked.itself import Itself
from edge.config import Configuration
from edge.damage import Repair, open_outbox
from edge.desired.desk import Desired
from edge.desired.preparing import Preparing
from edge.desired.turning import Turning
from edge.drafts import Batch, Stamped
from edge.enrolment.credentials import Credentials
from edge.enrolment.own import Own
from edge.evidence import EvidenceStore
from edge.frames import SourceClock
from edge.hearing import Hearers
from edge.intake import Clocks, Intake
from edge.lasting import Lasting
from edge.lastrun import TOLD_S, End, kept, left
from edge.lock import held
from edge.memory import Memory
from edge.onsite.onsite import Onsite
from edge.onsite.sights import Around
from edge.outbox import Outbox
from edge.publisher import Publisher, Reports
from edge.reception import Reception
from edge.ringlog import RING
from edge.steward import Steward
from edge.stocktaking import taken
from edge.storeroom import Storeroom, opened, reserve
from edge.strays import STRAYS
from edge.supervised import supervised
from edge.temperature import Thermometer
from edge.traced import Traces
from edge.trust import remember
from edge.uploader import Uploader
from edge.watching import Watching
from models.errors import ModelError

log = logging.getLogger(__name__)

IDLE_S = 0.05  # nothing came from any source
HURRIED_S = 0.005  # the same, where time waits for us
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
    them. Its `pulse` tells whether its loops go round; a watchdog ends the process by it.
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
        self._desired = Desired(self._settings.storage.directory, self._report, self._clocks.utc)
        self._opened: Turning | None = None
        self._before: str | None = None
        self._anew = threading.Event()
        self.started = self._speaks = False
        self.pulse = Pulse(self._sources, self._settings.patience_s)
        self.summary: Summary | None = None
        self._events = 0
        self._onsite: Onsite | None = None

    def run(
        self, stop: threading.Event, seconds: float | None = None, *, grace_s: float | None = None
    ) -> Summary:
        """Work until told to stop, until the time is up, or until every recording has ended.

        grace_s: how long what was committed may take to arrive in the end, if not as usual.

        Raises OutboxError, ModelError or IdentityError when the node cannot start.
        """
        self._own = Own(self._settings, self._clocks)
        self._traces = self._tracing()
        folder = self._settings.storage.directory
        last = left(folder)
        with (
            held(folder),
            answering(folder, self.pulse),
            kept(folder, self._clocks.utc, self._software) as run,
        ):
            self._before = run.before
            self._inventory = taken(
                folder,
                last,
                self._clocks.utc(),
                self._settings.node.labels,
                supervised=supervised(),
            )
            RING.keep_in(folder)
            configuration, models = self._begun()
            for vouched in (configuration.vouched, *(models.vouched if models else ())):
                remember(folder, vouched)
            self._open(folder, configuration, models)
            try:
                self._start()
                self.started = True
                ended = self._watch(stop, None if seconds is None else self._began + seconds)
                run.why = self._why(ended, stop)
                usual = ENDED_GRACE_S if ended else STOP_GRACE_S
                self._deliver(usual if grace_s is None else grace_s)
                self.summary = self._summary()
                return self.summary
            finally:
                self._stop()

    def _why(self, ended: bool, stop: threading.Event) -> End:
        if self.anew:
            return "restart"
        return "ended" if ended else "stopped" if stop.is_set() else "time"

    @property
    def anew(self) -> bool:
        """Whether the run ended, or ends, because somebody asked for a new one."""
        return self._anew.is_set()

    def rescue(self) -> None:
        """Before the process is ended by force: commit what waits in memory. From any thread."""
        if self._opened is not None:
            self._intake.flush(at_once=True)

    def _tracing(self) -> Traces:
        """Raises TracingMissing, OSError."""
        who = f"{self._settings.node.district}/{self._settings.node.id}"
        made = open_tracer(self._settings.tracing, service="gewu-edge", instance=who, version=self._software)
        return Traces(made, self._clocks.utc)

    def _begun(self) -> tuple[Configuration, assembly.Models | None]:
        """What to run, and the models for it. Raises ModelError."""
        wanted = self._desired.begin(self._configuration)
        try:
            return wanted, assembly.open_wanted(wanted.settings)
        except ModelError as error:
            if wanted is self._configuration:
                raise
            log.error("what the centre wants cannot be run any more: %s", error)
            self._desired.begin_without(str(error))
        return self._configuration, assembly.open_wanted(self._settings)

    def _report(self, told: ReportedConfiguration) -> None:
        if self._speaks:  # else it is told with the first connection
            self._publisher.say("config/reported", told)

    def reread(self) -> None:
        """The configuration file was edited: take up what changed, if it is fine. From any thread."""
        self._desired.reread()

    def _open(self, folder: Path, configuration: Configuration, models: assembly.Models | None) -> None:
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
        told = opened(folder, lambda: open_outbox(self._outbox, self._clocks.utc(), token()))
        reserve(folder)
        if told is not None:
            log.error("%s", told)
        self._repair = Repair(self._outbox, self._clocks, token, told)
        self._intake = Intake(self._outbox, self._clocks, self._committed, self._repair.renew)
        self._uploader = Uploader(
            settings.central,
            self._outbox,
            self._store,
            self._clocks,
            max_bytes=room,
            proof=self._own.credentials,
            beat=partial(self.pulse.beat, "uploader"),
        )
        self._lasting = Lasting(
            folder,
            self._clocks,
            self._place_clocks,
            self._source_clock,
            self._outbox,
            self._store,
            self._intake,
            Memory(folder / "views"),
            self._decided,
            self._software,
            self._traces,
        )
        first = Watching(configuration, models, self._lasting)
        self._turning = Turning(first, self._lasting, self._desired, self._changed)
        self._opened = self._turning
        self._preparing = Preparing(
            self._turning.now, self._desired, folder, settings.central, self._own.credentials
        )
        self._desired.prepared_by(self._preparing)
        self._storeroom = Storeroom(
            folder,
            storage.max_mb * 1e6,
            storage.leave_mb * 1e6,
            self._outbox,
            self._store,
            lambda: self._watching.journal,
            self._preparing,
        )
        self._steward = Steward(self._storeroom, Thermometer(), self._ease, self._clocks.monotonic)
        central, proof = settings.central, self._own.credentials
        self._enquiries = Enquiries(
            self._turning, self._lasting, central, proof, self._answer, self._itself(proof)
        )
        asked = Reports(self._about, self._health, lambda: self._desired.reported)
        self._publisher = Publisher(
            self._own.link(settings.broker),
            settings.delivery,
            self._outbox,
            self._intake,
            asked,
            self._clocks,
            sign=self._own.sign,
            hearers=Hearers(self._turning.verify, self._enquiries.take, self._desired.heard),
            beat=partial(self.pulse.beat, "publisher"),
            traces=self._traces,
        )

    def _itself(self, proof: Credentials | None) -> Itself:
        own = self._configuration.own
        return Itself(
            own.path if own else None,
            lambda: self._inventory,
            self._health,
            self.reread,
            self._anew.set if self._inventory.supervised else None,
            self._own.renew if proof is not None else None,
            self._own.serial,
            self._steward.tidy_now,
        )

    @property
    def _watching(self) -> Watching:
        return self._turning.watching

    def _answer(self, answer: Answer) -> bool:
        return self._publisher.say("answer", answer)

    def _changed(self) -> None:
        self._publisher.introduce()
        self._ease(self._steward.share)

    def _ease(self, share: float) -> None:
        """Do so much of the usual work: told when it changes, and whenever all was begun anew."""
        self._watching.ease(share)

    def _start(self) -> None:
        self._watching.start(self._outbox.snapshots())
        self._preparing.start()
        self._desired.start()
        self._steward.start()
        self._enquiries.start()  # before anything can be asked
        self._speaks = True  # from the first connection on, which may come before all has started
        self._publisher.start()
        self._uploader.start()
        mqtt = self._publisher
        self._own.start(stands=lambda: mqtt.connected, made=lambda: mqtt.connections, anew=mqtt.reconnect)
        self._onsite = Onsite(self._settings.onsite, self._around())
        self._onsite.start()

    def _around(self) -> Around:
        return Around(
            self._lasting,
            self._turning.now,
            self._publisher,
            self._own,
            lambda: (self._desired.version, self._desired.reported),
            self._troubles,
            self._steward,
            self.pulse,
            self._began,
        )

    def _watch(self, stop: threading.Event, until: float | None) -> bool:
        """The one loop that looks. True when every source has ended."""
        while not (stop.is_set() or self.anew) and (until is None or self._clocks.monotonic() < until):
            self.pulse.beat()
            self._turning.serve()
            if self._watching.over:
                log.info("every source has ended")
                return True
            if not self._watching.once():
                stop.wait(self._idle_s)
        return False

    def _decided(self, given: Batch) -> None:
        batch = self._traces.begun(given)
        for draft in batch.drafts:
            text, fields = reports.line(draft)
            log.info("%s", text, extra={"fields": fields})
        self._intake.put(batch)

    def _committed(self, events: list[Stamped]) -> None:
        self._events += len(events)
        self._traces.committed(events)
        for event in events:
            fields = reports.stored(event)
            log.info("event %s about %s is stored", event.id, event.subject, extra={"fields": fields})
        if events:
            self._publisher.wake()
            self._uploader.wake()
            if self._told is not None:
                self._told(events)

    def _deliver(self, grace_s: float) -> None:
        """Give what was committed a moment to arrive; what does not, waits in the outbox."""
        self.pulse.beat(stage="ending")
        self._watching.settle()
        until = self._clocks.monotonic() + grace_s
        while self.outstanding and self._publisher.connected and self._clocks.monotonic() < until:
            self.pulse.beat(stage="ending")
            time.sleep(IDLE_S)

    def _sources(self) -> list[SourceReport]:
        return [] if self._opened is None else self._opened.now().report()

    @property
    def receptions(self) -> list[Reception]:
        """Where messages of devices come in, once it runs."""
        return [] if self._opened is None else self._opened.now().receptions

    @property
    def looking(self) -> bool:
        """Whether a picture waits to be looked at, or is looked at now."""
        return self._opened is not None and self._opened.now().looking

    @property
    def outstanding(self) -> int:
        """Events and pictures that the centre has not confirmed. Raises OutboxError once it has ended."""
        uploads = self._outbox.count("uploads") if self._settings.central else 0
        return self._outbox.count("events") + self._intake.waiting + uploads

    def _stop(self) -> None:
        self.pulse.beat(stage="ending")  # an end that hangs is one too
        self._preparing.stop()
        if self._onsite is not None:
            self._onsite.stop()
        self._desired.stop()
        self._enquiries.stop()
        self._watching.close()
        if not self._intake.flush(at_once=True):
            log.error("%d events could not be stored before the end and are lost", self._intake.waiting)
        self._steward.stop()
        self._own.stop()
        self._uploader.stop()
        self._publisher.stop()
        self._outbox.close()
        self._traces.close()
        RING.write()

    def _about(self) -> About:
        watching = self._watching
        return About(
            at=utc(self._clocks.utc()),
            software=self._software,
            configuration=watching.configuration.sha256,
            model=watching.models.main.name if watching.models else None,
            models=list(watching.models.looking) if watching.models else None,
            sources=watching.about(),
            inventory=self._inventory,
        )

    def _health(self) -> NodeHealth:
        return NodeHealth(
            at=utc(self._clocks.utc()),
            uptime_s=round(self._clocks.monotonic() - self._began, 1),
            pending=self._outbox.count("events") + self._intake.waiting,
            evidence_pending=self._outbox.count("uploads"),
            disk_free_mb=round(shutil.disk_usage(self._settings.storage.directory).free / 1e6, 1),
            sources=self._watching.report(),
            troubles=self._troubles(),
            clock=Clock(quality=self._source_clock.quality()),
            temperature_c=self._steward.celsius,
            memory_mb=_megabytes(machine.memory()),
            certificate_until=self._own.until,
            looking=self._watching.detecting(),
            shadow=self._watching.shadow(),
        )

    def _troubles(self) -> list[Reason]:
        return reports.troubles(
            damaged=self._repair.told,
            storage=self._intake.trouble,
            uploads=self._uploader.trouble,
            refused=self._outbox.count("refused"),
            **self._watching.troubles,
            too_large=self._publisher.too_large,
            resending=self._publisher.resending,
            restarted=self._before if self._clocks.monotonic() - self._began < TOLD_S else None,
            threads=STRAYS.trouble,
            hot=self._steward.hot,
            room=self._steward.room,
            edited=self._desired.edited,
            certificate=self._own.trouble,
            identity=self._own.refused,
        )

    def _summary(self) -> Summary:
        return Summary(
            frames=sum(lane.reader.report().frames for lane in self._watching.lanes),
            observations=sum(lane.pipeline.observations for lane in self._watching.lanes),
            events=self._events,
            pending=self._outbox.count("events"),
            evidence_pending=self._outbox.count("uploads"),
            seconds=round(self._clocks.monotonic() - self._began, 1),
        )


def _megabytes(size: int | None) -> float | None:
    return None if size is None else round(size / 1e6, 1)
