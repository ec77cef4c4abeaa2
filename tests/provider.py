"""A small real provider of OpenID Connect: HTTP, codes with PKCE, signed tokens. It approves at once."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from tests.ports import HOST, free_port

CLIENT, SECRET = "gewu", "the client's secret"
Spoil = Callable[[dict[str, Any]], str | None]


class Provider:
    """`claims`: what it says of whoever comes. `spoil`: changes these, or gives the whole token."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://{HOST}:{self.port}"
        self.key = ECKey.generate_key("P-256", parameters={"kid": "one"})
        self.claims: dict[str, Any] = {
            "sub": "u-1",
            "preferred_username": "li",
            "name": "Li",
            "roles": ["desk"],
        }
        self.spoil: Spoil = lambda _claims: None
        self.refused: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._document),
                Route("/jwks", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    def new_key(self) -> None:
        """From now on it signs with another key."""
        self.key = ECKey.generate_key("P-256", parameters={"kid": secrets.token_hex(4)})

    def signed(self, claims: dict[str, Any]) -> str:
        """A token of these claims, by the key of now."""
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

    async def _document(self, _request: Request) -> JSONResponse:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        urls = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return JSONResponse({"issuer": self.issuer, **urls})

    async def _keys(self, _request: Request) -> JSONResponse:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    async def _token(self, request: Request) -> JSONResponse:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(form["code"], None)
        verifier = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        account = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        good = asked is not None and asked["code_challenge"] == challenge
        if not good or request.headers["authorization"] != f"Basic {account}":
            self.refused.append(form["code"])
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": self._identity(asked)})

    def _identity(self, asked: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.claims
        return self.spoil(claims) or self.signed(claims)


def unsigned(claims: dict[str, Any]) -> str:
    """A token that claims to need no signature."""
    return f"{_head({'alg': 'none', 'typ': 'JWT'}, claims)}."


def by_shared_secret(secret: bytes, claims: dict[str, Any]) -> str:
    """A token signed with what is no secret between two; by hand, as a library refuses to."""
    head = _head({"alg": "HS256", "typ": "JWT", "kid": "one"}, claims)
    return f"{head}.{_packed(hmac.digest(secret, head.encode(), hashlib.sha256))}"


def _head(*parts: dict[str, Any]) -> str:
    return ".".join(_packed(json.dumps(part).encode()) for part in parts)


def _packed(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


@contextmanager
def provider() -> Iterator[Provider]:
    """One that runs."""
    made = Provider()
    config = uvicorn.Config(made.app, host=HOST, port=made.port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join()
