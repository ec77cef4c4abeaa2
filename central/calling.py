"""HTTP calls to where a configuration leads: the address is looked at, and that very one is called."""

import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from broker.events import Reason
from broker.outside import Address, Destination, Network, NotOutside, Resolve, destination
from central.notices.retries import Outcome

if TYPE_CHECKING:
    import httpx

MOST_ADDRESSES = 4
MOST_BYTES = 2_000  # of an answer; the rest of it is nobody's concern
# What comes again as it is, whoever sends it: it was understood and refused.
REFUSALS = frozenset({400, 405, 406, 411, 413, 414, 415, 422, 431})


@dataclass(frozen=True, slots=True)
class Request:
    """A POST."""

    url: str
    headers: Mapping[str, str]
    content: bytes


class Caller:
    """Calls one target. inside: networks of our own that may be called, also without TLS."""

    def __init__(
        self,
        inside: Sequence[Network],
        *,
        timeout_s: float,
        ca_file: Path | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._inside = tuple(inside)
        self._timeout_s = timeout_s
        self._ca_file = ca_file
        self._resolve = resolve
        self._client: httpx.Client | None = None

    def post(self, request: Request) -> Outcome:
        """Send it once."""
        import httpx  # takes a while to load, and most commands call nobody

        try:
            return self._reached(self.allowed(request.url), request)

        except NotOutside as error:
            return Outcome("later", Reason(code="not_allowed", text=str(error)[:240]))
        except (OSError, ssl.SSLError) as error:
            text = f"{self._ca_file}: {error.strerror or 'cannot be used'}"
            return Outcome("later", Reason(code="no_file", text=text[:240]))
        except httpx.TimeoutException:
            text = f"no answer within {self._timeout_s:g} s"
            return Outcome("later", Reason(code="timeout", text=text))
        except httpx.HTTPError as error:
            return Outcome("later", Reason(code="no_connection", text=f"no connection: {error}"[:240]))

    def allowed(self, url: str) -> Destination:
        """Where a URL leads, looked at now. Raises NotOutside."""
        schemes = ("https", "http")
        found = destination(url, resolve=self._resolve, schemes=schemes, inside=self._inside)
        if url.startswith("http:") and not all(map(self._is_inside, found.addresses)):
            raise NotOutside(f"{found.host} is outside; https:// is needed, or its network in exports.inside")
        return found

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _is_inside(self, address: Address) -> bool:
        return any(address in network for network in self._inside)

    def _reached(self, leads: Destination, request: Request) -> Outcome:
        """By the first of its addresses that takes a connection. Raises httpx.HTTPError."""
        import httpx

        *others, last = leads.addresses[:MOST_ADDRESSES]
        for address in others:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return self._answer(leads, address, request)
        return self._answer(leads, last, request)

    def _answer(self, leads: Destination, address: Address, request: Request) -> Outcome:
        """To the very address that was looked at; TLS and HTTP hear the name."""
        parts = urlsplit(request.url)

        host = f"[{address}]" if address.version == 6 else str(address)
        url = urlunsplit((parts.scheme, f"{host}:{leads.port}", parts.path or "/", parts.query, ""))
        headers = {**request.headers, "Host": parts.netloc, "User-Agent": "Gewu"}
        named = {"sni_hostname": leads.host}
        with self._opened().stream(
            "POST", url, headers=headers, content=request.content, extensions=named
        ) as answer:
            said = b""
            for chunk in answer.iter_bytes():
                said += chunk
                if len(said) > MOST_BYTES:
                    break
        return judged(answer.status_code, answer.headers.get("Retry-After"), said[:MOST_BYTES])

    def _opened(self) -> "httpx.Client":
        import httpx

        if self._client is None:
            trusted = ssl.create_default_context(cafile=str(self._ca_file) if self._ca_file else None)
            self._client = httpx.Client(
                timeout=self._timeout_s, follow_redirects=False, trust_env=False, verify=trusted
            )
        return self._client


def judged(status: int, retry_after: str | None, said: bytes = b"") -> Outcome:
    """What an answer means for the delivery. Pure."""
    if 200 <= status < 300 and status != 207:
        text = f"the receiver took it (HTTP {status})"
        return Outcome("sent", Reason(code="taken", text=text, values={"status": status}))
    if status == 410:
        text = "the receiver wants no more (HTTP 410); gewu-central exports retry --target begins again"
        return Outcome("gone", Reason(code="gone", text=text, values={"status": status}))
    words = " ".join(said.decode("utf-8", "replace").split())
    text = f"HTTP {status}: {words}" if words.isprintable() and words else f"HTTP {status}"
    reason = Reason(code=f"http_{status}", text=text[:240])
    if status in REFUSALS:
        return Outcome("never", reason)
    return Outcome("later", reason, _seconds(retry_after))


def _seconds(retry_after: str | None) -> float | None:
    """Of the header Retry-After; a date in it is left aside, our own patience is as good."""
    plain = (retry_after or "").strip()
    return float(plain) if plain.isascii() and plain.isdigit() and len(plain) < 9 else None
