"""Devices' HTTP sides for the tests: real servers with digest authentication that the tests lead."""

import contextlib
import hashlib
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

USER, PASSWORD, NONCE = "operator", "se:cret \\ pass", "7f3c9a"
Script = Callable[["Streaming"], None]


class Device(ThreadingHTTPServer):
    """Plays one script a connection, the last again and again. asked: the paths that were asked for."""

    daemon_threads = True

    def __init__(self, scripts: list[Script], *, digest: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), Streaming)
        self.scripts = scripts
        self.digest = digest
        self.asked: list[str] = []
        self.over = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who listens may hang up at any time."""


class Streaming(BaseHTTPRequestHandler):
    """Asks for the digest, checks it as RFC 7616 says, and plays the script."""

    server: Device
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.server.digest and not self._knows_the_password():
            self.send_response(401)
            self.send_header("WWW-Authenticate", f'Digest realm="dev", qop="auth", nonce="{NONCE}"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.server.asked.append(self.path)
        scripts = self.server.scripts
        script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
        self.close_connection = True
        with contextlib.suppress(OSError):
            script(self)

    def _knows_the_password(self) -> bool:
        said = dict(re.findall(r'(\w+)="?([^",]*)"?', self.headers.get("Authorization", "")))
        if not said:
            return False
        secret = _md5(f"{USER}:dev:{PASSWORD}")
        asked = _md5(f"GET:{self.path}")
        answer = _md5(f"{secret}:{NONCE}:{said['nc']}:{said['cnonce']}:auth:{asked}")
        return said["response"] == answer and said["username"] == USER

    def begin(self, boundary: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/mixed; boundary={boundary}")
        self.end_headers()

    def part(self, body: bytes, kind: str = "application/xml", boundary: str = "boundary") -> None:
        head = f"--{boundary}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body + b"\r\n")

    def stay(self) -> None:
        """Say nothing more until the test is over."""
        self.server.over.wait(20)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - the devices' protocol has no better


@contextlib.contextmanager
def device(*scripts: Script, digest: bool = True, certificate: Path | None = None) -> Iterator[Device]:
    with Device(list(scripts), digest=digest) as server:
        if certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


def within(seconds: float, so: Callable[[], bool]) -> bool:
    """Whether it becomes so."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if so():
            return True
        time.sleep(0.01)
    return so()
