"""Takes the status of a running node: reads what is there and asks nothing of the loop that looks."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from broker.events import Reason
from broker.messages import ReportedConfiguration, SourceReport
from edge import machine
from edge.alive.pulse import Pulse, Verdict
from edge.enrolment.own import Own
from edge.intake import Intake
from edge.lasting import Lasting
from edge.onsite.counting import Counted, counted
from edge.onsite.status import (
    MOST_SITUATIONS,
    MOST_SOURCES,
    Detector,
    Disk,
    Lines,
    Machine,
    Queue,
    Running,
    Situation,
    SourceStatus,
    Status,
)
from edge.publisher import Publisher
from edge.room import Part, Room
from edge.rounds import Lane, report_of
from edge.steward import Steward
from edge.strays import STRAYS
from edge.watching import Watching

FRESH_S: Final = 1.0  # who asks more often is told the same again
PATIENCE_S: Final = 2.0  # for who comes while another's is being taken
WINGS: Final = {"analytics": "analysed", "flights": "flight", "devices": "device"}


@dataclass(frozen=True, slots=True)
class Around:
    """What of a node is looked at. began: monotonic seconds."""

    lasting: Lasting
    watching: Callable[[], Watching]
    publisher: Publisher
    own: Own
    wanted: Callable[[], tuple[str | None, ReportedConfiguration | None]]
    troubles: Callable[[], list[Reason]]
    steward: Steward
    pulse: Pulse
    began: float


class Sights:
    """`take` from any thread: one at a time looks, and what it saw serves all that come within a second."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._lock = threading.Lock()
        self._last: Status | None = None
        self._taken = float("-inf")

    def take(self) -> Status | None:
        """The status now; the one before where this one takes long, None where there is none yet."""
        if time.monotonic() - self._taken < FRESH_S:
            return self._last
        if not self._lock.acquire(timeout=PATIENCE_S):
            return self._last and self._last.model_copy(update=_living(self.verdict()))
        try:
            if time.monotonic() - self._taken >= FRESH_S:
                self._last = self._look()
                self._taken = time.monotonic()
        finally:
            self._lock.release()
        return self._last

    @property
    def known(self) -> Status | None:
        """The last one that was taken, however old; needs no lock."""
        return self._last

    def verdict(self) -> Verdict:
        """Whether the node lives; of one that stands nothing is asked that might stand, too."""
        return self._around.pulse.verdict()

    def _look(self) -> Status:
        around, lasting = self._around, self._around.lasting
        watching, at = around.watching(), lasting.clocks.utc()
        settings = watching.configuration.settings
        found = counted(lasting.outbox.path, MOST_SITUATIONS) or Counted()
        sources, more, devices = _sources(watching)
        return Status(
            at=at,
            district=settings.node.district,
            node=settings.node.id,
            software=lasting.software,
            pid=os.getpid(),
            uptime_s=round(lasting.clocks.monotonic() - around.began, 1),
            **_living(self.verdict()),
            running=self._running(watching),
            clock=lasting.source_clock.quality(),
            clock_offset_s=around.own.credentials.offset_s if around.own.credentials else None,
            lines=self._lines(watching, at),
            queue=_queue(found, lasting.intake, at),
            disk=self._disk(watching),
            machine=_machine(around.steward),
            detector=_detector(watching),
            sources=sources,
            more_sources=more,
            devices=devices,
            situations=[_situation(one) for one in found.situations],
            open=found.kinds,
            troubles=around.troubles(),
        )

    def _running(self, watching: Watching) -> Running:
        version, reported = self._around.wanted()
        return Running(
            configuration=watching.configuration.sha256[:10],
            version=version,
            reported=reported.status if reported else None,
        )

    def _lines(self, watching: Watching, at: float) -> Lines:
        settings, around = watching.configuration.settings, self._around
        heard, until = around.publisher.heard, around.own.until
        return Lines(
            broker=settings.broker.url,
            connected=around.publisher.connected,
            connections=around.publisher.connections,
            heard_s=None if heard is None else round(max(0.0, at - heard), 1),
            centre=settings.central.url if settings.central else None,
            certificate_until=until.timestamp() if until else None,
        )

    def _disk(self, watching: Watching) -> Disk:
        folder, settings = self._around.lasting.folder, watching.configuration.settings
        room, kept = machine.disk(folder), self._around.steward.kept
        return Disk(
            free=room.free if room else None,
            size=room.size if room else None,
            kept=kept.total if kept else None,
            kept_allowed=int(settings.storage.max_mb * 1e6),
            outbox=_outbox_size(self._around.lasting),
            evidence=_held(kept, "sent", "waiting"),
            evidence_allowed=int(settings.storage.max_evidence_mb * 1e6),
            journal=_held(kept, "journal"),
            journal_allowed=int(settings.journal.max_mb * 1e6),
        )


def _living(verdict: Verdict) -> dict[str, Any]:
    return {"alive": verdict.alive, "stage": verdict.stage, "turn_s": round(verdict.silent_s, 3)}


def _held(kept: Room | None, *parts: Part) -> int | None:
    return sum(kept.held.get(part, 0) for part in parts) if kept else None


def _outbox_size(lasting: Lasting) -> int:
    path = lasting.outbox.path
    files = [path, path.with_name(path.name + "-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def _queue(found: Counted, intake: Intake, at: float) -> Queue:
    waited = {name: round(max(0.0, at - since), 1) for name, since in found.oldest.items()}
    return Queue(
        events=found.many.get("events"),
        in_memory=intake.waiting,
        oldest_s=waited.get("events"),
        refused=found.many.get("refused"),
        wanted=found.many.get("wanted"),
        pictures=found.many.get("pictures"),
        oldest_picture_s=waited.get("pictures"),
    )


def _machine(steward: Steward) -> Machine:
    return Machine(
        memory=machine.memory(),
        temperature_c=steward.celsius,
        share=steward.share,
        left_behind=len(STRAYS),
        threads=machine.threads(),
        processor_s=round(machine.processor_s(), 2),
        files=machine.open_files(),
    )


def _detector(watching: Watching) -> Detector | None:
    if (models := watching.models) is None:
        return None
    provider = watching.configuration.settings.model.provider
    about = {"model": models.main.name, "sha256": models.main.sha256, "provider": provider}
    if (inference := watching.inference) is None:
        return Detector.model_validate(about)
    runs = inference.runs
    work = {"seconds": runs.seconds, "pictures": runs.pictures, "counts": list(runs.counts)}
    served = {str(urgency): share for urgency, share in dict(inference.load.served).items()}
    return Detector.model_validate({**about, **work, "budget": inference.budget, "served": served})


def _sources(watching: Watching) -> tuple[list[SourceStatus], int, dict[str, int]]:
    """Those that look, one by one, and how many more there are; devices by how many are in which state."""
    found = [_of_lane(lane) for lane in tuple(watching.lanes)]
    devices: Counter[str] = Counter()
    for wing in watching.wings:
        if WINGS.get(wing.name, "device") == "device":
            devices.update(report.state for report in wing.report())
        else:
            found += [_of_report(report, WINGS[wing.name]) for report in wing.report()]
    return found[:MOST_SOURCES], max(0, len(found) - MOST_SOURCES), dict(devices)


def _of_lane(lane: Lane) -> SourceStatus:
    told, decoding = _of_report(report_of(lane), "camera"), lane.reader.decoding
    packets = {} if decoding is None else {"decoded": decoding.decoded, "skipped": decoding.skipped}
    return told.model_copy(
        update={
            "name": lane.source.name,
            "conditions": list(lane.pipeline.conditions),
            "looks": lane.pipeline.observations,
            "reconnects": lane.reader.reconnects,
            "places": lane.pipeline.sizes,
            **packets,
        }
    )


def _of_report(report: SourceReport, kind: str) -> SourceStatus:
    trust = report.trust
    known = report.model_dump(exclude={"trust", "picture"})
    reasons = (trust.reasons or []) if trust else []
    return SourceStatus.model_validate(
        {**known, "kind": kind, "trust": trust.state if trust else None, "trust_reasons": reasons}
    )


def _situation(one: object) -> Situation:
    names: Iterable[str] = ("kind", "source", "zone", "since", "told", "severity", "reasons")
    told = {name: getattr(one, name) for name in names}
    return Situation.model_validate({"id": getattr(one, "situation"), **told})  # noqa: B009
