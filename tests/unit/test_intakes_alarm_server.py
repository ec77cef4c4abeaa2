"""The alarm server over real connections: who may post, how much, and that pictures are dropped."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from edge.decoders import hikvision as decoder
from edge.frames import SourceClock, Trouble
from edge.intakes import alarm_server
from edge.intakes.alarm_server import AlarmServer
from edge.taking import Message
from tests.unit.gates.devices import within
from tests.unit.gates.samples import access, hikvision

CLOCK = SourceClock(time.monotonic, time.time, lambda event, _: event.wait(0.01))
TOKEN = "0a1b2c3d4e5f6a7b"  # noqa: S105 - of the test alone
EVENT = hikvision("shelteralarm")
CLIENT = httpx.Client(trust_env=False)


def server(**more: Any) -> AlarmServer:
    given = {
        "kind": "alarm_server",
        "id": "alarms",
        "host": "127.0.0.1",
        "port": 0,
        "senders": ["127.0.0.0/8"],
        **more,
    }
    return alarm_server.build(alarm_server.Settings.model_validate(given), CLOCK)


@contextlib.contextmanager
def running(**more: Any) -> Iterator[tuple[str, list[Message | Trouble]]]:
    taker, items = server(**more), list[Message | Trouble]()
    thread = threading.Thread(target=lambda: items.extend(map(thanked, taker.messages())))
    thread.start()
    assert taker.listening.wait(5)
    yield f"http://127.0.0.1:{taker.port}", items
    within(1, taker.queue.empty)
    taker.close()
    thread.join(5)
    assert not thread.is_alive()


def thanked(item: Message | Trouble) -> Message | Trouble:
    """As the node does, once it has handed a message on."""
    if isinstance(item, Message):
        item.told(None)
    return item


def post(url: str, body: bytes, **headers: str) -> int:
    return CLIENT.post(url, content=body, headers=headers).status_code


def form(*parts: tuple[str, str, bytes]) -> tuple[bytes, dict[str, str]]:
    files = [(name, (f"{name}.bin", body, kind)) for name, kind, body in parts]
    request = httpx.Request("POST", "http://a", files=files)
    return request.read(), {"Content-Type": request.headers["Content-Type"]}


def test_what_is_posted_is_handed_on_as_it_is() -> None:
    with running() as (url, items):
        assert post(f"{url}/alarm", EVENT, **{"Content-Type": "application/xml"}) == 200
        assert post(url, b"\xff not xml") == 200

    bodies = [item.body for item in items if isinstance(item, Message)]
    assert bodies == [EVENT, b"\xff not xml"]


def test_of_a_form_the_pictures_are_dropped_as_they_come() -> None:
    picture = b"\xff\xd8 a plate " * 50_000
    body, headers = form(
        ("anpr", "application/xml", hikvision("ANPR")),
        ("licensePlatePicture", "image/jpeg", picture),
        ("event_log", "application/json", access(5, 0x1C)),
    )
    with running() as (url, items):
        assert post(url, body, **headers) == 200

    bodies = [item.body for item in items if isinstance(item, Message)]
    assert bodies == [hikvision("ANPR"), access(5, 0x1C)]
    hik = decoder.build(decoder.Settings(kind="hikvision"))
    assert [hik.decode("", body).readings[0].value for body in bodies[1:]] == ["held_open"]


def test_only_who_knows_the_token_may_post(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    with running(token_file=file, senders=[]) as (url, items):
        assert post(f"{url}/alarm/{TOKEN}", b"by address") == 200
        assert post(f"{url}/alarm", b"by header", Authorization=f"Bearer {TOKEN}") == 200
        assert post(f"{url}/alarm/{TOKEN[:-1]}", b"wrong") == 403
        assert post(f"{url}/", b"none") == 403
        page = CLIENT.get(f"{url}/alarm/{TOKEN}")
        assert (page.status_code, page.content) == (501, b"")

    assert [item.body for item in items if isinstance(item, Message)] == [b"by address", b"by header"]


def test_only_senders_that_are_listed_may_post() -> None:
    listed = running(senders=["10.0.0.0/8", "192.168.1.20"])
    with listed as (url, items), pytest.raises((httpx.HTTPError, OSError)):
        post(url, EVENT)
    assert items == []
    assert server(senders=["fe80::/10"]).knows("fe80::1%eth0")


def test_what_is_too_large_is_refused_unread() -> None:
    form_body, headers = form(("picture", "image/jpeg", b"x" * 70_000))
    with running(largest=65_536) as (url, items):
        assert post(url, form_body, **headers) == 413
        head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n"
        for length, status in (("262145", b"413"), ("9" * 30, b"413"), ("-1", b"411"), ("", b"411")):
            assert status in said(url, head.format(length).encode())
        chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
        assert b"411" in said(url, chunked)
    assert items == []


def said(url: str, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 5) as line:
        line.sendall(request)
        return line.recv(200)


def test_who_does_not_send_what_it_says_is_let_go() -> None:
    with running(timeout="200ms") as (url, items):
        slow = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nfive."
        assert said(url, slow) == b""
    assert items == []


def test_there_are_no_more_connections_than_may_be() -> None:
    with running(connections=1) as (url, items):
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 5) as idle:
            idle.sendall(b"POST / HTTP/1.1\r\n")
            with pytest.raises((httpx.HTTPError, OSError)):
                post(url, EVENT)
        assert within(5, lambda: _posts(url))
    assert [item.body for item in items if isinstance(item, Message)] == [EVENT]


def _posts(url: str) -> bool:
    try:
        return post(url, EVENT) == 200
    except httpx.HTTPError:
        return False


def test_it_thanks_after_a_message_was_handed_on_and_when_too_many_wait_a_device_is_to_come_again() -> None:
    taker = server(waiting=1)
    messages = taker.messages()
    first: list[Message | Trouble] = []
    taking = threading.Thread(target=lambda: first.append(next(messages)))
    taking.start()
    assert taker.listening.wait(5)
    url, answers = f"http://127.0.0.1:{taker.port}", dict[bytes, int]()
    posting = [
        threading.Thread(target=lambda b=body: answers.update({b: post(url, b)})) for body in (b"1", b"2")
    ]
    posting[0].start()
    taking.join(5)  # it took the first, and takes no more
    posting[1].start()
    assert within(5, taker.queue.full)

    assert (post(url, b"3"), answers) == (503, {})
    thanked(first[0])
    posting[0].join(5)
    assert answers == {b"1": 200}
    taker.close()
    assert list(messages) == []
    posting[1].join(5)
    assert answers == {b"1": 200, b"2": 503}
    assert [item.body for item in first if isinstance(item, Message)] == [b"1"]


def test_what_is_not_handed_on_in_time_is_to_come_again() -> None:
    taker = server(timeout="100ms")
    thread = threading.Thread(target=lambda: list(taker.messages()))
    thread.start()
    assert taker.listening.wait(5)
    assert post(f"http://127.0.0.1:{taker.port}", EVENT) == 503
    taker.close()
    thread.join(5)


def test_a_port_that_is_taken_is_told_and_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taker = server(port=other.getsockname()[1])
        messages = taker.messages()
        (trouble,) = islice(messages, 1)
        assert isinstance(trouble, Trouble)
        assert (trouble.state, "cannot listen: Address already in use" in trouble.what) == ("lost", True)
    again = next(messages)
    assert isinstance(again, Trouble)
    assert again.state == "recovered"
    taker.close()
    assert list(messages) == []


def test_a_token_file_that_holds_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("short")
    (trouble,) = islice(server(token_file=file).messages(), 1)
    assert isinstance(trouble, Trouble)
    assert trouble.what.endswith("cannot listen: token_file is no token")
    assert "short" not in trouble.what


def test_one_that_is_open_to_all_is_refused() -> None:
    with pytest.raises(ValidationError, match="token_file or senders is needed"):
        server(senders=[])
