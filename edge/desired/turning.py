"""What is watched now, and how it becomes something else: between two looks, or all of it begun anew."""

import logging
import threading
from collections.abc import Callable

from broker.messages import Verify
from edge import assembly
from edge.config import Configuration
from edge.configured import EdgeSettings
from edge.desired.desk import Desired
from edge.desired.difference import difference
from edge.failpoint import failpoint
from edge.lasting import Lasting
from edge.watching import Watching

log = logging.getLogger(__name__)


class Turning:
    """`serve` is called by the loop that looks; `verify` by the publisher. told: hears of every change."""

    def __init__(self, first: Watching, lasting: Lasting, desired: Desired, told: Callable[[], None]) -> None:
        self.watching = first
        self._lasting, self._desired, self._told = lasting, desired, told
        self._lock = threading.Lock()

    def now(self) -> Watching:
        """What is watched now."""
        return self.watching

    def version(self) -> str | None:
        """Of what the centre wants and this node runs."""
        return self._desired.version

    def verify(self, command: Verify) -> bool:
        """Never while everything is turned over: what was asked is known to the one or the other."""
        with self._lock:
            return self.watching.verifying.asked(command)

    def serve(self) -> None:
        """Apply what is wanted now, if anything."""
        if (change := self._desired.ready()) is None:
            return
        before = self.watching.configuration
        try:
            how = self._take_up(change.configuration)
        except Exception as error:
            log.exception("the new configuration cannot be run; the one before goes on")
            self._go_back(before)
            self._desired.rolled_back(change, f"{type(error).__name__}: {error}")
        else:
            failpoint("on_configuration")
            log.info("configuration %s is applied (%s)", change.configuration.sha256[:10], how)
            self._desired.applied(change)
        self._told()

    def _take_up(self, configuration: Configuration) -> str:
        """Raises whatever goes wrong."""
        change = difference(self.watching.configuration.settings, configuration.settings)
        if change.hot:
            self.watching.redraw(configuration)
            return f"{len(change.changed)} sources told while they run"
        self._turn_over(configuration)
        return "everything turned over"

    def _go_back(self, before: Configuration) -> None:
        """To what ran: where that is not told while it runs, from its kept state."""
        try:
            if not self.watching.closed:
                self.watching.redraw(before)
                return
        except Exception:
            log.exception("the sources cannot go on as they are and are begun anew")
        self._turn_over(before)

    def _turn_over(self, configuration: Configuration) -> None:
        """Stop everything that watches, and begin from its kept state; storage and broker stay."""
        old = self.watching
        models = old.models
        if models is None or not _same_models(old.configuration.settings, configuration.settings):
            models = assembly.open_wanted(configuration.settings)
        if not old.closed:
            old.part(configuration)
        with self._lock:
            if not old.closed:
                old.settle()
                old.close()
            self._lasting.intake.flush(at_once=True)
            new = Watching(configuration, models, self._lasting)
            try:
                new.start(self._lasting.outbox.snapshots())
            except BaseException:
                new.close()
                raise
            self.watching = new


def _same_models(now: EdgeSettings, then: EdgeSettings) -> bool:
    """Whether the networks that are loaded are those that will be wanted."""
    if (now.model, now.privacy, now.trust) != (then.model, then.privacy, then.trust):
        return False
    return _wants(now) == _wants(then)


def _wants(settings: EdgeSettings) -> tuple[bool, bool]:
    """Whether models are needed to see with, and whether they are to mask with."""
    sees = bool(settings.sources or settings.flights or settings.waits)
    return sees, any(box.api for box in settings.analytics)
