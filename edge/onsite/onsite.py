"""The part of a node that shows it to who stands before it. What goes wrong here costs nothing else."""

import logging
import threading

from edge.onsite.answers import Answers
from edge.onsite.server import POLL_S, Server
from edge.onsite.settings import OnsiteSettings, token_of
from edge.onsite.sights import Around, Sights

log = logging.getLogger(__name__)


class Onsite:
    """`start` begins to listen, `stop` ends it; neither ever raises."""

    def __init__(self, settings: OnsiteSettings, around: Around) -> None:
        self._settings = settings
        self._sights = Sights(around)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int | None:
        """Where it listens; None where it does not."""
        return self._server.server_address[1] if self._server else None

    def start(self) -> None:
        """A port that is taken, by another node perhaps, is said and tried no more."""
        settings = self._settings
        if not settings.enabled:
            return
        try:
            token = token_of(settings.token_file) if settings.token_file else None
            self._server = Server(settings, Answers(settings, self._sights, token))
        except (OSError, ValueError) as error:
            log.warning("onsite: nothing is shown at %s: %s", settings.url, error)
            return
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, args=(POLL_S,), name="onsite", daemon=True)
        self._thread.start()
        log.info("onsite: %s", settings.url)

    def stop(self) -> None:
        """May be called twice, and without a start."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.cut_all()
        server.server_close()
        if self._thread is not None:
            self._thread.join()
