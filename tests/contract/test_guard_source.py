"""Where the guard gets its lists from: a centre over HTTP, which must be one that can be trusted."""

import socket
import ssl
import subprocess
import sys
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from broker.pki.errors import PkiError
from broker.pki.revocations import CRL_PATH, NAMES_PATH, checked, from_centre
from broker.topics import Address
from tests.contract.test_guard import tell
from tests.identities import City, now

NODE = Address("131002", "north-gate")
COMMAND = str(Path(sys.executable).parent / "gewu-broker")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """An authority."""
    return City(tmp_path_factory.mktemp("city"))


class Centre(BaseHTTPRequestHandler):
    """Gives the lists out as the centre does."""

    def __init__(self, folder: Path, *arguments: object) -> None:
        self.folder = folder
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """One of the two, or away to somewhere else."""
        name = {NAMES_PATH: "revoked.json", CRL_PATH: "crl.pem"}.get(self.path)
        if name is None or (self.folder / "elsewhere").exists():
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write((self.folder / name).read_bytes())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_the_command_asks_the_centre_and_follows_it_nowhere(city: City, tmp_path: Path) -> None:
    told, folder = tmp_path / "told", tmp_path / "mosquitto"
    folder.mkdir()
    (folder / "ca.pem").write_bytes(city.authority.ca_pem)
    tell(told, city.authority, city.node(NODE))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Centre, told)) as server:
        threading.Thread(target=server.serve_forever).start()
        command = [COMMAND, "guard", "--mosquitto", str(folder), "--once", "--list"]
        command.append(f"http://127.0.0.1:{server.server_port}/")
        done = [subprocess.run(command, capture_output=True, text=True, check=False)]
        (told / "elsewhere").touch()
        done.append(subprocess.run(command, capture_output=True, text=True, check=False))
        server.shutdown()
    assert [one.returncode for one in done] == [0, 1]
    assert "1 names and 1 certificates are revoked" in done[0].stderr
    assert "HTTP Error 302" in done[1].stderr
    assert "user 131002/north-gate\ntopic deny #\n" in (folder / "acl").read_text()


def test_over_tls_the_centre_must_be_the_authoritys(city: City, tmp_path: Path) -> None:
    told, centre = tmp_path / "told", city.service("centre")
    tell(told, city.authority, city.node(NODE))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(centre.certificate, centre.key)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Centre, told)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever).start()
        url = f"https://127.0.0.1:{server.server_port}"
        names, crl = from_centre(url, city.authority.ca_pem)()
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            from_centre(url, City(tmp_path).authority.ca_pem)()
        server.shutdown()
    assert checked(names, crl, city.authority.ca_pem, now=now()).names == {"131002/north-gate"}


def test_an_answer_that_breaks_off_is_no_fault_of_ours(city: City) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nnot so much")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(OSError, match="no whole answer"):
            from_centre(f"http://127.0.0.1:{server.getsockname()[1]}", city.authority.ca_pem)()
        thread.join()


def test_only_a_centre_that_can_be_trusted_is_asked(city: City) -> None:
    for url, words in (
        ("http://centre.example", "only https"),
        ("ftp://centre.example", "https://host"),
        ("https://me:secret@centre.example", "no credentials"),
    ):
        with pytest.raises(PkiError, match=words) as caught:
            from_centre(url, city.authority.ca_pem)
        assert "secret" not in str(caught.value)
    for fine in ("https://centre.example:8443", "http://localhost:8080", "http://[::1]:8080"):
        assert from_centre(fine, city.authority.ca_pem)
