"""The uploader against a real HTTP server that answers as it is told."""

import hashlib
import threading
import time
from collections import deque
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import ValidationError

from edge.centre_door import CentralSettings
from edge.drafts import Batch, Upload
from edge.evidence import EvidenceStore
from edge.intake import Clocks
from edge.outbox import Outbox
from edge.uploader import Uploader
from tests.nodes import until
from tests.unit.drafts import ADDRESS


class Server(ThreadingHTTPServer):
    """Answers with the next code it was given, else 201, and remembers what it took."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.codes: deque[int] = deque()
        self.taken: list[tuple[str, bytes, str | None]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        code = self.server.codes.popleft() if self.server.codes else 201
        if code == 201:
            self.server.taken.append((self.path, body, self.headers.get("Authorization")))
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


class Desk:
    """Outbox, store and uploader as a node has them."""

    def __init__(self, folder: Path, settings: CentralSettings | None, max_bytes: int = 10**9) -> None:
        self.outbox = Outbox(folder / "outbox.sqlite", ADDRESS)
        self.outbox.open(1000.0, "aaaa")
        self.store = EvidenceStore(folder / "evidence", max_bytes=max_bytes)
        clocks = Clocks(time.monotonic, time.time)
        self.uploader = Uploader(settings, self.outbox, self.store, clocks, max_bytes=max_bytes)

    def put(self, body: bytes, at: float = 1000.0) -> str:
        sha256 = hashlib.sha256(body).hexdigest()
        self.store.put(body)
        self.outbox.commit(Batch(uploads=(Upload(sha256, len(body), "image/jpeg"),)), at)
        self.uploader.wake()
        return sha256

    def close(self) -> None:
        self.uploader.stop()
        self.outbox.close()


def test_a_picture_arrives_by_its_digest_with_the_token_of_the_moment(server: Server, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("first\n")
    desk = Desk(tmp_path, CentralSettings(url=server.url + "/", token_file=token))
    desk.uploader.start()
    one = desk.put(b"one")
    until(lambda: desk.outbox.count("uploads") == 0)
    token.write_text("second")
    two = desk.put(b"two")
    until(lambda: desk.outbox.count("uploads") == 0)
    assert server.taken == [
        (f"/api/evidence/{one}", b"one", "Bearer first"),
        (f"/api/evidence/{two}", b"two", "Bearer second"),
    ]
    assert desk.store.get(one) == b"one"  # kept until room is needed
    desk.close()


@pytest.mark.parametrize("code", [500, 503, 401, 403, 404, 405, 408, 429])
def test_a_centre_that_is_busy_is_asked_again(
    code: int, server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.codes.append(code)
    desk = Desk(tmp_path, CentralSettings(url=server.url))
    desk.uploader.start()
    desk.put(b"one")
    until(lambda: desk.outbox.count("uploads") == 0)
    assert f"does not take pictures (answered {code})" in caplog.text
    assert desk.uploader.trouble is None
    desk.close()


@pytest.mark.parametrize("code", [400, 409, 413, 422])
def test_a_picture_that_the_centre_refuses_is_given_up_aloud(
    code: int, server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.codes.append(code)
    desk = Desk(tmp_path, CentralSettings(url=server.url))
    desk.uploader.start()
    refused = desk.put(b"one")
    until(lambda: desk.outbox.count("uploads") == 0)
    assert (
        f"picture {refused[:12]} is not uploaded, and will not be: the centre answered {code}" in caplog.text
    )
    desk.put(b"two")
    until(lambda: len(server.taken) == 1)  # the others go on
    desk.close()


def test_pictures_wait_for_a_centre_that_is_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(tmp_path, CentralSettings(url="http://127.0.0.1:9"))
    desk.uploader.start()
    desk.put(b"one")
    desk.put(b"two")
    until(lambda: desk.uploader.trouble is not None)
    assert desk.outbox.count("uploads") == 2
    assert caplog.text.count("does not take pictures") == 1
    desk.close()


def test_a_picture_whose_file_is_gone_is_given_up(server: Server, tmp_path: Path) -> None:
    desk = Desk(tmp_path, CentralSettings(url=server.url))
    desk.store.drop(desk.put(b"one"))
    desk.uploader.start()
    until(lambda: desk.outbox.count("uploads") == 0)
    assert server.taken == []
    desk.close()


def test_at_the_bound_the_oldest_waiting_pictures_are_given_up_aloud(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(tmp_path, CentralSettings(url="http://127.0.0.1:9"), max_bytes=250)
    names = [desk.put(bytes([n]) * 100, at=1000.0 + n) for n in range(4)]
    desk.uploader.start()
    until(lambda: desk.outbox.count("uploads") == 2)
    assert [upload.sha256 for upload in desk.outbox.uploads()] == names[2:]
    until(lambda: [desk.store.get(name) for name in names[:2]] == [None, None])
    assert "fill storage.max_evidence_mb" in caplog.text
    desk.close()


def test_a_refusal_shows_that_the_centre_is_back_and_nothing_stays_due(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[float] = []
    one_pass = Uploader._pass

    def counted(self: Uploader) -> float:
        passes.append(pause := one_pass(self))
        return pause

    monkeypatch.setattr(Uploader, "_pass", counted)
    server.codes.extend([503, 422])
    desk = Desk(tmp_path, CentralSettings(url=server.url))
    desk.uploader.start()
    desk.put(b"one")
    until(lambda: desk.outbox.count("uploads") == 0)
    until(lambda: passes[-1] > 1.0)  # it rests; it went round and round
    assert desk.uploader.trouble is None
    desk.close()


def test_a_picture_that_cannot_be_read_does_not_hurry_a_centre_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[float] = []
    one_pass = Uploader._pass

    def counted(self: Uploader) -> float:
        passes.append(pause := one_pass(self))
        return pause

    monkeypatch.setattr(Uploader, "_pass", counted)
    desk = Desk(tmp_path, CentralSettings(url="http://127.0.0.1:9"))
    unreadable = desk.put(b"one")
    desk.store.drop(unreadable)
    (tmp_path / "evidence" / unreadable).mkdir()
    desk.put(b"two")
    desk.uploader.start()
    until(lambda: len(passes) >= 5)
    assert 0.0 not in passes
    desk.close()


def test_a_picture_that_came_while_others_were_sent_makes_no_room_for_them(
    server: Server, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, CentralSettings(url=server.url), max_bytes=250)
    for n in range(2):
        desk.put(bytes([n]) * 100)
    come: list[str] = []

    class Taken(list[tuple[str, bytes, str | None]]):
        def append(self, item: tuple[str, bytes, str | None]) -> None:
            if not come:
                come.append(desk.put(b"new" * 40, at=2000.0))
            super().append(item)

    server.taken = Taken()
    desk.uploader.start()
    until(lambda: desk.outbox.count("uploads") == 0)
    assert b"new" * 40 in [body for _, body, _ in server.taken]
    desk.close()


def test_without_a_centre_pictures_stay_until_room_is_needed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, None, max_bytes=250)
    desk.uploader.start()
    names = [desk.put(bytes([n]) * 100) for n in range(4)]
    until(lambda: sum(desk.store.get(name) is not None for name in names) == 2)
    until(lambda: desk.outbox.count("uploads") == 2)
    desk.close()


@pytest.mark.parametrize(
    "url", ["ftp://centre", "centre:8080", "http://me:secret@centre", "http://centre?a=b"]
)
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match=r"expected|credentials"):
        CentralSettings(url=url)
