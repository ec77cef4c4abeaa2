"""The composition root of a running node: a reader thread a source, one loop that looks, one that makes
pictures and commits, two that deliver."""

import logging
import threading
import time
from collections.abc import Callable

from broker.messages import About, NodeHealth, ReportedConfiguration, SourceReport
from broker.tracing import open_tracer
from edge import assembly, machine, reports
from edge.alive.door import answering
from edge.alive.pulse import Pulse
from edge.config import Configuration
from edge.desired.desk import Desired
from edge.drafts import Batch, Stamped
from edge.enrolment.own import Own
from edge.frames import SourceClock
from edge.intake import Clocks
from edge.lastrun import End, Left, kept, left
from edge.lock import held
from edge.onsite.onsite import Onsite
from edge.parts import Basis, Calls, Parts
from edge.reception import Reception
from edge.ringlog import RING
from edge.selfreport import SelfReport, Summary
from edge.stocktaking import taken
from edge.supervised import supervised
from edge.traced import Traces
from edge.trust import remember
from models.errors import ModelError

log = logging.getLogger(__name__)

IDLE_S = 0.05  # nothing came from any source
HURRIED_S = 0.005  # the same, where time waits for us
ENDED_GRACE_S, STOP_GRACE_S = 30.0, 4.0


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
        self._opened: Parts | None = None
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

        seconds: of looking, from when all has started. grace_s: how long what was committed may take to
        arrive in the end, if not as usual.

        Raises OutboxError, ModelError or IdentityError when the node cannot start.
        """
        machine.few_arenas()
        self._own = Own(self._settings, self._clocks)
        self._traces = self._tracing()
        folder = self._settings.storage.directory
        last = left(folder)
        with (
            held(folder),
            answering(folder, self.pulse),
            kept(folder, self._clocks.utc, self._software) as run,
        ):
            RING.keep_in(folder)
            wanted, models = self._begun()
            for vouched in (wanted.vouched, *(models.vouched if models else ())):
                remember(folder, vouched)
            self._open(self._basis(last, run.before), wanted, models)
            try:
                self._start()
                self.started = True
                ended = self._watch(stop, None if seconds is None else self._clocks.monotonic() + seconds)
                run.why = self._why(ended, stop)
                usual = ENDED_GRACE_S if ended else STOP_GRACE_S
                self._deliver(usual if grace_s is None else grace_s)
                self.summary = self._self.summary(self._events)
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
            self._parts.intake.flush(at_once=True)

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
            self._parts.publisher.say("config/reported", told)

    def reread(self) -> None:
        """The configuration file was edited: take up what changed, if it is fine. From any thread."""
        self._desired.reread()

    def _basis(self, last: Left | None, before: str | None) -> Basis:
        folder = self._settings.storage.directory
        inventory = taken(
            folder,
            last,
            self._clocks.utc(),
            self._settings.node.labels,
            supervised=supervised(),
            detects=bool(self._settings.sources or self._settings.flights),
        )
        return Basis(
            folder=folder,
            configuration=self._configuration,
            network=self._clocks,
            place=self._place_clocks,
            source_clock=self._source_clock,
            own=self._own,
            desired=self._desired,
            pulse=self.pulse,
            traces=self._traces,
            software=self._software,
            inventory=inventory,
            began=self._began,
            before=before,
        )

    def _open(self, basis: Basis, wanted: Configuration, models: assembly.Models | None) -> None:
        calls = Calls(
            self._decided,
            self._committed,
            self._changed,
            self._ease,
            self._about,
            self._health,
            self._anew,
        )
        self._parts = Parts(basis, calls, wanted, models)
        self._self = SelfReport(basis, self._parts)
        self._opened = self._parts

    def _about(self) -> About:
        return self._self.about()

    def _health(self) -> NodeHealth:
        return self._self.health()

    def _changed(self) -> None:
        self._parts.publisher.introduce()
        self._ease(self._parts.steward.share)

    def _ease(self, share: float) -> None:
        """Do so much of the usual work: told when it changes, and whenever all was begun anew."""
        self._parts.watching.ease(share)

    def _start(self) -> None:
        self._parts.watching.start(self._parts.outbox.snapshots())
        self._parts.preparing.start()
        self._desired.start()
        self._parts.steward.start()
        self._parts.enquiries.start()  # before anything can be asked
        self._speaks = True  # from the first connection on, which may come before all has started
        self._parts.publisher.start()
        self._parts.uploader.start()
        mqtt = self._parts.publisher
        self._own.start(stands=lambda: mqtt.connected, made=lambda: mqtt.connections, anew=mqtt.reconnect)
        self._onsite = Onsite(self._settings.onsite, self._self.around())
        self._onsite.start()

    def _watch(self, stop: threading.Event, until: float | None) -> bool:
        """The one loop that looks. True when every source has ended."""
        while not (stop.is_set() or self.anew) and (until is None or self._clocks.monotonic() < until):
            self.pulse.beat()
            self._parts.turning.serve()
            if self._parts.watching.over:
                log.info("every source has ended")
                return True
            if not self._parts.watching.once():
                stop.wait(self._idle_s)
        return False

    def _decided(self, given: Batch) -> None:
        batch = self._traces.begun(given)
        for draft in batch.drafts:
            text, fields = reports.line(draft)
            log.info("%s", text, extra={"fields": fields})
        self._parts.intake.put(batch)

    def _committed(self, events: list[Stamped]) -> None:
        self._events += len(events)
        self._traces.committed(events)
        for event in events:
            fields = reports.stored(event)
            log.info("event %s about %s is stored", event.id, event.subject, extra={"fields": fields})
        if events:
            self._parts.publisher.wake()
            self._parts.uploader.wake()
            if self._told is not None:
                self._told(events)

    def _deliver(self, grace_s: float) -> None:
        """Give what was committed a moment to arrive; what does not, waits in the outbox."""
        self.pulse.beat(stage="ending")
        self._parts.watching.settle()
        until = self._clocks.monotonic() + grace_s
        while self.outstanding and self._parts.publisher.connected and self._clocks.monotonic() < until:
            self.pulse.beat(stage="ending")
            time.sleep(IDLE_S)

    def _sources(self) -> list[SourceReport]:
        return [] if self._opened is None else self._opened.turning.now().report()

    @property
    def receptions(self) -> list[Reception]:
        """Where messages of devices come in, once it runs."""
        return [] if self._opened is None else self._opened.turning.now().receptions

    @property
    def looking(self) -> bool:
        """Whether a picture waits to be looked at, or is looked at now."""
        return self._opened is not None and self._opened.turning.now().looking

    @property
    def outstanding(self) -> int:
        """Events and pictures that the centre has not confirmed. Raises OutboxError once it has ended."""
        uploads = self._parts.outbox.count("uploads") if self._settings.central else 0
        return self._parts.outbox.count("events") + self._parts.intake.waiting + uploads

    def _stop(self) -> None:
        self.pulse.beat(stage="ending")  # an end that hangs is one too
        self._parts.preparing.stop()
        if self._onsite is not None:
            self._onsite.stop()
        self._desired.stop()
        self._parts.enquiries.stop()
        self._parts.watching.close()
        if not self._parts.intake.flush(at_once=True):
            log.error("%d events could not be stored before the end and are lost", self._parts.intake.waiting)
        self._parts.steward.stop()
        self._own.stop()
        self._parts.uploader.stop()
        self._parts.publisher.stop()
        self._parts.outbox.close()
        self._traces.close()
        RING.write()
