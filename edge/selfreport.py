"""What a node says of itself: when it introduces itself, how it fares, and what a run came to."""

import shutil
from dataclasses import dataclass

from broker.events import Clock, Reason
from broker.fields import utc
from broker.messages import About, NodeHealth
from edge import machine, reports
from edge.lastrun import TOLD_S
from edge.onsite.sights import Around
from edge.parts import Basis, Parts
from edge.strays import STRAYS


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to; `gewu-edge run` prints it as its last line."""

    frames: int
    observations: int
    events: int
    pending: int
    evidence_pending: int
    seconds: float


class SelfReport:
    """Reads what is there, from any thread."""

    def __init__(self, basis: Basis, parts: Parts) -> None:
        self._basis, self._parts = basis, parts

    @property
    def _up_s(self) -> float:
        return self._basis.network.monotonic() - self._basis.began

    def about(self) -> About:
        """What it is and what it watches."""
        watching = self._parts.watching
        return About(
            at=utc(self._basis.network.utc()),
            software=self._basis.software,
            configuration=watching.configuration.sha256,
            model=watching.models.main.name if watching.models else None,
            models=list(watching.models.looking) if watching.models else None,
            sources=watching.about(),
            inventory=self._basis.inventory,
        )

    def health(self) -> NodeHealth:
        """How it fares. Raises OutboxError once it has ended."""
        basis, parts = self._basis, self._parts
        return NodeHealth(
            at=utc(basis.network.utc()),
            uptime_s=round(self._up_s, 1),
            pending=parts.outbox.count("events") + parts.intake.waiting,
            evidence_pending=parts.outbox.count("uploads"),
            disk_free_mb=round(shutil.disk_usage(basis.folder).free / 1e6, 1),
            sources=parts.watching.report(),
            troubles=self.troubles(),
            clock=Clock(quality=basis.source_clock.quality()),
            temperature_c=parts.steward.celsius,
            memory_mb=_megabytes(machine.memory()),
            certificate_until=basis.own.until,
            looking=parts.watching.detecting(),
            shadow=parts.watching.shadow(),
        )

    def troubles(self) -> list[Reason]:
        """What is amiss with the node itself."""
        basis, parts = self._basis, self._parts
        return reports.troubles(
            damaged=parts.repair.told,
            storage=parts.intake.trouble,
            uploads=parts.uploader.trouble,
            refused=parts.outbox.count("refused"),
            **parts.watching.troubles,
            too_large=parts.publisher.too_large,
            resending=parts.publisher.resending,
            restarted=basis.before if self._up_s < TOLD_S else None,
            threads=STRAYS.trouble,
            hot=parts.steward.hot,
            room=parts.steward.room,
            edited=basis.desired.edited,
            certificate=basis.own.trouble,
            identity=basis.own.refused,
        )

    def around(self) -> Around:
        """What the page on site looks at."""
        basis, parts = self._basis, self._parts
        return Around(
            parts.lasting,
            parts.turning.now,
            parts.publisher,
            basis.own,
            lambda: (basis.desired.version, basis.desired.reported),
            self.troubles,
            parts.steward,
            basis.pulse,
            basis.began,
        )

    def summary(self, events: int) -> Summary:
        """events: that were committed."""
        lanes = self._parts.watching.lanes
        return Summary(
            frames=sum(lane.reader.report().frames for lane in lanes),
            observations=sum(lane.pipeline.observations for lane in lanes),
            events=events,
            pending=self._parts.outbox.count("events"),
            evidence_pending=self._parts.outbox.count("uploads"),
            seconds=round(self._up_s, 1),
        )


def _megabytes(size: int | None) -> float | None:
    return None if size is None else round(size / 1e6, 1)
