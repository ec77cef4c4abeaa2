"""The centre's doors for nodes, as HTTP requests."""

import secrets
import ssl
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import ValidationError
from typing_extensions import Self

from broker.enrolment import (
    ASSERTION_S,
    TIME_HEADER,
    Assertion,
    Bearer,
    Enrolment,
    EnrolmentRequest,
    Renewal,
    audience,
    fingerprint,
)
from broker.fields import Message, read
from edge.enrolment.folder import Identity

M = TypeVar("M", bound=Message)
KEY_KNOWN = 409  # the status with which the centre says that it has seen a request's key before


class Unanswered(Exception):
    """The centre cannot be asked now; a later try may succeed."""


class Turned(Exception):
    """The centre said no. `centre_time`: its clock in seconds, where it told."""

    def __init__(self, status: int, text: str, centre_time: float | None) -> None:
        super().__init__(f"the centre answered {status}: {text}")
        self.status = status
        self.centre_time = centre_time


def trust(url: str, ca_file: Path | None, ca_pem: bytes | None) -> ssl.SSLContext:
    """`ca_file` alone, or the system's authorities and our own; nobody where no TLS is. Raises OSError."""
    if not url.startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    if ca_file is None and ca_pem is not None:
        context.load_verify_locations(cadata=ca_pem.decode())
    return context


class CentreDoors:
    """Asks. Every question raises Unanswered or Turned."""

    def __init__(self, url: str, context: ssl.SSLContext, timeout: float = 20.0) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.Client(verify=context, timeout=timeout, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def authority(self) -> bytes:
        """The authority's certificates, as whoever answers says them."""
        return self._asked("GET", "/api/pki/ca").content

    def enrol(self, secret: str, csr: bytes, software: str) -> Enrolment:
        """A certificate for a one-time token."""
        asked = EnrolmentRequest(token=secret, csr=csr.decode(), software=software)
        return self._message(Enrolment, "/api/enroll", asked)

    def bearer(self, identity: Identity, now: float) -> Bearer:
        """A bearer for an assertion made at `now`, seconds by the centre's clock."""
        return self._message(Bearer, "/api/nodes/token", Assertion(assertion=assertion(identity, now)))

    def renew(self, csr: bytes, bearer: str, proof: str) -> Enrolment:
        """A certificate for a new key of the same node; `proof`: an assertion for this request."""
        asked = Renewal(csr=csr.decode(), assertion=proof)
        return self._message(Enrolment, "/api/nodes/self/renew", asked, bearer)

    def _message(self, model: type[M], path: str, body: Message, bearer: str | None = None) -> M:
        answer = self._asked("POST", path, body.encode(), bearer)
        try:
            return read(model, answer.content)
        except ValidationError as error:
            raise Unanswered(f"{path}: the answer is not the centre's") from error

    def _asked(
        self, method: str, path: str, body: bytes | None = None, bearer: str | None = None
    ) -> httpx.Response:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        try:
            answer = self._client.request(method, self._url + path, content=body, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise Unanswered(f"{self._url} cannot be reached: {type(error).__name__}: {error}") from error
        if answer.is_success:
            return answer
        if answer.is_client_error and answer.status_code not in (408, 425, 429):
            raise Turned(answer.status_code, _words(answer), _time(answer))
        raise Unanswered(f"{self._url} answered {answer.status_code}: {_words(answer)}")


def assertion(identity: Identity, now: float, csr: bytes | None = None) -> str:
    """Who we are, for this centre and this minute, signed with our key; `csr`: to have it certified alone."""
    issued = int(now)
    claims = {
        "iss": identity.address.source,
        "sub": identity.address.source,
        "aud": audience(identity.ca_pem),
        "jti": secrets.token_urlsafe(24),
        "iat": issued,
        "exp": issued + ASSERTION_S,
    } | ({"csr": fingerprint(csr)} if csr is not None else {})
    header = {"alg": "ES256", "typ": "JWT", "kid": identity.held.serial}
    return jwt.encode(header, claims, ECKey.import_key(identity.key_pem), algorithms=["ES256"])


def pinned(doors: CentreDoors, authority: str) -> bytes:
    """The centre's authority, if it is the one of the token. Raises Turned otherwise."""
    ca_pem = doors.authority()
    if fingerprint(ca_pem) != authority:
        raise Turned(0, "its authority is not the one that the token names", None)
    return ca_pem


def _words(answer: httpx.Response) -> str:
    """What a problem document says, or the beginning of whatever came."""
    try:
        told = answer.json()
        words = f"{told['detail']} (allowed: {told['allowed']})" if "allowed" in told else told["detail"]
    except (ValueError, KeyError, TypeError):
        words = answer.text
    return "".join(sign for sign in str(words) if sign.isprintable())[:200]


def _time(answer: httpx.Response) -> float | None:
    try:
        return datetime.fromisoformat(answer.headers[TIME_HEADER].replace("Z", "+00:00")).timestamp()
    except (KeyError, ValueError):
        return None
