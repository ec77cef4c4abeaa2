"""Keeps one masking process up and gives it one picture at a time."""

import logging
import threading
import time

from broker.masking import Ready
from central.metrics import Metrics
from central.pictures import masked
from central.pictures.jobs import Job, Jobs
from central.pictures.masked import MaskedPicture, Refusal, Unproved
from central.pictures.masking_process import READY_S, Ended, MaskingProcess, TooSlow
from central.pictures.settings import MaskerSettings

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
IDLE_S = 0.5  # how soon a stop is noticed, and a process that ended with nothing to do


def pause_after(failures: int) -> float:
    """Seconds before a process is begun anew: none after one failure in a row, then 1, doubling to 60."""
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 2, 16)) if failures > 1 else 0.0


class Hand(threading.Thread):
    """One thread and its process, which it begins anew whenever it has ended."""

    def __init__(self, name: str, settings: MaskerSettings, jobs: Jobs, metrics: Metrics) -> None:
        super().__init__(name=name)
        self._settings, self._jobs, self._metrics = settings, jobs, metrics
        self._stopping = threading.Event()
        self._process: MaskingProcess | None = None
        self._failures = 0
        self._not_before = 0.0
        self.ready: Ready | None = None

    @property
    def failing(self) -> bool:
        """Whether it ends, or its process could not be brought up though that was tried twice."""
        return self._stopping.is_set() or (self.ready is None and self._failures > 1)

    @property
    def pause_s(self) -> float:
        """How long until its process is begun anew."""
        return max(FIRST_PAUSE_S, self._not_before - time.monotonic())

    def stop(self) -> None:
        """Make it end at once; `join` waits for that."""
        self._stopping.set()
        if (process := self._process) is not None:
            process.interrupt()
        self._jobs.wake()

    def run(self) -> None:
        """Until it is told to stop."""
        while not self._stopping.is_set():
            if self._process is None and not self._begun():
                self._wait()
            elif (job := self._jobs.next(IDLE_S)) is not None:
                self._jobs.done(job, self._masked(job))
            elif self._process is not None and self._process.gone:
                self._failed("it ended with nothing to do")
        self._end()

    def _begun(self) -> bool:
        """Whether the process is up, after an attempt to begin it where one is due."""
        if time.monotonic() < self._not_before or self._stopping.is_set():
            return False
        try:
            self._process = MaskingProcess(self._settings.command)
            ready = self._process.ready(time.monotonic() + READY_S)
        except Ended as error:
            return self._failed(str(error))
        except TooSlow:
            return self._failed(f"it was not ready after {READY_S:g} s")
        models = ", ".join(f"{model.name} {model.sha256[:12]}" for model in ready.models)
        log.info("masker: process %d is ready: %s, %s", self._process.pid, ready.software, models)
        self.ready = ready
        self._metrics.maskers_up.inc()
        return True

    def _wait(self) -> None:
        """Nobody is kept waiting for a process that may not come."""
        while self.failing and (job := self._jobs.next(0.0)) is not None:
            self._jobs.done(job, masked.down(round(self.pause_s)))
        self._stopping.wait(min(IDLE_S, self._not_before - time.monotonic()))

    def _masked(self, job: Job) -> MaskedPicture | Refusal:
        """Tried twice at most: the process may have been ended from outside."""
        for _ in range(2):
            if self._process is None and not self._begun():
                return masked.down(round(self.pause_s))
            began = time.monotonic()
            try:
                found = self._asked(job)
            except (Ended, Unproved) as error:
                self._failed(str(error))
            except TooSlow:
                self._failed(f"a picture took more than {self._settings.timeout:g} s")
                return masked.slow(self._settings.timeout)
            else:
                self._took(time.monotonic() - began)
                return found
        return masked.fatal()

    def _asked(self, job: Job) -> MaskedPicture | Refusal:
        """Raises Ended, Unproved or TooSlow."""
        process, ready = self._process, self.ready
        assert process is not None and ready is not None and job.body is not None  # noqa: S101, PT018
        if len(job.body) > ready.max_bytes:
            return masked.too_large(ready.max_bytes)
        answer, body = process.ask(job.ask, job.body, job.until)
        if answer.outcome == "refused":
            return masked.refused(answer.reason)
        return masked.checked(answer, body, ready)

    def _took(self, seconds: float) -> None:
        self._failures = 0
        self._jobs.took(seconds)
        self._metrics.masking.observe(seconds)

    def _failed(self, why: str) -> bool:
        """The process is of no use any more. Returns False."""
        self._failures += 1
        self._not_before = time.monotonic() + pause_after(self._failures)
        said = self._end()
        if not self._stopping.is_set():
            log.warning("masker: %s%s", why, f"; it said: {said}" if said else "")
        return False

    def _end(self) -> str:
        if self.ready is not None:
            self._metrics.maskers_up.dec()
        process, self._process, self.ready = self._process, None, None
        return process.end() if process is not None else ""
