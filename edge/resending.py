"""Answers the centre's `resend`: what is held goes again, what never will come is told once."""

import logging

from broker.messages import Resend
from broker.ranges import joined
from edge.drafts import Batch
from edge.dropping import unanswerable
from edge.failpoint import failpoint
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.wanted import Told

log = logging.getLogger(__name__)


class Resending:
    """However much a command asks for and however often it comes, what follows from it is bounded."""

    def __init__(self, outbox: Outbox, intake: Intake, clocks: Clocks) -> None:
        self._outbox = outbox
        self._intake = intake
        self._clocks = clocks
        self._told = Told()

    @property
    def trouble(self) -> str | None:
        """What to tell of events that wait to be sent again."""
        waiting = self._outbox.count("wanted")
        return f"{waiting} events are sent again because the centre asked for them" if waiting else None

    def asked(self, command: Resend) -> bool:
        """Take one command; whether anything is to be sent again that was not before. Raises OutboxError."""
        failpoint("on_resend")
        now, at = self._clocks.monotonic(), self._clocks.utc()
        answer = self._outbox.want(command.ranges, self._told.ranges(now), at, self._told.room)
        failpoint("after_resend")
        never = joined([*answer.lost, *(part for ranges in answer.refused.values() for part in ranges)])
        if answer.marked or never:
            log.info(
                "the centre asked again for events: %d are sent again, %d ranges will never come",
                answer.marked,
                len(never),
            )
        if never:
            self._told.tell(never, now)
            self._intake.put(Batch(tuple(unanswerable(self._outbox.address.node, answer, at))))
        return answer.marked > 0
