"""Brings masked pictures to the centre over HTTP, addressed by the sha256 of their bytes."""

import logging
import random
import threading
from pathlib import Path
from typing import Annotated

import httpx
from pydantic import AfterValidator, Field

from broker.settings import Duration, Settings
from edge.database import OutboxError
from edge.drafts import Upload
from edge.enrolment.centre import Turned, Unanswered, trust
from edge.enrolment.credentials import Credentials
from edge.evidence import EvidenceStore
from edge.intake import Clocks
from edge.outbox import Outbox
from edge.retries import Retries

log = logging.getLogger(__name__)

IDLE_S, BROKEN_S = 30.0, 5.0
SERVER = "the centre"
# Answers that a later try may not get: busy, or an address or token that somebody will put right.
UNPROVEN = 401
LATER = {UNPROVEN, 403, 404, 405, 408, 425, 429}


def web_address(url: str) -> str:
    """A checked address without a slash at its end. Raises ValueError."""
    parts = httpx.URL(url)
    if parts.scheme not in ("http", "https") or not parts.host:
        raise ValueError("http:// or https:// and a host are expected")
    if parts.userinfo or parts.query:
        raise ValueError("a url carries no credentials and no query; use token_file")
    return url.rstrip("/")


class CentralSettings(Settings):
    """Where pictures go. `token_file` holds a token that is sent as `Authorization: Bearer`."""

    url: Annotated[str, AfterValidator(web_address)]
    token_file: Path | None = None
    ca_file: Path | None = None
    timeout: Annotated[Duration, Field(gt=0)] = 20.0


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
    ) -> None:
        self._settings = settings
        self._proof = proof
        self._outbox = outbox
        self._store = store
        self._clocks = clocks
        self._max_bytes = max_bytes
        self._server = Retries(1.0, 300.0, random.random)
        self._pictures = Retries(1.0, 300.0, random.random)
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._client: httpx.Client | None = None
        self._thread = threading.Thread(target=self._run, name="uploader", daemon=True)
        self.trouble: str | None = None

    def start(self) -> None:
        """Begin to upload. Raises OSError when central.ca_file cannot be used."""
        ours = self._proof.identity.ca_pem if self._proof is not None else None
        self._client = _client(self._settings, ours)
        self._thread.start()

    def stop(self) -> None:
        """End; a picture on its way is given up for now and goes again after the next start."""
        self._stopping.set()
        self.wake()
        if self._client is not None:
            self._thread.join()
            self._client.close()

    def wake(self) -> None:
        """Look again now."""
        self._awake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                pause = self._pass()
            except OutboxError as error:
                log.warning("uploader: %s; nothing is lost, trying again", error)
                pause = BROKEN_S
            except Exception:  # the thread must live: without it nothing would ever be sent again
                log.exception("uploader: this was not expected; trying again")
                pause = BROKEN_S
            self._awake.wait(pause)
            self._awake.clear()

    def _pass(self) -> float:
        """Every picture that is due, oldest first; returns how long nothing will be."""
        waiting = self._waiting()
        self._pictures.keep({upload.sha256 for upload in waiting})
        for upload in waiting:
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
            answer = self._put(upload, body)
        except (httpx.HTTPError, OSError, Unanswered, Turned) as error:
            self._unreachable(f"{type(error).__name__}: {error}", now)
        else:
            self._answered(upload, answer, now)

    def _put(self, upload: Upload, body: bytes) -> httpx.Response:
        assert self._settings is not None and self._client is not None  # noqa: S101, PT018 - else nothing is due
        headers = {"Content-Type": upload.media_type}
        if (token := self._token()) is not None:
            headers["Authorization"] = f"Bearer {token}"
        url = f"{self._settings.url}/api/evidence/{upload.sha256}"
        return self._client.put(url, content=body, headers=headers)

    def _token(self) -> str | None:
        """Raises Unanswered, Turned or OSError."""
        if self._proof is not None:
            return self._proof.bearer()
        if self._settings is None or self._settings.token_file is None:
            return None
        return self._settings.token_file.read_text(encoding="utf-8").strip()  # anew: it may be renewed

    def _answered(self, upload: Upload, answer: httpx.Response, now: float) -> None:
        refused = answer.is_client_error and answer.status_code not in LATER
        if answer.status_code == UNPROVEN and self._proof is not None:
            self._proof.forget_bearer()
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


def _client(settings: CentralSettings | None, ours: bytes | None) -> httpx.Client:
    """`ours`: the authority that certified this node, which may vouch for the centre, too."""
    timeout = settings.timeout if settings else None
    if settings is None or (settings.ca_file is None and ours is None):
        return httpx.Client(timeout=timeout, follow_redirects=False)
    trusted = trust(settings.url, settings.ca_file, ours)
    return httpx.Client(timeout=timeout, verify=trusted, follow_redirects=False)
