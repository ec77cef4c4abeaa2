"""Pictures that wait to be masked, so many and no more: each lies in memory."""

import math
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from broker.masking import Ask
from central.pictures.masked import MaskedPicture, Refusal, busy
from central.pictures.masking_process import Body

USUAL_S = 3.0  # for a picture, until the first were masked
_WEIGHT = 0.2  # of the last picture in what is usual


@dataclass(slots=True)
class Job:
    """One picture in hand. `answer` is set once, by whoever took it; its body is let go then."""

    ask: Ask
    body: Body | None
    until: float
    answer: "Future[MaskedPicture | Refusal]" = field(default_factory=Future)


class Jobs:
    """A bounded queue. `most` counts those in the making too."""

    def __init__(self, *, most: int, hands: int) -> None:
        self._most, self._hands = most, hands
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._taken = 0
        self._usual_s = USUAL_S

    @property
    def taken(self) -> int:
        """Those that wait and those in the making."""
        return self._taken

    def put(self, job: Job) -> Refusal | None:
        """None when it waits now, else why not."""
        with self._lock:
            if self._taken >= self._most:
                return busy(self._taken, math.ceil(max(1.0, self._usual_s * self._taken / self._hands)))
            self._taken += 1
        self._queue.put(job)
        return None

    def next(self, wait_s: float) -> Job | None:
        """One that somebody still waits for."""
        try:
            job = self._queue.get(timeout=wait_s)
        except queue.Empty:
            return None
        if job is None:
            return None
        if job.answer.set_running_or_notify_cancel():
            return job
        self._let_go(job)
        return None

    def wake(self) -> None:
        """Make one that waits in `next` come back at once."""
        self._queue.put(None)

    def done(self, job: Job, found: MaskedPicture | Refusal) -> None:
        """Tell whoever waits for it."""
        self._let_go(job)
        job.answer.set_result(found)

    def took(self, seconds: float) -> None:
        """How long one took, for those who are told when to come back."""
        with self._lock:
            self._usual_s += _WEIGHT * (seconds - self._usual_s)

    def _let_go(self, job: Job) -> None:
        job.body = None
        with self._lock:
            self._taken -= 1
