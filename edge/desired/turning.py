"""What is watched now, and how it becomes something else: between two looks, or all of it begun anew."""

import logging
import threading
from collections.abc import Callable

from broker.messages import Verify
from edge import assembly
from edge.config import Configuration
from edge.desired.desk import Desired
from edge.desired.difference import difference
from edge.desired.preparing import same_sight
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
        before, models = self.watching.configuration, self.watching.models
        try:
            how = self._take_up(change.configuration, change.models)
        except Exception as error:
            log.exception("the new configuration cannot be run; the one before goes on")
            self._go_back(before, models)
            self._desired.rolled_back(change, f"{type(error).__name__}: {error}")
        else:
            failpoint("on_configuration")
            log.info("configuration %s is applied (%s)", change.configuration.sha256[:10], how)
            self._desired.applied(change)
        self._told()

    def _take_up(self, configuration: Configuration, models: assembly.Models | None) -> str:
        """Raises whatever goes wrong."""
        now = self.watching.configuration.settings
        change = difference(now, configuration.settings)
        at_hand = (
            self.watching.turns_models if models is not None else same_sight(now, configuration.settings)
        )
        if change.hot and at_hand:
            self.watching.redraw(configuration, models)
            with_it = "" if models is None else f", {models.main.name} looks now"
            return f"{len(change.changed)} sources told while they run{with_it}"
        self._turn_over(configuration, models)
        return "everything turned over"

    def _go_back(self, before: Configuration, before_models: assembly.Models | None) -> None:
        """To what ran: where that is not told while it runs, from its kept state."""
        try:
            if not self.watching.closed:
                self.watching.redraw(before, before_models)
                return
        except Exception:
            log.exception("the sources cannot go on as they are and are begun anew")
        self._turn_over(before, before_models)

    def _turn_over(self, configuration: Configuration, models: assembly.Models | None) -> None:
        """Stop everything that watches, and begin from its kept state; storage and broker stay.

        models: to look with; None for those that look now, or that have to be loaded first.
        """
        old = self.watching
        if models is None and same_sight(old.configuration.settings, configuration.settings):
            models = old.models
        if models is None:
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
