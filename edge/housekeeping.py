"""What the outbox needs now and then: room, and a digest of each day that is over."""

import logging
from functools import partial

from edge import verifications
from edge.drafts import Batch
from edge.failpoint import failpoint
from edge.intake import Clocks, Intake
from edge.outbox import Outbox

log = logging.getLogger(__name__)

MOST_DAYS = 31  # told at one time; a node that was down for longer tells the rest the next time


class Housekeeping:
    """`tidy` is called every few minutes, and first of all at the start."""

    def __init__(self, outbox: Outbox, intake: Intake, clocks: Clocks, keep_s: float) -> None:
        self._outbox = outbox
        self._intake = intake
        self._clocks = clocks
        self._keep_s = keep_s

    def tidy(self) -> None:
        """Forget what is old, and tell of the days that are over. Raises OutboxError."""
        self._outbox.forget(self._clocks.utc() - self._keep_s)
        self._outbox.within(partial(verifications.forget, now=self._clocks.utc()))
        for _ in range(MOST_DAYS):
            if self._intake.waiting or not self._tell_a_day():
                break

    def _tell_a_day(self) -> bool:
        """False when there is nothing to tell."""
        drafts = self._outbox.digests(self._clocks.utc())
        if not drafts:
            return False
        failpoint("before_digest")
        self._intake.put(Batch(drafts))
        failpoint("after_digest")
        return True
