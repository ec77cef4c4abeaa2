"""A centre's door for stills on the loopback, that keeps what is brought."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.ports import HOST


@dataclass
class Wall:
    """stills: by sha256. about: what was said with each, in their order. status: what it answers.

    picture: what it gives to whoever asks for one, as a system that analyses cameras does.
    """

    port: int = 0
    status: int = 204
    picture: bytes = b""
    stills: dict[str, bytes] = field(default_factory=dict)
    about: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


@contextmanager
def hung() -> Iterator[Wall]:
    """One that takes stills."""
    wall = Wall()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            parts = urlsplit(self.path)
            if parts.path.startswith("/api/stills/") and wall.status == 204:
                wall.stills[parts.path.rpartition("/")[2]] = body
                wall.about.append({key: values[0] for key, values in parse_qs(parts.query).items()})
            self.send_response(wall.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200 if wall.picture else 404)
            self.send_header("Content-Length", str(len(wall.picture)))
            self.end_headers()
            self.wfile.write(wall.picture)

        def log_message(self, *words: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    wall.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield wall
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
