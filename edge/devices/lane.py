"""All of a node's devices as the node runs them: the ways in, and the desk that decides."""

from collections.abc import Mapping, Sequence
from typing import Any

from broker.messages import SourceAbout, SourceReport
from edge.devices.desk import Desk
from edge.devices.settings import DevicesSettings
from edge.intake import Clocks
from edge.poller import PollerSettings
from edge.reception import Reception, ways_of
from edge.wing import Surroundings, Wanted


class DeviceLane:
    """A wing of the node."""

    name = "devices"
    over = False

    def __init__(
        self,
        settings: DevicesSettings,
        intakes: Sequence[Any],
        pollers: Sequence[PollerSettings],
        around: Surroundings,
    ) -> None:
        clock = around.clock
        clocks = Clocks(clock.monotonic, clock.utc)
        self._desk = Desk(settings, around.made_by, clocks, around.put, clock.quality)
        self.reception = Reception(ways_of(intakes, pollers, clock), clock, self._desk.take)

    @property
    def receptions(self) -> list[Reception]:
        """Where their messages come in."""
        return [self.reception]

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

    def verify(self, wanted: Wanted) -> bool:
        """What a device last said of its situation, at once."""
        return self._desk.verify(wanted.asked)

    @property
    def trouble(self) -> str | None:
        """What is wrong with the ways in, or with the desk itself."""
        return self.reception.trouble or self._desk.trouble
