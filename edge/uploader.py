"""Brings masked pictures to the centre over HTTP, addressed by the sha256 of their bytes."""

import logging
import random
import threading
from collections.abc import Callable

import httpx

from edge.centre_door import UNPROVEN, CentralSettings, CentreDoor
from edge.database import OutboxError
from edge.drafts import Upload
from edge.enrolment.centre import Turned, Unanswered
from edge.enrolment.credentials import Credentials
from edge.evidence import EvidenceStore
from edge.intake import Clocks
from edge.outbox import Outbox
from edge.retries import Retries

log = logging.getLogger(__name__)

IDLE_S, BROKEN_S = 30.0, 5.0
SERVER = "the centre"
# Answers that a later try may not get: busy, or an address or token that somebody will put right.
LATER = {UNPROVEN, 403, 404, 405, 408, 425, 429}


class Uploader:
    """One thread. A picture stays on the disk until the centre has it, then until room is needed."""

    def __init__(
        self,
        settings: CentralSettings | None,
        outbox: Outbox,
        store: EvidenceStore,
        clocks: Clocks,
        *,
        max_bytes: int,
        proof: Credentials | None = None,
        beat: Callable[[bool], None] = lambda _at_work: None,
    ) -> None:
        self._settings = settings
        self._door = CentreDoor(settings, proof)
        self._outbox = outbox
        self._store = store
        self._clocks = clocks
        self._max_bytes = max_bytes
        self._beat = beat
        self._server = Retries(1.0, 300.0, random.random)
        self._pictures = Retries(1.0, 300.0, random.random)
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="uploader", daemon=True)
        self.trouble: str | None = None

    def start(self) -> None:
        """Begin to upload. Raises OSError when central.ca_file cannot be used."""
        self._door.open()
        self._thread.start()

    def stop(self) -> None:
        """End; a picture on its way is given up for now and goes again after the next start."""
        self._stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join()
        self._door.close()

    def wake(self) -> None:
        """Look again now."""
        self._awake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._beat(True)
            try:
                pause = self._pass()
            except OutboxError as error:
                log.warning("uploader: %s; nothing is lost, trying again", error)
                pause = BROKEN_S
            except Exception:  # the thread must live: without it nothing would ever be sent again
                log.exception("uploader: this was not expected; trying again")
                pause = BROKEN_S
            self._beat(False)
            self._awake.wait(pause)
            self._awake.clear()

    def _pass(self) -> float:
        """Every picture that is due, oldest first; returns how long nothing will be."""
        waiting = self._waiting()
        self._pictures.keep({upload.sha256 for upload in waiting})
        for upload in waiting:
            self._beat(True)
            now = self._clocks.monotonic()
            if self._stopping.is_set() or not self._server.due(SERVER, now):
                break
            if self._pictures.due(upload.sha256, now):
                self._one(upload, now)
        self._make_room()
        now = self._clocks.monotonic()
        first = self._pictures if self._server.due(SERVER, now) else self._server
        return max(0.0, first.next_due(now + IDLE_S) - now)

    def _waiting(self) -> list[Upload]:
        return self._outbox.uploads() if self._settings else []

    def _make_room(self) -> None:
        """Old pictures go when there are too many; those that wait stay, unless they alone are too many."""
        keep = {upload.sha256: upload for upload in self._waiting()}  # more than when the pass began
        while sum(upload.size for upload in keep.values()) > self._max_bytes:
            oldest = keep.pop(next(iter(keep)))
            self._give_up(oldest, "the pictures that wait fill storage.max_evidence_mb")
        for sha256 in self._store.trim(keep):
            if self._settings is None:
                self._outbox.give_up(sha256, "made room for newer ones")

    def _one(self, upload: Upload, now: float) -> None:
        try:
            body = self._store.get(upload.sha256)
        except OSError as error:
            log.warning("picture %s cannot be read (%s); trying again", upload.sha256[:12], error)
            self._pictures.tried(upload.sha256, now)
            return
        if body is None:
            self._give_up(upload, "its file is gone or damaged")
            return
        try:
            answer = self._door.put(f"/api/evidence/{upload.sha256}", body, upload.media_type)
        except (httpx.HTTPError, OSError, Unanswered, Turned) as error:
            self._unreachable(f"{type(error).__name__}: {error}", now)
        else:
            self._answered(upload, answer, now)

    def _answered(self, upload: Upload, answer: httpx.Response, now: float) -> None:
        refused = answer.is_client_error and answer.status_code not in LATER
        if not answer.is_success and not refused:
            self._unreachable(f"answered {answer.status_code}", now)
            return
        self._server.forget(SERVER)
        self._say(None)
        if refused:
            self._give_up(upload, f"the centre answered {answer.status_code}: {_words(answer)}")
        else:
            self._outbox.uploaded(upload.sha256, self._clocks.utc())
            self._pictures.forget(upload.sha256)

    def _unreachable(self, why: str, now: float) -> None:
        """The trouble is the server's, not this picture's: all pictures wait."""
        self._server.tried(SERVER, now)
        self._say(why)

    def _give_up(self, upload: Upload, why: str) -> None:
        log.error("picture %s is not uploaded, and will not be: %s", upload.sha256[:12], why)
        self._outbox.give_up(upload.sha256, why)
        self._pictures.forget(upload.sha256)

    def _say(self, trouble: str | None) -> None:
        """Once when it begins, once when it is over."""
        if trouble is not None and self.trouble is None:
            log.warning(
                "uploader: the centre does not take pictures (%s); they wait and are tried again", trouble
            )
        elif trouble is None and self.trouble is not None:
            log.info("uploader: the centre takes pictures again")
        self.trouble = trouble


def _words(answer: httpx.Response) -> str:
    """What it says, on one line, and without what we told it: some proxies say that back."""
    told = answer.request.headers.get("Authorization", "").partition(" ")[2]
    text = answer.text[:2_000].replace(told, "***") if told else answer.text[:2_000]
    return "".join(sign if sign.isprintable() else " " for sign in text)[:120]
