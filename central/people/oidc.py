"""OpenID Connect: the code flow with PKCE, state and nonce, by Authlib and joserfc."""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import httpx
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    parse_authorization_code_response,
    prepare_grant_uri,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from authlib.oidc.discovery import get_well_known_url  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel, ValidationError

from central.people.providing import ProviderAway, ProviderRefused, Start
from central.people.settings import OidcSettings, site

# Signatures with the provider's public keys alone: never `none`, never one that a client's secret could make.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
TIMEOUT_S = 5.0
MOST_BYTES = 500_000
KNOWN_S = 3_600.0  # the provider's document and keys are read again after so long
NEW_KEYS_S = 30.0  # an unknown key makes them be read again, at most so often
LEEWAY_S = 60
AT_ONCE = 4  # a provider that is slow must not take every thread that the API has


def _endpoint(url: str) -> str:
    site(url.partition("?")[0])
    return url


_Endpoint = Annotated[str, AfterValidator(_endpoint)]


class _Metadata(BaseModel):
    issuer: str
    authorization_endpoint: _Endpoint
    token_endpoint: _Endpoint
    jwks_uri: _Endpoint


class Provider:
    """One provider. `back`: the address to which it sends people back. Thread-safe."""

    def __init__(self, settings: OidcSettings, secret: str, back: str) -> None:
        self.settings = settings
        self._secret = secret
        self._back = back
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._metadata: _Metadata | None = None
        self._keys: KeySet | None = None
        self._read_at = float("-inf")

    def begin(self) -> tuple[str, Start]:
        """Where to send the browser, and what it has to bring back. Raises ProviderAway."""
        start = Start(*(secrets.token_urlsafe(32) for _ in range(3)))
        with self._turn():
            where = self._about()[0].authorization_endpoint
        url: str = prepare_grant_uri(
            where,
            client_id=self.settings.client_id,
            response_type="code",
            redirect_uri=self._back,
            scope=" ".join(self.settings.scopes),
            state=start.state,
            nonce=start.nonce,
            code_challenge=create_s256_code_challenge(start.verifier),
            code_challenge_method="S256",
        )
        return url, start

    def finish(self, url: str, start: Start) -> dict[str, Any]:
        """The claims of whoever came back at `url`. Raises ProviderAway or ProviderRefused."""
        try:
            given = parse_authorization_code_response(url, state=start.state)
        except AuthlibBaseError as error:
            raise ProviderRefused(f"the answer does not fit: {error.error}") from error
        with self._turn():
            token = self._exchange(given["code"], start)
            return self._claims(token, start.nonce)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Raises ProviderAway when too many ask the provider already."""
        if not self._room.acquire(blocking=False):
            raise ProviderAway(f"more than {AT_ONCE} sign-ins wait for the provider")
        try:
            yield
        finally:
            self._room.release()

    def _exchange(self, code: str, start: Start) -> dict[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._back}
        form["code_verifier"] = start.verifier
        account = httpx.BasicAuth(self.settings.client_id, self._secret)
        answer = self._ask("POST", self._about()[0].token_endpoint, data=form, auth=account)
        if not isinstance(answer.get("id_token"), str):
            raise ProviderRefused("the provider gave no identity")
        return answer

    def _claims(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """The checked claims of an identity token."""
        metadata, keys = self._about()
        try:
            found = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            keys = self._about(newer_than=NEW_KEYS_S)[1]  # it may have changed its keys
            found = self._decoded(token["id_token"], keys)
        wanted = {
            "iss": {"essential": True, "values": [metadata.issuer]},
            "aud": {"essential": True, "values": [self.settings.client_id]},
            "sub": {"essential": True},
        }
        given = {"nonce": nonce, "client_id": self.settings.client_id}
        given |= {key: token[key] for key in ("access_token",) if isinstance(token.get(key), str)}
        try:
            claims = CodeIDToken(found.claims, found.header, wanted, given)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise ProviderRefused(f"the identity does not hold: {_said(error)}") from error
        return dict(found.claims)

    def _decoded(self, token: str, keys: KeySet) -> jwt.Token:
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise ProviderRefused(f"the identity's signature does not hold: {_said(error)}") from error

    def _about(self, *, newer_than: float = KNOWN_S) -> tuple[_Metadata, KeySet]:
        """The provider's document and keys. Raises ProviderAway."""
        with self._lock:
            if self._metadata is None or self._keys is None or time.monotonic() - self._read_at > newer_than:
                self._metadata, self._keys = self._read()
                self._read_at = time.monotonic()
            return self._metadata, self._keys

    def _read(self) -> tuple[_Metadata, KeySet]:
        try:
            url = get_well_known_url(self.settings.issuer, external=True)
            metadata = _Metadata.model_validate(self._ask("GET", url))
            keys = KeySet.import_key_set(self._ask("GET", metadata.jwks_uri))  # type: ignore[arg-type]
        except (ProviderRefused, ValidationError, JoseError, ValueError) as error:
            raise ProviderAway("the provider's own document cannot be used") from error
        if metadata.issuer.rstrip("/") != self.settings.issuer:
            raise ProviderAway(f"the provider says it is {metadata.issuer}, not {self.settings.issuer}")
        return metadata, keys

    def _ask(self, method: str, url: str, **given: Any) -> dict[str, Any]:
        """A JSON object. Nothing is followed: where to ask was configured."""
        try:
            with (
                httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client,
                client.stream(method, url, headers={"Accept": "application/json"}, **given) as answer,
            ):
                body = b""
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise ProviderAway("the provider's answer is too long")
        except httpx.HTTPError as error:
            raise ProviderAway(f"the provider does not answer: {type(error).__name__}") from error
        if answer.status_code >= 500:
            raise ProviderAway(f"the provider answers {answer.status_code}")
        if answer.status_code != 200:
            raise ProviderRefused(f"the provider answers {answer.status_code}")
        try:
            found = json.loads(body)
        except ValueError as error:
            raise ProviderAway("the provider's answer is no JSON") from error
        if not isinstance(found, dict):
            raise ProviderAway("the provider's answer is no object")
        return found


def _said(error: Exception) -> str:
    """The kind of fault and the claim it is about, never a value."""
    claim = getattr(error, "claim", None) or getattr(error, "claim_name", None)
    return f"{type(error).__name__}{f' ({claim})' if isinstance(claim, str) else ''}"
