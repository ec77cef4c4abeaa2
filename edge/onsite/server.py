"""Serves what is answered, over the standard library's own HTTP: GET alone, few at a time, nobody for long.

A connection is one request. Who is slow is cut off when its time is up, whether or not it sends anything.
"""

import http.server
import logging
import socket
import socketserver
import ssl
import threading
import time
from http import HTTPStatus
from typing import Any, Final

from edge.onsite.answers import HEADERS, TEXT, Answered, Answers
from edge.onsite.settings import OnsiteSettings

log = logging.getLogger(__name__)

WHOLE_S: Final = 10.0  # for a connection, from its coming to its end
POLL_S: Final = 0.5
ALLOWED: Final = ("GET", "HEAD")


class Server(socketserver.TCPServer):
    """A thread a connection, and no more of them than may be. Raises OSError where the port cannot be had."""

    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, settings: OnsiteSettings, answers: Answers, whole_s: float = WHOLE_S) -> None:
        self.answers, self._whole_s = answers, whole_s
        self._room = threading.BoundedSemaphore(settings.connections)
        self._open: dict[socket.socket, float] = {}
        self._lock = threading.Lock()
        self._tls = _context(settings)
        self.address_family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        super().__init__((settings.host, settings.port), _Asked)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Who finds no room is let go at once."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        with self._lock:
            self._open[request] = time.monotonic() + self._whole_s
        threading.Thread(target=self._one, args=(request, client_address), name="onsite", daemon=True).start()

    def _one(self, request: socket.socket, client_address: Any) -> None:
        speaking: socket.socket = request
        try:
            request.settimeout(self._whole_s)
            if self._tls is not None:
                speaking = self._tls.wrap_socket(request, server_side=True, suppress_ragged_eofs=True)
                self._instead(request, speaking)
            self.finish_request(speaking, client_address)
        except OSError:  # it hung up, was too slow, or does not speak TLS
            pass
        except Exception:
            log.exception("onsite: a question could not be answered")
        finally:
            with self._lock:
                self._open.pop(speaking, None)
                self._open.pop(request, None)
            self.shutdown_request(speaking)
            self._room.release()

    def _instead(self, before: socket.socket, now: socket.socket) -> None:
        with self._lock:
            until = self._open.pop(before, None)
            if until is None:
                raise OSError("its time was up")
            self._open[now] = until

    def service_actions(self) -> None:
        """Now and then, on the thread that takes connections in: cut off those whose time is up."""
        now = time.monotonic()
        with self._lock:
            late = [one for one, until in self._open.items() if until < now]
            for one in late:
                self._open[one] = float("inf")
                _cut(one)

    @property
    def open(self) -> int:
        """How many connections there are."""
        with self._lock:
            return len(self._open)

    def cut_all(self) -> None:
        """Nobody is waited for any more."""
        with self._lock:
            for one in self._open:
                _cut(one)


def _cut(one: socket.socket) -> None:
    try:
        socket.socket.shutdown(one, socket.SHUT_RDWR)
    except OSError:  # it is gone already
        return


def _context(settings: OnsiteSettings) -> ssl.SSLContext | None:
    if settings.cert_file is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.cert_file, settings.key_file)
    return context


class _Asked(http.server.BaseHTTPRequestHandler):
    """One question. Nothing of it is logged."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "gewu"
    sys_version = ""

    def do_GET(self) -> None:
        self.close_connection = True
        self._answer(self.server.answers.to(self.path, self.headers))  # type: ignore[arg-type]

    do_HEAD = do_GET  # noqa: N815 - as the library names it

    def _answer(self, answered: Answered) -> None:
        self.send_response(answered.status)
        for name, value in {**HEADERS, **answered.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answered.media_type)
        self.send_header("Content-Length", str(len(answered.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answered.body)

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """Without a page that tells the request again. A method that is not there is not allowed."""
        self.close_connection = True
        unknown = code == HTTPStatus.NOT_IMPLEMENTED
        status = HTTPStatus.METHOD_NOT_ALLOWED if unknown else HTTPStatus(code)
        headers = {"Allow": ", ".join(ALLOWED)} if unknown else {}
        words = "this page is read only" if unknown else status.phrase
        self._answer(Answered(status, f"{words}\n".encode(), TEXT, headers))

    def log_message(self, *_: object) -> None:
        """Say nothing: a scraper comes every few seconds."""
