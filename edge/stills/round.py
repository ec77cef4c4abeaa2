"""A still of every camera now and then, so that a wall of pictures is there before anybody asks."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from edge.frames import SourceClock
from edge.privacy import MaskingFailed
from edge.stills.making import made
from edge.stills.sending import NotSent, Sender
from edge.stills.settings import StillsSettings
from edge.stills.taking import NoPicture, picture_of
from edge.watching import Watching

log = logging.getLogger(__name__)

FIRST_S: Final = 20.0  # after the start: looking comes first
TICK_S: Final = 1.0
SHARE: Final = 0.25  # of the time, at most: many cameras are shown more seldom than is set
UNKNOWN_S: Final = 600.0  # a centre that knows no stills is asked again
PATIENCE_S: Final = 70.0  # the longest `idle`, and a little more


class StillsRound:
    """One thread. watching: what is watched now; its settings may change at any time."""

    def __init__(self, watching: Callable[[], Watching], sender: Sender, clock: SourceClock) -> None:
        self._watching, self._sender, self._clock = watching, sender, clock
        self._next: dict[str, float] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stills", daemon=True)

    def start(self) -> None:
        """Begin, where there is a centre to show anything to."""
        if self._sender.somewhere:
            self._thread.start()

    def stop(self) -> None:
        """End; a still on its way is given up."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(2.0)

    def _run(self) -> None:
        pause = min(FIRST_S, self._watching().configuration.settings.stills.every or FIRST_S)
        while not self._stopping.wait(pause):
            try:
                pause = self._pass()
            except Exception:  # whatever it is, the next picture may be better
                log.exception("stills: this was not expected")
                pause = FIRST_S

    def _pass(self) -> float:
        """The still that is due longest, if any; returns how long to wait."""
        watching = self._watching()
        settings, models = watching.configuration.settings, watching.models
        if settings.stills.every == 0.0 or models is None:
            return FIRST_S
        cameras = [source.id for source in settings.sources]
        cameras += [camera.id for box in settings.analytics if box.api for camera in box.cameras]
        source = self._due(cameras, settings.stills)
        if source is None:
            return TICK_S
        began = time.monotonic()
        return self._one(watching, source, settings.stills.width) or max(
            TICK_S, (time.monotonic() - began) / SHARE
        )

    def _due(self, cameras: Iterable[str], settings: StillsSettings) -> str | None:
        now = time.monotonic()
        self._next = {name: self._next.get(name, now) for name in cameras}
        due = [name for name, at in self._next.items() if at <= now]
        if not due:
            return None
        first = min(due, key=lambda name: self._next[name])
        self._next[first] = now + settings.every
        return first

    def _one(self, watching: Watching, source: str, width: int) -> float:
        """How long to wait for another reason than the work that it was."""
        assert watching.models is not None  # noqa: S101 - else nothing is due
        try:
            frame = picture_of(watching, source, self._clock, PATIENCE_S, hurried=False)
            self._sender.send(made(frame, watching.models.masker, width), source)
        except NoPicture as error:
            log.debug("source %s: no still: %s", source, error)
        except MaskingFailed as error:
            log.warning("source %s: still withheld: %s", source, error)
        except NotSent as error:
            log.info("source %s: still not shown: %s", source, error)
            return UNKNOWN_S if error.unknown else 0.0
        return 0.0
