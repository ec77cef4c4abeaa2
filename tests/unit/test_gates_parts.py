"""Multipart as devices send it: every way to cut it up gives the same parts, and little is ever held."""

import pytest

from edge.gates.parts import HEADERS, Part, Parts, boundary_of

XML = b"<EventNotificationAlert/>"
PICTURE = b"\xff\xd8" + bytes(range(256)) * 40 + b"\r\n--not-it\r\n" + b"\xff\xd9"


def stream(*, sized: bool) -> bytes:
    def part(kind: str, body: bytes) -> bytes:
        length = f"Content-Length: {len(body)}\r\n" if sized else ""
        return f"--edge\r\nContent-Type: {kind}\r\n{length}\r\n".encode() + body + b"\r\n"

    xml, picture = part("application/xml; charset=UTF-8", XML), part("image/jpeg", PICTURE)
    return (
        b"\r\n"
        + xml
        + picture
        + part("text/plain", b"Code=A")
        + part("application/json", b"{}")
        + b"--edge--\r\n"
    )


EXPECTED = [Part("application/xml", XML), Part("text/plain", b"Code=A"), Part("application/json", b"{}")]


@pytest.mark.parametrize("sized", [True, False])
@pytest.mark.parametrize("step", [1, 2, 3, 7, 64, 100_000])
def test_the_same_parts_however_the_bytes_come(sized: bool, step: int) -> None:
    parts, whole = Parts("edge"), stream(sized=sized)
    found = [part for at in range(0, len(whole), step) for part in parts.feed(whole[at : at + step])]

    assert found == EXPECTED
    assert (parts.dropped, parts.too_large) == (1, 0)


def test_a_part_that_says_its_length_is_told_at_once() -> None:
    head = b"--edge\r\nContent-Type: text/plain\r\nContent-Length:6\r\n\r\n"
    assert Parts("edge").feed(head + b"Code=A") == [Part("text/plain", b"Code=A")]
    assert Parts("edge").feed(head.replace(b"Content-Length:6\r\n", b"") + b"Code=A") == []


def test_a_dahua_stream_in_its_own_spelling() -> None:
    head = b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:"
    told = head + b"36\r\n\r\nCode=AlarmLocal;action=Start;index=0\r\n\r\n"
    beat = head + b"9\r\n\r\nHeartbeat\r\n\r\n"
    found = Parts("--myboundary").feed(told + beat + told)
    assert [part.body for part in found] == [
        b"Code=AlarmLocal;action=Start;index=0",
        b"Heartbeat",
        b"Code=AlarmLocal;action=Start;index=0",
    ]


def test_pictures_and_what_is_too_large_are_never_held() -> None:
    for head in (
        b"--edge\r\nContent-Type: image/jpeg\r\nContent-Length: 50000000\r\n\r\n",
        b"--edge\r\nContent-Type: image/jpeg\r\n\r\n",
        b'--edge\r\nContent-Disposition: form-data; name="p"; filename="plate.jpg"\r\n\r\n',
        b"--edge\r\nContent-Type: text/plain\r\nContent-Length: 50000000\r\n\r\n",
        b"--edge\r\nContent-Type: text/plain\r\n\r\n",
        b"",
    ):
        parts = Parts("edge", 10_000)
        parts.feed(head)
        most = 0
        for _ in range(100):
            assert parts.feed(b"x" * 1000) == []
            most = max(most, parts.held)
        assert most <= 11_000


def test_after_what_was_too_large_the_next_is_read() -> None:
    parts = Parts("edge", 100)
    long = b"--edge\r\n\r\n" + b"x" * 500 + b"\r\n"
    assert parts.feed(long + b"--edge\r\n\r\nshort\r\n--edge--") == [Part("", b"short")]
    assert parts.too_large == 1


def test_headers_without_an_end_are_given_up() -> None:
    parts = Parts("edge")
    parts.feed(b"--edge\r\n" + b"A: b\r\n" * 4000)
    assert parts.held < HEADERS
    assert parts.feed(b"\r\n--edge\r\n\r\nnext\r\n--edge\r\n") == [Part("", b"next")]


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/mixed; boundary=boundary", "boundary"),
        ('multipart/form-data; boundary="a b"', "a b"),
        ("multipart/x-mixed-replace; boundary=--myboundary", "myboundary"),
        ("Multipart/Mixed;charset=x;Boundary=e1", "e1"),
        ("application/xml", None),
        ("text/plain; boundary=x", None),
        ("multipart/mixed", None),
        ("multipart/mixed; boundary=--", None),
    ],
)
def test_the_boundary_of_a_header(header: str, boundary: str | None) -> None:
    assert boundary_of(header) == boundary
