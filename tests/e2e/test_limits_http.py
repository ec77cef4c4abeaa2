"""Hostile callers over real HTTP: slow, long, many, and full of signs that mean something elsewhere."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.centre import PATIENCE_S, Centre, until
from tests.e2e.test_central_api import JPEG, put, serves, sha256
from tests.ports import HOST, free_port

IMPATIENT = "import central.api.doorway as d\nd.HEAD_S, d.BODY_S, d.CONNECTIONS = 0.6, 0.6, 40"
SIGNS = [
    "'",
    "' OR '1'='1",
    "'; DROP TABLE tickets; --",
    '"; DELETE FROM tickets; --',
    "%' UNION SELECT password FROM accounts --",
    "\\",
    "%",
    "_",
    "\x00",
    "a\x00b",
    "\ud7ff\U0010ffff",
    "é́",
    "𝟙𝟚",
    "\u202e",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "\r\nSet-Cookie: a=b",
    "9" * 30,
    "-1",
    "1e400",
    "NaN",
]


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre that waits for nobody; there is no broker, and it serves all the same."""
    made = Centre(tmp_path_factory.mktemp("impatient"), f"mqtt://{HOST}:{free_port()}")
    made.start(fault=IMPATIENT, well=False)
    until(lambda: serves(made.url))
    yield made
    made.kill()


@pytest.fixture(scope="module")
def asking(impatient: Centre) -> Iterator[httpx.Client]:
    with impatient.client() as client:
        yield client


def line_to(centre: Centre) -> socket.socket:
    line = socket.create_connection((HOST, centre.port))
    line.settimeout(PATIENCE_S)
    return line


def _drip(line: socket.socket) -> None:
    """A header every tenth of a second."""
    for _ in range(int(PATIENCE_S / 0.1)):
        line.sendall(b"X-A: b\r\n")
        time.sleep(0.1)


def ended(line: socket.socket) -> bytes:
    """What came until the other side hung up."""
    said = b""
    try:
        while chunk := line.recv(65_536):
            said += chunk
    except ConnectionResetError:
        pass
    return said


@pytest.mark.parametrize(
    "begin",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /api/signin HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{",
        b"POST /api/signin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ],
    ids=["silent", "headers", "body", "chunks"],
)
def test_whoever_keeps_us_waiting_is_hung_up_on(impatient: Centre, begin: bytes) -> None:
    with line_to(impatient) as line:
        line.sendall(begin)
        assert b"200 OK" not in ended(line), "it ends, whatever is said"
    assert "Traceback" not in impatient.said()


def test_a_drop_now_and_then_does_not_keep_a_connection(impatient: Centre) -> None:
    with line_to(impatient) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        with pytest.raises(OSError, match=r"reset|pipe|abort"):
            _drip(line)


def test_an_answered_connection_that_begins_again_slowly_ends(impatient: Centre) -> None:
    with line_to(impatient) as line:
        line.sendall(b"GET /console/mark.svg HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        time.sleep(0.3)  # the whole answer
        line.sendall(b"GET /console/mark.svg HTTP/1.1\r\nX-Slow: ")
        assert b"HTTP/1.1 200" not in ended(line)


def test_an_upload_may_take_longer_than_a_question(impatient: Centre) -> None:
    head = f"PUT /api/evidence/{sha256(JPEG)} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(JPEG)}\r\n\r\n"
    with line_to(impatient) as line:
        line.sendall(head.encode() + JPEG[:20])
        time.sleep(1.2)  # twice what a question may take
        line.sendall(JPEG[20:])
        assert line.recv(4096).startswith(b"HTTP/1.1 201 ")


def test_a_head_or_a_body_that_is_too_long_is_refused(impatient: Centre, asking: httpx.Client) -> None:
    assert asking.get("/api/tickets", params={"kind": "a" * 17_000}).status_code == 414
    assert asking.get("/api/tickets", headers={"X-Long": "a" * 17_000}).status_code == 431
    assert asking.get("/api/tickets", headers={f"X-{n}": "a" for n in range(120)}).status_code == 431
    assert asking.post("/api/signin", content=b"[" * 70_000).status_code == 413
    assert asking.post("/api/signin", content=iter([b"[" * 10_000] * 9)).status_code == 413
    deep = asking.post("/api/signin", content=b"[" * 60_000, headers={"content-type": "application/json"})
    assert deep.status_code in (400, 422)
    assert "Traceback" not in impatient.said()


def test_more_connections_than_there_are_places_do_not_stop_us(impatient: Centre) -> None:
    lines = [line_to(impatient) for _ in range(60)]
    try:
        extra = httpx.get(f"{impatient.url}/console/mark.svg")
        assert extra.status_code in (200, 503)
    finally:
        for line in lines:
            line.close()
    until(lambda: httpx.get(f"{impatient.url}/console/mark.svg").status_code == 200)


@pytest.mark.parametrize("sign", SIGNS, ids=range(len(SIGNS)))
def test_no_filter_is_more_than_a_value(impatient: Centre, asking: httpx.Client, sign: str) -> None:
    for names in (("kind", "node", "source"), ("cursor",), ("state", "limit")):
        answer = asking.get("/api/tickets", params=dict.fromkeys(names, sign[:32]))
        assert answer.status_code in (200, 400, 422), (names, answer.text)
        if answer.status_code == 200:
            assert answer.json()["items"] == []
        assert answer.headers["content-type"] in ("application/json", "application/problem+json")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
    one = asking.get(f"/api/tickets/{quote(sign, safe='')}")
    assert one.status_code in (400, 404, 405, 422)
    assert json.loads(one.content)["status"] == one.status_code
    assert "Traceback" not in impatient.said()


@pytest.mark.parametrize(
    "path",
    [
        "/console/../settings.py",
        "/console/..%2f..%2fsettings.py",
        "/console/%2e%2e/%2e%2e/settings.py",
        "/console/..%5csettings.py",
        "/console//etc/passwd",
        "/console/%00",
        "/console/page.js%00.html",
        "/console/" + "a/" * 3_000,
        "/assets/../index.html",
        "/assets/..%2f..%2fpackage.json",
        "/api/evidence/..%2f..%2fcentral.db",
        "/api/evidence/" + "0" * 63 + "%2f",
        "/api/evidence/" + "A" * 64,
        "/api/tickets/..%2f..%2fhealthz",
    ],
    ids=range(14),
)
def test_no_path_leads_out(impatient: Centre, path: str) -> None:
    cookie = impatient.client().headers["cookie"]
    with line_to(impatient) as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {HOST}:{impatient.port}\r\nCookie: {cookie}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        said = ended(line)
    assert said.split(b" ")[1] in (b"400", b"404", b"405", b"422"), said[:200]
    assert b"class CentralSettings" not in said
    assert b"root:" not in said
    assert b"SQLite format" not in said
    assert "Traceback" not in impatient.said()


def test_a_name_on_the_way_in_leaves_no_file_elsewhere(impatient: Centre, asking: httpx.Client) -> None:
    for name in ("..", "..%2f..%2fx", "%2e%2e%2f" + "0" * 58, "0" * 63 + "g", "0" * 64 + "%00"):
        assert put(asking, JPEG, name).status_code in (404, 405, 422)
    storage = Path(impatient.settings["storage"]["directory"])
    strays = {path.name for path in storage.rglob("*") if path.is_file() and path.read_bytes() == JPEG}
    assert strays <= {sha256(JPEG)}
