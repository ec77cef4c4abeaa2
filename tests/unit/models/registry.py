"""Small servers that speak as a registry or a web site does, for the real clients to ask."""

import base64
import hashlib
import io
import json
import ssl
import subprocess
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Pages = dict[str, tuple[int, dict[str, str], bytes]]  # by path: status, headers, body


@contextmanager
def serving(pages: Pages, secured_by: Path | None = None) -> Iterator[str]:
    """Serve these pages on the loopback; over TLS with the certificate in a folder. Yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = pages.get(self.path, (404, {}, b"not here"))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if secured_by:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(secured_by / "cert.pem", secured_by / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"{'https' if secured_by else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certificate(folder: Path) -> Path:
    """A certificate for the loopback that nothing but the test trusts."""
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*new, "-days", "2", *files, *subject], check=True, capture_output=True)
    return folder


def tarball(members: dict[str, bytes]) -> bytes:
    """A package as npm packs it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def npm_pages(name: str, version: str, members: dict[str, bytes], base: str) -> Pages:
    """What an npm registry says of one package."""
    packed = tarball(
        {"package/package.json": json.dumps({"name": name, "version": version}).encode(), **members}
    )
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    of_version = {
        "name": name,
        "version": version,
        "dist": {"tarball": f"{base}/t.tgz", "integrity": integrity},
    }
    about = {"name": name, "dist-tags": {"latest": version}, "versions": {version: of_version}}
    json_type = {"Content-Type": "application/json"}
    return {
        f"/{name.replace('/', '%2f')}": (200, json_type, json.dumps(about).encode()),
        "/t.tgz": (200, {"Content-Type": "application/octet-stream"}, packed),
    }


def wheel(folder: Path, name: str, version: str, members: dict[str, bytes]) -> Path:
    """The smallest wheel that pip takes."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    texts = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in {**members, **texts}.items():
            archive.writestr(member, data)
    return path
