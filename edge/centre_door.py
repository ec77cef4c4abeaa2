"""The centre's door for pictures, and what the node shows there to prove itself."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
from pydantic import AfterValidator, Field

from broker.settings import Duration, Settings
from edge.enrolment.centre import trust
from edge.enrolment.credentials import Credentials

UNPROVEN = 401


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


class CentreDoor:
    """`open`, then `put`, `get` and `stream` from any thread, then `close`."""

    def __init__(self, settings: CentralSettings | None, proof: Credentials | None) -> None:
        self._settings, self._proof = settings, proof
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    @property
    def url(self) -> str | None:
        """Where it is; None for a node without a centre."""
        return self._settings.url if self._settings else None

    @property
    def proven(self) -> bool:
        """Whether the node proves there which one it is."""
        return self._proof is not None

    def open(self) -> None:
        """Raises OSError when central.ca_file cannot be used."""
        ours = self._proof.identity.ca_pem if self._proof is not None else None
        with self._lock:
            self._client = self._client or _client(self._settings, ours)

    def close(self) -> None:
        """What is under way ends with an error."""
        if self._client is not None:
            self._client.close()

    def put(
        self, path: str, body: bytes, media_type: str, about: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Raises httpx.HTTPError, OSError, Unanswered or Turned; OSError where there is no centre."""
        client, headers = self._opened()
        headers["Content-Type"] = media_type
        answer = client.put(f"{self.url}{path}", content=body, headers=headers, params=about)
        self._heard(answer)
        return answer

    def get(self, path: str) -> httpx.Response:
        """Raises as `put`."""
        client, headers = self._opened()
        answer = client.get(f"{self.url}{path}", headers=headers)
        self._heard(answer)
        return answer

    @contextmanager
    def stream(self, path: str, more: Mapping[str, str]) -> Iterator[httpx.Response]:
        """An answer that is read piece by piece. Raises as `put`."""
        client, headers = self._opened()
        with client.stream("GET", f"{self.url}{path}", headers=headers | dict(more)) as answer:
            self._heard(answer)
            yield answer

    def _opened(self) -> tuple[httpx.Client, dict[str, str]]:
        if self._settings is None or self._client is None:
            raise ConnectionError("there is no centre")
        token = self._token()
        return self._client, {} if token is None else {"Authorization": f"Bearer {token}"}

    def _heard(self, answer: httpx.Response) -> None:
        if answer.status_code == UNPROVEN and self._proof is not None:
            self._proof.forget_bearer()

    def _token(self) -> str | None:
        """Raises Unanswered, Turned or OSError."""
        if self._proof is not None:
            return self._proof.bearer()
        if self._settings is None or self._settings.token_file is None:
            return None
        return self._settings.token_file.read_text(encoding="utf-8").strip()  # anew: it may be renewed


def _client(settings: CentralSettings | None, ours: bytes | None) -> httpx.Client:
    """`ours`: the authority that certified this node, which may vouch for the centre, too."""
    timeout = settings.timeout if settings else None
    if settings is None or (settings.ca_file is None and ours is None):
        return httpx.Client(timeout=timeout, follow_redirects=False)
    trusted = trust(settings.url, settings.ca_file, ours)
    return httpx.Client(timeout=timeout, verify=trusted, follow_redirects=False)
