"""What the routes need about people, made once by the composition root."""

import ipaddress
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from central.people.hashing import Hasher
from central.people.settings import PeopleSettings
from central.store.sessions import Ends

if TYPE_CHECKING:
    from central.people.oidc import Provider

BACK = "/api/signin/oidc/back"


class People:
    """Settings, the hasher and the provider. `secret`: the provider's, from its file."""

    def __init__(self, settings: PeopleSettings, secret: str = "") -> None:
        self.settings = settings
        self.hasher = Hasher()
        self.ends = Ends(
            timedelta(seconds=settings.session_idle), timedelta(seconds=settings.session_longest)
        )
        self.provider = _provider(settings, secret)
        public = urlsplit(settings.public_url or "").hostname
        self._hosts = {"localhost", *settings.hosts, *([public] if public else [])}

    def knows_host(self, given: str) -> bool:
        """Whether the header Host names this centre.

        A page elsewhere can make its own name point here (DNS rebinding); it cannot turn the name into an
        address.
        """
        try:
            host = urlsplit(f"//{given}").hostname or ""
        except ValueError:
            return False
        return host in self._hosts or _is_address(host)

    def secure(self, scheme: str) -> bool:
        """Whether cookies may go over TLS alone."""
        return scheme == "https" or (self.settings.public_url or "").startswith("https:")


def _provider(settings: PeopleSettings, secret: str) -> "Provider | None":
    if settings.oidc is None:
        return None
    from central.people.oidc import Provider  # its libraries take a while to load

    return Provider(settings.oidc, secret, f"{settings.public_url}{BACK}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
