"""Messages to people by Apprise, whose URLs are secrets: nothing of them is ever told."""

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from broker.events import Reason
from broker.outside import Network, NotOutside, Resolve, destination
from central.notices.retries import Outcome

TIMEOUT_S = 30.0
MOST_SECRET: Final = 4  # shorter pieces of a URL are words like any other
_PIECES: Final = re.compile(r"[/?&=:@,+;#\s]+")
# These tell requests with their addresses, which are the secrets.
TALKERS: Final = ("apprise", "urllib3", "requests_oauthlib", "oauthlib")
MISSING: Final = "the package apprise is not installed here: pip install apprise"


class Notifier:
    """One channel. url_file: read at every message, so that a new URL needs no restart."""

    def __init__(self, url_file: Path, inside: Sequence[Network], *, resolve: Resolve | None = None) -> None:
        self._url_file = url_file
        self._inside = tuple(inside)
        self._resolve = resolve

    def send(self, body: Mapping[str, Any]) -> Outcome:
        """Send it once. body: `title`, `text`, `urgent`."""
        try:
            url = self._url_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            text = f"url_file: {getattr(error, 'strerror', None) or 'cannot be read'}"
            return Outcome("later", Reason(code="no_url", text=text))
        try:
            return self._sent(url, body)
        except ImportError:
            return Outcome("later", Reason(code="no_apprise", text=MISSING))
        except NotOutside as error:
            return Outcome("later", Reason(code="not_allowed", text=scrubbed(str(error), url)[:240]))
        except Exception as error:  # of any of its plugins
            said = scrubbed(f"{type(error).__name__}: {error}", url)
            return Outcome("later", Reason(code="failed", text=said[:240]))

    def _sent(self, url: str, body: Mapping[str, Any]) -> Outcome:
        _hush()
        import apprise  # large, and only some sites have it

        asset = apprise.AppriseAsset(app_id="Gewu", app_desc="Gewu", http_redirects=False, async_mode=False)
        service = apprise.Apprise.instantiate(url, asset=asset) if "\n" not in url else None
        if service is None:
            text = "url_file holds no URL that Apprise knows; one line such as mailto://... is expected"
            return Outcome("later", Reason(code="bad_url", text=text))
        self._look(service)
        several = apprise.Apprise(asset=asset)
        several.add(service)
        kind = apprise.NotifyType.WARNING if body.get("urgent") else apprise.NotifyType.INFO
        with several.notify(
            body=body["text"],
            title=body["title"],
            notify_type=kind,
            body_format=apprise.NotifyFormat.TEXT,
            timeout=TIMEOUT_S,
        ) as result:
            said = "; ".join(entry.message for entry in result.logs())
            done = bool(result)
        named = str(service.service_name)
        if done:
            return Outcome("sent", Reason(code="taken", text=f"{named} took it"))
        return Outcome("later", Reason(code="failed", text=f"{named}: {scrubbed(said, url)}"[:240]))

    def _look(self, service: Any) -> None:
        """Where a service of our own network would be called, that has to be allowed. Raises NotOutside.

        Of services that the whole world shares the library knows the address; what it calls a host is then
        part of the secret.
        """
        hosts = [service.host] if any("{host}" in way for way in service.templates) else []
        hosts += [getattr(service, "smtp_host", "")]
        for host in dict.fromkeys(filter(None, hosts)):
            named = f"[{host}]" if ":" in host else host
            destination(f"https://{named}/", resolve=self._resolve, inside=self._inside)


def scrubbed(text: str, url: str) -> str:
    """A text without anything that the URL holds beyond its scheme. Pure."""
    scheme, _, rest = url.partition("://")
    pieces = {piece for part in (rest, unquote(rest)) for piece in (part, *_PIECES.split(part))}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= MOST_SECRET and piece != scheme:
            text = text.replace(piece, "***")
    return " ".join(text.split())


def _hush() -> None:
    for name in TALKERS:
        talker = logging.getLogger(name)
        if talker.propagate:
            talker.addHandler(logging.NullHandler())
            talker.propagate = False
