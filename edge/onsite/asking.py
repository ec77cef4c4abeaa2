"""Asks a node on this machine how it is, and finds out how it ended where none runs."""

import base64
import errno
import fcntl
import http.client
import ssl
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from broker.topics import Address
from edge.alive.asking import ask
from edge.lastrun import Left, left
from edge.onsite.counting import Counted, counted
from edge.onsite.settings import OnsiteSettings, token_of
from edge.onsite.status import Status

PATIENCE_S: Final = 5.0
MOST_BYTES: Final = 8_000_000
ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where it listens, not where we do


@dataclass(frozen=True, slots=True)
class Silent:
    """A node runs and cannot be asked. word: of the page's words, with its values.

    alive: what it says through its socket, as `gewu-edge alive` has it.
    """

    word: str
    values: dict[str, str]
    alive: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Absent:
    """None runs. left: how the last one ended, None where none is known; waiting: what is in its outbox."""

    left: Left | None
    waiting: Counted | None


Found = Status | Silent | Absent


def asked(folder: Path, settings: OnsiteSettings, address: Address) -> Found:
    """folder: of the node's storage. Raises OSError and ValueError where the token cannot be read."""
    found: Found = Silent("switchedOff", {})
    if settings.enabled:
        found = _answer(settings, address)
    if isinstance(found, Silent) and not running(folder):
        return Absent(left(folder), counted(folder / "outbox.sqlite", 0))
    return replace(found, alive=ask(folder, PATIENCE_S)) if isinstance(found, Silent) else found


def _answer(settings: OnsiteSettings, address: Address) -> Found:
    token = token_of(settings.token_file) if settings.token_file else None
    try:
        status, body = _got(settings, token)
    except (OSError, http.client.HTTPException) as error:
        return Silent("noAnswer", {"url": settings.url, "why": _words(error)})
    if status == http.client.UNAUTHORIZED:
        return Silent("locked", {})
    return _read(status, body, settings, address)


def _read(status: int, body: bytes, settings: OnsiteSettings, address: Address) -> Found:
    if status != http.client.OK:
        return Silent("noAnswer", {"url": settings.url, "why": f"HTTP {status}"})
    try:
        found = Status.model_validate_json(body)
    except ValidationError:
        return Silent("noAnswer", {"url": settings.url, "why": "?"})
    if (found.district, found.node) != (address.district, address.node):
        return Silent("otherNode", {"url": settings.url, "node": f"{found.district}/{found.node}"})
    return found


def running(folder: Path) -> bool:
    """Whether a node holds this folder. Takes its lock for less time than a node that begins waits for it."""
    try:
        with (folder / "lock").open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EACCES)


def _got(settings: OnsiteSettings, token: bytes | None) -> tuple[int, bytes]:
    """Straight there, whatever proxies the environment names."""
    host = ANYWHERE.get(settings.host, settings.host)
    headers = {"Authorization": f"Basic {base64.b64encode(b'gewu:' + token).decode()}"} if token else {}
    made: http.client.HTTPConnection
    if settings.cert_file is not None:  # its own certificate, which names another host than this perhaps
        context = ssl.create_default_context(cafile=settings.cert_file)
        context.check_hostname = False
        made = http.client.HTTPSConnection(host, settings.port, timeout=PATIENCE_S, context=context)
    else:
        made = http.client.HTTPConnection(host, settings.port, timeout=PATIENCE_S)
    with closing(made):
        made.request("GET", "/status.json", headers=headers)
        answer = made.getresponse()
        return answer.status, answer.read(MOST_BYTES)


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return type(error).__name__
