"""All of a node's devices as the node runs them: the ways in, and the desk that decides."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from broker.events import Audit
from broker.messages import SourceAbout, SourceReport
from edge.devices.desk import Desk
from edge.devices.settings import DevicesSettings
from edge.drafts import Batch
from edge.frames import SourceClock
from edge.intake import Clocks
from edge.poller import PollerSettings
from edge.reception import Reception


class DeviceLane:
    """`start`, `stop`. put: commits a batch, from any thread."""

    def __init__(
        self,
        settings: DevicesSettings,
        intakes: Sequence[Any],
        pollers: Sequence[PollerSettings],
        made_by: Audit,
        clock: SourceClock,
        put: Callable[[Batch], None],
    ) -> None:
        clocks = Clocks(clock.monotonic, clock.utc)
        self._desk = Desk(settings, made_by, clocks, put, clock.quality)
        self.reception = Reception(intakes, pollers, clock, self._desk.take)

    def start(self, saved: Mapping[str, bytes]) -> None:
        """Go on where an earlier process stopped. saved: the outbox's snapshots."""
        self._desk.resume(saved)
        self._desk.start()
        self.reception.start()

    def stop(self) -> None:
        """Take nothing more, decide what was taken, and keep all of the state. May be called twice."""
        self.reception.stop()
        self._desk.stop()

    def about(self) -> list[SourceAbout]:
        """The devices, for what the node tells of itself."""
        return self._desk.about()

    def report(self) -> list[SourceReport]:
        """How each of them fares."""
        return self._desk.report()

    @property
    def trouble(self) -> str | None:
        """What is wrong with the ways in, or with the desk itself."""
        return self.reception.trouble or self._desk.trouble
