"""What the routes need about people, made once by the composition root."""

import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

from central.people.hashing import Hasher
from central.people.oidc import Provider
from central.people.settings import PeopleSettings
from central.store.sessions import Ends

BACK = "/api/signin/oidc/back"


class People:
    """Settings, the hasher and the provider. `secret`: the provider's, from its file."""

    def __init__(self, settings: PeopleSettings, secret: str = "") -> None:
        self.settings = settings
        self.hasher = Hasher()
        self.ends = Ends(
            timedelta(seconds=settings.session_idle), timedelta(seconds=settings.session_longest)
        )
        self.provider: Provider | None = None
        if settings.oidc is not None:
            self.provider = Provider(settings.oidc, secret, f"{settings.public_url}{BACK}")
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


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
