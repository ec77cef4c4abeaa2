"""What an operator sets about people. `docs/people.md` explains every key."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from broker.settings import Duration, Settings
from central.people.roles import Role

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


def site(url: str) -> str:
    """scheme://host[:port], in clear only on this machine."""
    parts = urlsplit(url)
    whole = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    if not whole or parts.username is not None:
        raise ValueError("is written https://HOST")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must be https:// (http:// only on this machine)")
    return url.rstrip("/")


def _origin(url: str) -> str:
    whole = site(url)
    if urlsplit(whole).path:
        raise ValueError("is written https://HOST without a path")
    return whole


def _host(name: str) -> str:
    if not _HOST.fullmatch(name):
        raise ValueError("a host is written as its name in lower case, without scheme or port")
    return name


Hours = Annotated[Duration, Field(ge=60.0, le=30 * 86_400.0)]


class OidcSettings(Settings):
    """A provider of OpenID Connect. `roles`: what `claim` says, and the role that follows from it."""

    issuer: Annotated[str, AfterValidator(site)]
    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret_file: Path
    label: Annotated[str, Field(min_length=1, max_length=40)] = "OpenID Connect"
    scopes: Annotated[list[str], Field(min_length=1, max_length=10)] = ["openid", "profile"]
    claim: Annotated[str, Field(min_length=1, max_length=100)] = "roles"
    roles: Annotated[dict[str, Role], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _asks_for_an_identity(self) -> Self:
        if "openid" not in self.scopes:
            raise ValueError("scopes must hold openid")
        return self


class PeopleSettings(Settings):
    """Accounts, sessions and how the console is reached."""

    public_url: Annotated[str, AfterValidator(_origin)] | None = None
    hosts: Annotated[list[Annotated[str, AfterValidator(_host)]], Field(max_length=50)] = []
    session_idle: Hours = 7_200.0
    session_longest: Hours = 43_200.0
    metrics: Literal["token", "open"] = "token"
    oidc: OidcSettings | None = None

    @model_validator(mode="after")
    def _can_come_back(self) -> Self:
        if self.oidc is not None and self.public_url is None:
            raise ValueError("oidc needs public_url: the provider sends people back there")
        return self
