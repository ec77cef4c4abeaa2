"""An HTTP listener to which others post: who may, how much and how many at once, and when they are thanked.

Who posts is answered after what it said was handed on, never before: until then it may have to come again.
"""

import hmac
import http.server
import ipaddress
import queue
import random
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, IPvAnyNetwork, model_validator
from typing_extensions import Self

from broker.events import Reason
from edge.frames import SourceClock, Trouble
from edge.streams.connection import Backoff, Connection, Happening
from edge.taking import BUSY, ENDING, IntakeSettings, Message, Positive

CHUNK: Final = 65_536
LEAST_TOKEN: Final = 16


class ListenerSettings(IntakeSettings):
    """A token, or a list of senders, or both.

    waiting: messages that may wait to be read; beyond, who posts is told to come again. connections: at one
    time. timeout: for one post, until it was handed on.
    """

    host: str = "0.0.0.0"  # noqa: S104 - devices are other machines
    port: Annotated[int, Field(ge=0, le=65535)]
    token_file: Path | None = None
    senders: Annotated[list[IPvAnyNetwork], Field(max_length=256)] = []
    timeout: Positive = 20.0
    waiting: Annotated[int, Field(ge=1, le=10_000)] = 1000
    connections: Annotated[int, Field(ge=1, le=256)] = 16

    @model_validator(mode="after")
    def _not_open_to_all(self) -> Self:
        if self.token_file is None and not self.senders:
            raise ValueError("token_file or senders is needed: anybody could post otherwise")
        return self


class Answer:
    """What became of the messages of one post."""

    def __init__(self, messages: int) -> None:
        self._left = messages
        self._all = threading.Condition()
        self.refused: list[Reason] = []

    def told(self, refused: Reason | None) -> None:
        """Of one of them, from any thread."""
        with self._all:
            self._left -= 1
            if refused is not None:
                self.refused.append(refused)
            self._all.notify_all()

    def wait(self, seconds: float) -> bool:
        """Whether all of them were told of in time."""
        with self._all:
            return self._all.wait_for(lambda: self._left <= 0, seconds)


class Listener:
    """What is posted goes into one bounded queue; `messages` takes it out. Each kind has its own `posted`."""

    def __init__(self, settings: ListenerSettings, clock: SourceClock) -> None:
        self.settings = settings
        self.clock = clock
        self.token: bytes | None = None
        self.queue: queue.Queue[Message] = queue.Queue(settings.waiting)
        self._closed = threading.Event()
        self._connection = Connection()
        self._backoff = Backoff(1.0, 60.0)
        self.listening = threading.Event()
        self.port = settings.port

    def posted(self, post: "Post") -> tuple[HTTPStatus, str]:
        """What to answer to a post, from any thread, and why where it is a refusal."""
        raise NotImplementedError

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
                    self._let_go()

    def _taken(self) -> Iterator[Message]:
        while not self._closed.is_set():
            try:
                yield self.queue.get(timeout=0.2)
            except queue.Empty:
                continue

    def _let_go(self) -> None:
        """Who still waits comes again."""
        while True:
            try:
                self.queue.get_nowait().told(ENDING)
            except queue.Empty:
                return

    def hand_on(self, bodies: Sequence[tuple[str, bytes]]) -> list[Reason]:
        """Topics and bodies of one post, from any thread. Returns once they were handed on, or why not."""
        answer = Answer(len(bodies))
        for topic, body in bodies:
            t, utc = self.clock.monotonic(), self.clock.utc()
            try:
                self.queue.put_nowait(Message(topic, body, t, utc, told=answer.told))
            except queue.Full:
                return [BUSY]
        return answer.refused if answer.wait(self.settings.timeout) else [BUSY]

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
        """Whether that is the token; compared in constant time."""
        return self.token is None or hmac.compare_digest(given.encode("utf-8", "replace"), self.token)

    def _say(self, happening: Happening, cause: str, what: str) -> Iterator[Trouble]:
        if state := self._connection.on(happening, cause):
            yield Trouble(self.settings.id, state, f"port {self.settings.port}: {what}")


class _Server(socketserver.TCPServer):
    """A thread a connection, and no more of them than may be."""

    allow_reuse_address = True
    request_queue_size = 32

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._room = threading.BoundedSemaphore(listener.settings.connections)
        self.address_family = socket.AF_INET6 if ":" in listener.settings.host else socket.AF_INET
        super().__init__((listener.settings.host, listener.settings.port), Post)

    def verify_request(self, _: Any, client_address: Any) -> bool:
        """Strangers take no room: they are let go before a word is read."""
        return self.listener.knows(str(client_address[0]))

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


class Post(http.server.BaseHTTPRequestHandler):
    """One post. Nothing of it is logged, and an answer never repeats anything of it."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "gewu"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.listener.settings.timeout)

    def do_POST(self) -> None:
        self.close_connection = True
        self._answer(*self.server.listener.posted(self))

    def length(self) -> int | None:
        """Bytes of the body; None where they are not told beforehand."""
        told = self.headers.get("Content-Length", "")
        if not (told.isascii() and told.isdecimal()) or "Transfer-Encoding" in self.headers:
            return None
        return int(told[:20])

    def bearer(self) -> str | None:
        """What is given as `Authorization: Bearer`."""
        given = self.headers.get("Authorization", "")
        return given.removeprefix("Bearer ").strip() if given.startswith("Bearer ") else None

    def read(self, length: int, take: Callable[[bytes], object]) -> bool:
        """The body as it comes; False where not all of it came in time."""
        listener = self.server.listener
        clock = listener.clock.monotonic
        until, left = clock() + listener.settings.timeout, length
        while left > 0:
            data = self.rfile.read1(min(left, CHUNK))
            if not data or clock() > until:
                return False
            left -= len(data)
            take(data)
        return True

    def _answer(self, status: HTTPStatus, why: str = "") -> None:
        body = f"{why}\n".encode() if why else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if body:
            self.send_header("Content-Type", "text/plain; charset=utf-8")
        if status == HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", "Bearer")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

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
