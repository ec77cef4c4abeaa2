"""Has pictures masked by processes of another environment: the centre itself runs no model.

Nothing is ever passed on unmasked: whoever asks gets a masked picture, or why there is none.
"""

import itertools
import time
from concurrent.futures import TimeoutError as Late

from broker.masking import Ask, MediaType
from central.metrics import Metrics
from central.pictures import masked
from central.pictures.jobs import Job, Jobs
from central.pictures.masked import MaskedPicture, Refusal
from central.pictures.masking_hand import IDLE_S, Hand
from central.pictures.masking_process import Body
from central.pictures.settings import MaskerSettings


class Masker:
    """`start` begins, `stop` ends it; `mask` may be called from any thread."""

    def __init__(self, settings: MaskerSettings, metrics: Metrics) -> None:
        self.settings = settings
        self._metrics = metrics
        self._numbers = itertools.count(1)
        self._jobs = Jobs(most=settings.processes + settings.waiting, hands=settings.processes)
        metrics.masking_now.set_function(lambda: self._jobs.taken)
        self._hands = [
            Hand(f"masker-{number}", settings, self._jobs, metrics) for number in range(settings.processes)
        ]

    @property
    def up(self) -> int:
        """Processes that are ready."""
        return sum(hand.ready is not None for hand in self._hands)

    @property
    def taken(self) -> int:
        """Pictures that wait or are being masked."""
        return self._jobs.taken

    def start(self) -> None:
        """Begin to load models."""
        for hand in self._hands:
            hand.start()

    def stop(self) -> None:
        """End the processes. What waits or is in the making is refused."""
        for hand in self._hands:
            hand.stop()
        for hand in self._hands:
            if hand.ident is not None:
                hand.join()
        while self._jobs.taken:
            if (job := self._jobs.next(0.0)) is not None:
                self._jobs.done(job, masked.down(1.0))

    def mask(self, body: Body, media_type: MediaType) -> MaskedPicture | Refusal:
        """The masked picture, or why there is none. Blocks for about `timeout` seconds at most."""
        found = self._masked(body, media_type)
        outcome = found.reason.code if isinstance(found, Refusal) else "masked"
        self._metrics.masked.labels(outcome=outcome).inc()
        return found

    def _masked(self, body: Body, media_type: MediaType) -> MaskedPicture | Refusal:
        if all(hand.failing for hand in self._hands):
            return masked.down(round(min(hand.pause_s for hand in self._hands)))
        ask = Ask(id=str(next(self._numbers)), media_type=media_type, bytes=len(body))
        job = Job(ask, body, time.monotonic() + self.settings.timeout)
        if (refused := self._jobs.put(job)) is not None:
            return refused
        try:
            return job.answer.result(self.settings.timeout + 2 * IDLE_S)
        except Late:
            job.answer.cancel()
            return masked.slow(self.settings.timeout)
