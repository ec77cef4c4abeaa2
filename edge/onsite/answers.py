"""What is answered to whom: paths, tokens, forms. Nothing here knows sockets."""

import base64
import binascii
import hmac
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Final
from urllib.parse import parse_qs, urlsplit

from edge.onsite import page
from edge.onsite.metrics import Exposition
from edge.onsite.settings import OnsiteSettings
from edge.onsite.sights import Sights
from edge.onsite.words import LANGUAGES, Language, Words, preferred

STATIC: Final = {
    "/page.css": "text/css; charset=utf-8",
    "/page.js": "text/javascript; charset=utf-8",
    "/mark.svg": "image/svg+xml",
}
HTML, JSON, TEXT = "text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"
# A page that is made of nothing but this node's own files, and that no other page may hold or read.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
HERE: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, whole."""

    status: HTTPStatus
    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Answers:
    """`to` from any thread. token: what has to be shown; None where only this machine can ask."""

    def __init__(self, settings: OnsiteSettings, sights: Sights, token: bytes | None) -> None:
        self._settings, self._sights, self._token = settings, sights, token
        self._exposition: Exposition | None = None
        self._lock = threading.Lock()
        self._paths: dict[str, Callable[[str, Mapping[str, str]], Answered]] = {
            "/status.json": self._status,
            **({"/metrics": self._metrics} if settings.metrics else {}),
            **({"/": self._page} if settings.page else {}),
        }

    def to(self, target: str, headers: Mapping[str, str]) -> Answered:
        """headers: of the request, asked for by their names however these are written."""
        path = urlsplit(target).path
        if not self._meant_for_us(headers.get("Host", "")):
            return _refused(HTTPStatus.MISDIRECTED_REQUEST, "this is asked for under another name")
        if path == "/healthz":
            return self._health()
        if not self._allows(headers.get("Authorization", "")):
            asks = {"WWW-Authenticate": 'Basic realm="gewu", charset="UTF-8"'}
            return _refused(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong", asks)
        if path in STATIC and self._settings.page:
            return Answered(HTTPStatus.OK, _static(path), STATIC[path])
        if (answer := self._paths.get(path)) is None:
            return _refused(HTTPStatus.NOT_FOUND, f"there is nothing here; try {', '.join(self._paths)}")
        return answer(target, headers)

    def _meant_for_us(self, host: str) -> bool:
        """A page of elsewhere whose name was turned to this machine is not told anything."""
        if not self._settings.local:
            return True
        name = host if host.endswith("]") or host.count(":") != 1 else host.partition(":")[0]
        return name.partition("]")[0].lower().rstrip(".") in {each.rstrip("]") for each in HERE}

    def _allows(self, given: str) -> bool:
        """A bearer token, or a browser's password whatever the name; compared in constant time."""
        if self._token is None:
            return True
        scheme, _, rest = given.partition(" ")
        shown = rest.strip().encode("utf-8", "replace")
        if scheme.lower() == "basic":
            try:
                shown = base64.b64decode(shown, validate=True).partition(b":")[2]
            except binascii.Error:
                return False
        return scheme.lower() in ("basic", "bearer") and hmac.compare_digest(shown, self._token)

    def _health(self) -> Answered:
        """To anybody: what `gewu-edge alive` says, and the codes of what no restart mends, as last known."""
        verdict, known = self._sights.verdict(), self._sights.known
        troubles = sorted({trouble.code for trouble in known.troubles}) if known else []
        told = {**verdict.said(), "troubles": troubles}
        status = HTTPStatus.OK if verdict.alive else HTTPStatus.SERVICE_UNAVAILABLE
        return Answered(status, json.dumps(told).encode() + b"\n", JSON)

    def _status(self, _target: str, _headers: Mapping[str, str]) -> Answered:
        status = self._sights.take()
        if status is None:
            return _not_yet()
        return Answered(HTTPStatus.OK, status.model_dump_json(exclude_none=True).encode(), JSON)

    def _metrics(self, _target: str, headers: Mapping[str, str]) -> Answered:
        with self._lock:  # one at a time: they all get the same
            if self._exposition is None:
                self._exposition = Exposition(self._sights.take)
            body, media_type = self._exposition.text(headers.get("Accept", ""))
        return Answered(HTTPStatus.OK, body, media_type)

    def _page(self, target: str, headers: Mapping[str, str]) -> Answered:
        status = self._sights.take()
        if status is None:
            return _not_yet()
        words = Words(_language(target, headers.get("Accept-Language", "")))
        told = {"Content-Language": words.locale, "Vary": "Accept-Language"}
        return Answered(HTTPStatus.OK, page.written(status, words).encode(), HTML, told)


def _language(target: str, header: str) -> Language:
    try:
        asked = parse_qs(urlsplit(target).query, max_num_fields=8).get("lang", [""])[0]
    except ValueError:
        asked = ""
    return next((one for one in LANGUAGES if one == asked), preferred(header))


def _not_yet() -> Answered:
    again = {"Retry-After": "2"}
    return _refused(HTTPStatus.SERVICE_UNAVAILABLE, "the node cannot be looked at yet", again)


def _refused(status: HTTPStatus, why: str, headers: Mapping[str, str] | None = None) -> Answered:
    return Answered(status, f"{why}\n".encode(), TEXT, headers or {})


@cache
def _static(path: str) -> bytes:
    return files("edge.onsite").joinpath("static", path.lstrip("/")).read_bytes()
