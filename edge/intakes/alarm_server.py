"""An HTTP listener to which devices post their events, such as Hikvision's "alarm server"."""

import hmac
import http.server
import ipaddress
import queue
import random
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, IPvAnyNetwork, model_validator
from typing_extensions import Self

from edge.decoding import LARGEST
from edge.frames import SourceClock, Trouble
from edge.gates.parts import Part, Parts, boundary_of
from edge.streams.connection import Backoff, Connection, Happening
from edge.taking import IntakeSettings, Message, Positive

CHUNK = 65_536
LEAST_TOKEN = 16


class Settings(IntakeSettings):
    """A token, as the last step of the address or as `Authorization: Bearer`, or a list of senders, or both.

    largest: bytes of one post with its pictures, which are dropped as they come. waiting: messages that may
    wait to be read; beyond, a device is told to come again. connections: at one time.
    """

    kind: Literal["alarm_server"]
    host: str = "0.0.0.0"  # noqa: S104 - devices are other machines
    port: Annotated[int, Field(ge=0, le=65535)]
    token_file: Path | None = None
    senders: Annotated[list[IPvAnyNetwork], Field(max_length=256)] = []
    largest: Annotated[int, Field(ge=1024, le=64 << 20)] = 16 << 20
    timeout: Positive = 20.0
    waiting: Annotated[int, Field(ge=1, le=10_000)] = 1000
    connections: Annotated[int, Field(ge=1, le=256)] = 16

    @model_validator(mode="after")
    def _not_open_to_all(self) -> Self:
        if self.token_file is None and not self.senders:
            raise ValueError("token_file or senders is needed: anybody could post otherwise")
        return self


def build(settings: Settings, clock: SourceClock) -> "AlarmServer":
    """Nothing listens before `messages` runs."""
    return AlarmServer(settings, clock)


class AlarmServer:
    """Its handlers put what is posted into one bounded queue; `messages` takes it out."""

    def __init__(self, settings: Settings, clock: SourceClock) -> None:
        self.settings = settings
        self.clock = clock
        self.token: bytes | None = None
        self.queue: queue.Queue[Message] = queue.Queue(settings.waiting)
        self._closed = threading.Event()
        self._connection = Connection()
        self._backoff = Backoff(1.0, 60.0)
        self.listening = threading.Event()
        self.port = settings.port

    def hears(self) -> bool:
        """Whether its port is open."""
        return self.listening.is_set()

    def close(self) -> None:
        """Stop soon."""
        self._closed.set()

    def messages(self) -> Iterator[Message | Trouble]:
        """What is posted; it listens until it is closed, and tries again where it cannot."""
        while not self._closed.is_set():
            try:
                self.token = self._read_token()
                server = _Server(self)
            except (OSError, ValueError) as error:
                yield from self._say("failure", type(error).__name__, f"cannot listen: {_words(error)}")
                self.clock.wait(self._closed, self._backoff.next(random.random()))  # noqa: S311 - no secret
                continue
            yield from self._say("frame", "", "listens again")
            with server:
                self.port = server.server_address[1]
                thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
                thread.start()
                self.listening.set()
                try:
                    yield from self._taken()
                finally:
                    server.shutdown()
                    thread.join()

    def _taken(self) -> Iterator[Message]:
        while not self._closed.is_set():
            try:
                yield self.queue.get(timeout=0.2)
            except queue.Empty:
                continue

    def _read_token(self) -> bytes | None:
        file = self.settings.token_file
        if file is None:
            return None
        token = file.read_text(encoding="ascii").strip().encode()
        if len(token) < LEAST_TOKEN:
            raise ValueError(f"the token in token_file is shorter than {LEAST_TOKEN} letters")
        return token

    def knows(self, sender: str) -> bool:
        """Whether a sender may connect."""
        address = ipaddress.ip_address(sender.partition("%")[0])
        return not self.settings.senders or any(address in network for network in self.settings.senders)

    def allows(self, given: str) -> bool:
        """Whether that is the token."""
        return self.token is None or hmac.compare_digest(given.encode("utf-8", "replace"), self.token)

    def _say(self, happening: Happening, cause: str, what: str) -> Iterator[Trouble]:
        if state := self._connection.on(happening, cause):
            yield Trouble(self.settings.id, state, f"port {self.settings.port}: {what}")


class _Server(socketserver.TCPServer):
    """A thread a connection, and no more of them than may be."""

    allow_reuse_address = True
    request_queue_size = 32

    def __init__(self, taker: AlarmServer) -> None:
        self.taker = taker
        self._room = threading.BoundedSemaphore(taker.settings.connections)
        self.address_family = socket.AF_INET6 if ":" in taker.settings.host else socket.AF_INET
        super().__init__((taker.settings.host, taker.settings.port), _Post)

    def verify_request(self, _: Any, client_address: Any) -> bool:
        """Strangers take no room: they are let go before a word is read."""
        return self.taker.knows(str(client_address[0]))

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        threading.Thread(target=self._one, args=(request, client_address), daemon=True).start()

    def _one(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except OSError:
            return  # it hung up
        finally:
            self.shutdown_request(request)
            self._room.release()


class _Post(http.server.BaseHTTPRequestHandler):
    """One post. Nothing of it is logged, and an answer never repeats anything of it."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "gewu"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.taker.settings.timeout)

    def do_POST(self) -> None:
        self.close_connection = True
        self._answer(self._posted())

    def _posted(self) -> HTTPStatus:
        taker = self.server.taker
        if not taker.allows(self._given()):
            return HTTPStatus.FORBIDDEN
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or "Transfer-Encoding" in self.headers:
            return HTTPStatus.LENGTH_REQUIRED
        boundary = boundary_of(self.headers.get("Content-Type", ""))
        if len(length) > 12 or int(length) > (taker.settings.largest if boundary else LARGEST):
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return self._keep(self._parts(int(length), boundary))

    def _given(self) -> str:
        bearer = self.headers.get("Authorization", "")
        if bearer.startswith("Bearer "):
            return bearer.removeprefix("Bearer ").strip()
        return self.path.partition("?")[0].rstrip("/").rpartition("/")[2]

    def _parts(self, length: int, boundary: str | None) -> list[Part] | None:
        """What of it may be read; None where not all of it came in time."""
        if boundary is None:
            body = bytearray()
            whole = self._read(length, body.extend)
            return [Part("", bytes(body))] if whole else None
        parts, found = Parts(boundary), list[Part]()
        whole = self._read(length, lambda data: found.extend(parts.feed(data)))
        return found if whole else None

    def _read(self, length: int, take: Callable[[bytes], object]) -> bool:
        clock = self.server.taker.clock.monotonic
        until, left = clock() + self.server.taker.settings.timeout, length
        while left > 0:
            data = self.rfile.read1(min(left, CHUNK))
            if not data or clock() > until:
                return False
            left -= len(data)
            take(data)
        return True

    def _keep(self, parts: list[Part] | None) -> HTTPStatus:
        if parts is None:
            return HTTPStatus.REQUEST_TIMEOUT
        taker = self.server.taker
        try:
            for part in parts[:64]:
                taker.queue.put_nowait(Message("", part.body, taker.clock.monotonic(), taker.clock.utc()))
        except queue.Full:
            return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.OK

    def _answer(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """Without a page that tells the request again."""
        self.close_connection = True
        self._answer(HTTPStatus(code))

    def log_message(self, *_: object) -> None:
        """Say nothing: the address may hold the token."""


def _words(error: Exception) -> str:
    return (
        error.strerror or "an error of the system" if isinstance(error, OSError) else "token_file is no token"
    )
