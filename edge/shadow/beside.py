"""Runs a model beside the one that decides, on a thread that yields to it, and counts what differs."""

import logging
import os
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from broker.events import ModelRef
from broker.fields import utc
from broker.messages import ShadowReport
from edge.perception.glance import Glance
from edge.perception.observer import pictures_of
from edge.shadow.comparing import Naming, Tally, differences
from edge.shadow.pacing import Pacing
from edge.troubles import fit
from models.detections import Detections, Detector

log = logging.getLogger(__name__)

NICE: Final = 15  # how much it yields to whatever else wants a processor
TIMED: Final = 101  # looks over which the time of a picture is taken
MOST_FAILED: Final = 20  # looks in a row: a model that always fails is asked no more


class Named(Detector, Protocol):
    """A detector that says what it is."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Look:
    """One look that the model that decides has made. ms: of a picture, as it goes with that model."""

    glance: Glance
    found: Sequence[Detections]
    ms: float | None


@dataclass(frozen=True, slots=True)
class Floors:
    """From which score on each is believed."""

    running: float
    shadow: float


class Beside:
    """`start`, then `offer` by the loop that looks and `report` from any thread, then `stop`.

    Nothing waits for it: while it is at work or rests, what is offered is left out. open_shadow: loads it, on
    its own thread. utc_now, monotonic: the node's clocks.
    """

    def __init__(
        self,
        running: Named,
        open_shadow: Callable[[], Named],
        floors: Floors,
        pacing: Pacing,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        utc_now: Callable[[], float] = time.time,
    ) -> None:
        self._running, self._open, self._floors, self._pacing = running, open_shadow, floors, pacing
        self._monotonic = monotonic
        self._names = Naming(running.labels)
        self._since: datetime = utc(utc_now())
        self._slot: Look | None = None
        self._lock = threading.Lock()
        self._come, self._stopping = threading.Event(), threading.Event()
        self._tally = Tally()
        self._ms: deque[float] = deque(maxlen=TIMED)
        self._running_ms: float | None = None
        self._shadow: Named | None = None
        self._pictures = self._failed = self._in_a_row = 0
        self._trouble: str | None = None
        self._thread = threading.Thread(target=self._run, name="shadow", daemon=True)

    def start(self) -> None:
        """Load it and wait for looks."""
        self._thread.start()

    def stop(self) -> None:
        """End; a look under way may still finish, and counts for nothing."""
        self._stopping.set()
        self._come.set()
        if self._thread.ident is not None:
            self._thread.join(2.0)

    def offer(self, looks: Sequence[Look], *, busy: bool) -> None:
        """Looks of one round; at most one of them is taken."""
        if self._shadow is None or self._trouble is not None:
            return
        sources = [look.glance.frame.source for look in looks]
        with self._lock:
            free = self._slot is None
            turn = self._pacing.chosen(sources, self._monotonic(), busy=busy, free=free)
            if turn is not None:
                self._slot = looks[turn]
                self._come.set()

    def report(self) -> ShadowReport:
        """What has come of it so far."""
        with self._lock:
            return ShadowReport(
                model=None if self._shadow is None else _ref(self._shadow, "shadow"),
                against=_ref(self._running, "detector"),
                state="failed" if self._trouble else "starting" if self._shadow is None else "looking",
                since=self._since,
                pictures=self._pictures,
                left_out=self._pacing.left_out,
                failed=self._failed,
                ms=round(statistics.median(self._ms), 2) if self._ms else None,
                running_ms=None if self._running_ms is None else round(self._running_ms, 2),
                trouble=self._trouble,
                things=self._tally.told(),
            )

    def _run(self) -> None:
        _yield_to_all()
        try:
            self._shadow = shadow = self._open()
        except Exception as error:  # whatever it is, the node looks on without a shadow
            log.error("the shadow cannot be run: %s", error)
            self._trouble = fit(f"it cannot be loaded: {error}")
            return
        log.info("model %s looks beside %s and is believed nothing", shadow.name, self._running.name)
        names = Naming(shadow.labels)
        while not self._stopping.is_set() and self._trouble is None:
            self._come.wait()
            with self._lock:
                look = self._slot
                self._come.clear()
            if look is not None and not self._stopping.is_set():
                self._one(look, shadow, names)
                with self._lock:
                    self._slot = None

    def _one(self, look: Look, shadow: Named, names: Naming) -> None:
        pictures = pictures_of(look.glance)
        began = self._monotonic()
        try:
            found = shadow.detect(pictures)
        except Exception as error:  # whatever it is, it may be one picture's
            self._has_failed(error, began)
            return
        ended = self._monotonic()
        wish = look.glance.wish
        regions = () if wish is None else wish.regions
        running = self._names.things(regions, look.found, self._floors.running)
        theirs = names.things(regions, found, self._floors.shadow)
        with self._lock:
            self._in_a_row = 0
            self._pacing.worked(ended - began, ended)
            self._pictures += 1
            self._ms.append((ended - began) * 1000.0 / max(1, len(pictures)))
            self._running_ms = look.ms
            self._tally.add(differences(running, theirs))

    def _has_failed(self, error: Exception, began: float) -> None:
        log.warning("the shadow failed on a picture: %s: %s", type(error).__name__, error)
        now = self._monotonic()
        with self._lock:
            self._pacing.worked(now - began, now)
            self._failed += 1
            self._in_a_row += 1
            if self._in_a_row >= MOST_FAILED:
                self._trouble = fit(f"it failed {MOST_FAILED} times in a row: {error}")


def _ref(model: Named, role: str) -> ModelRef:
    name, _, version = model.name.partition("@")
    return ModelRef(name=name, sha256=model.sha256, version=version or None, role=role)


def _yield_to_all() -> None:
    """This thread, and those that its model's session makes, run when nothing else wants to (Linux)."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
