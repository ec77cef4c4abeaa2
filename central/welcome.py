"""The first start: nobody can sign in yet, and no password is known to anybody."""

import logging
from datetime import datetime, timezone

from central.settings import CentralSettings
from central.store.database import Store
from central.store.signing_in import LINK_LASTS, first_link

log = logging.getLogger(__name__)
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what such a one is reached by from here


def welcome(store: Store, settings: CentralSettings) -> None:
    """While there is no account, say where the first administrator is made. Raises StoreAway."""
    now = datetime.now(timezone.utc)
    key = first_link(store, now)
    if key is not None:
        words = "nobody can sign in yet; make the first administrator (works once, until %s UTC): %s"
        log.warning(words, f"{now + LINK_LASTS:%H:%M}", f"{site(settings)}/setup#{key}")


def site(settings: CentralSettings) -> str:
    """Where people reach the console."""
    if settings.people.public_url is not None:
        return settings.people.public_url
    host = EVERYWHERE.get(settings.listen.host, settings.listen.host)
    return f"http://{f'[{host}]' if ':' in host and host[0] != '[' else host}:{settings.listen.port}"
