"""The page of a node on the spot: who may look, what is answered, and that nobody can hold it up."""

import base64
import socket
import ssl
import threading
import time
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from edge.onsite.settings import OnsiteSettings, token_of
from edge.onsite.words import LANGUAGES
from tests.nodes import until
from tests.onsite import Seen, a_status, serving
from tests.ports import HOST, free_port

TOKEN = b"a-token-that-is-long-enough"


def test_each_path_says_what_it_is_and_nothing_else_is_there() -> None:
    with serving() as url, httpx.Client(base_url=url) as client:
        types = {path: client.get(path) for path in ("/", "/status.json", "/metrics", "/healthz", "/page.js")}
        assert {path: answer.status_code for path, answer in types.items()} == dict.fromkeys(types, 200)
        assert types["/"].headers["content-type"].startswith("text/html")
        assert types["/status.json"].json()["node"] == "edge-01"
        for path in ("/nothing", "/static/page.css", "/page.css/", "/words/en.json"):
            assert client.get(path).status_code == 404


def test_it_is_read_only() -> None:
    with serving() as url, httpx.Client(base_url=url) as client:
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"):
            answer = client.request(method, "/")
            assert answer.status_code == 405, method
            assert answer.headers["allow"] == "GET, HEAD"
        head = client.head("/")
        assert head.status_code == 200
        assert head.content == b""
        assert int(head.headers["content-length"]) > 1000


def test_its_page_may_load_from_itself_alone_and_nobody_may_hold_it() -> None:
    with serving() as url:
        answer = httpx.get(url)
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    for outside in ("http:", "https:", "//", "<img", "<form", "<button", "<input", "style="):
        assert outside not in answer.text.replace("https://centre.example", "").replace(
            "mqtts://broker.example", ""
        )


def test_names_that_others_gave_are_text_and_never_markup() -> None:
    with serving() as url:
        page = httpx.get(url).text
    assert "West gate &lt;b&gt;" in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("header", "asked", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "", "zh-CN"),
        ("en-GB,en;q=0.9", "", "en"),
        ("fr,zh;q=0.5,en;q=0.4", "", "zh-CN"),
        ("fr", "", "en"),
        ("zh-CN", "?lang=en", "en"),
        ("en", "?lang=zh", "zh-CN"),
        ("en", "?lang=%00&lang=zh", "en"),
        ("zh;q=nan,en;q=inf,,;;=", "", "en"),
        ("", "", "en"),
    ],
)
def test_it_speaks_the_browsers_language(header: str, asked: str, language: str) -> None:
    with serving() as url:
        answer = httpx.get(f"{url}/{asked}", headers={"Accept-Language": header})
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text


def test_everything_that_is_known_stands_on_the_page_in_both_languages() -> None:
    with serving() as url:
        en, zh = (httpx.get(f"{url}/?lang={each}").text for each in reversed(LANGUAGES))
    for text in (
        "No signal, Covered",
        "rtsp: no answer for 12 s",
        "312 s; 90 s",
        "Journal cannot be written",
    ):
        assert text in en, text
    for text in (
        "无信号, 被遮挡",
        "新华路北侧",
        "机动车乱停放",
        "已停留 312 秒，允许 90 秒",
        "日志无法写入",
        "事件</dt><dd>214",
    ):
        assert text in zh, text
    assert "own kind" in en
    assert "2 more are open." in en


def test_a_stranger_is_told_nothing_but_whether_it_is_well(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(TOKEN)
    basic = base64.b64encode(b"anybody:" + TOKEN).decode()
    with serving(token=TOKEN, host="0.0.0.0", token_file=file) as url:  # noqa: S104
        client = httpx.Client(base_url=url.replace("0.0.0.0", HOST))  # noqa: S104
        for path in ("/", "/status.json", "/metrics", "/page.js", "/nothing"):
            for wrong in (
                "",
                "Bearer wrong",
                "Basic d3Jvbmc6d3Jvbmc=",
                "Basic %%%",
                f"Digest {TOKEN.decode()}",
            ):
                answer = client.get(path, headers={"Authorization": wrong})
                assert answer.status_code == 401, (path, wrong)
                assert answer.headers["www-authenticate"].startswith("Basic")
                assert "edge-01" not in answer.text
        assert client.get("/healthz").status_code == 200
        for right in (f"Bearer {TOKEN.decode()}", f"Basic {basic}"):
            assert client.get("/status.json", headers={"Authorization": right}).status_code == 200
        client.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "edge.example"])  # noqa: S104
def test_nobody_opens_it_to_others_without_a_token(host: str) -> None:
    with pytest.raises(ValidationError, match="token_file is needed"):
        OnsiteSettings(host=host)
    assert all(OnsiteSettings(host=name).local for name in ("127.0.0.1", "::1", "localhost", "127.8.0.1"))


def test_a_short_token_is_none(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("short\n")
    with pytest.raises(ValueError, match="shorter than"):
        token_of(file)


@pytest.mark.parametrize("name", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::2]", ""])
def test_a_page_of_elsewhere_that_turned_its_name_here_is_told_nothing(name: str) -> None:
    with serving() as url:
        port = int(url.rpartition(":")[2])
        for told, status in ((name, 421), (f"localhost:{port}", 200), (f"127.0.0.1:{port}", 200)):
            with socket.create_connection((HOST, port)) as line:
                line.sendall(f"GET /status.json HTTP/1.1\r\nHost: {told}\r\n\r\n".encode())
                assert line.recv(12) == f"HTTP/1.1 {status}".encode()


@pytest.mark.parametrize(
    ("turn_s", "troubles", "status", "code"),
    [(0.1, True, 200, "node_lives"), (0.1, False, 200, "node_lives"), (500.0, False, 503, "node_stands")],
)
def test_healthz_says_whether_a_restart_would_help(
    turn_s: float, troubles: bool, status: int, code: str
) -> None:
    told = a_status() if troubles else a_status(troubles=[])
    with serving(Seen(told, turn_s)) as url:
        answer = httpx.get(f"{url}/healthz")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["alive"] is (status == 200)
    assert answer.json()["troubles"] == (["journal_blocked"] if troubles else [])
    assert answer.json()["text"]


def test_page_and_metrics_can_be_left_out() -> None:
    with serving(page=False, metrics=False) as url, httpx.Client(base_url=url) as client:
        gone = {path: client.get(path).status_code for path in ("/", "/page.js", "/metrics", "/status.json")}
    assert gone == {"/": 404, "/page.js": 404, "/metrics": 404, "/status.json": 200}


def test_who_is_slow_is_cut_off_and_holds_nobody_up() -> None:
    with serving(whole_s=0.5, connections=4) as url:
        port = int(url.rpartition(":")[2])
        slow = [socket.create_connection((HOST, port)) for _ in range(4)]
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(0.05):
                for line in slow:
                    try:
                        line.sendall(b"X-A: b\r\n")
                    except OSError:
                        continue

        for line in slow:
            line.sendall(b"GET / HTTP/1.1\r\n")
        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            until(lambda: _answers(f"{url}/healthz"), 10)
        finally:
            stop.set()
            dripping.join()
            for line in slow:
                line.close()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def test_many_that_come_at_once_make_no_more_threads_than_may_be() -> None:
    with serving(connections=4) as url:
        port = int(url.rpartition(":")[2])
        before = threading.active_count()
        lines = [socket.create_connection((HOST, port)) for _ in range(40)]
        most = max(_threads_over(20))
        for line in lines:
            line.close()
        assert most <= before + 4
        until(lambda: _answers(f"{url}/healthz"), 10)


def _threads_over(times: int) -> list[int]:
    counts = []
    for _ in range(times):
        counts.append(threading.active_count())
        time.sleep(0.01)
    return counts


@pytest.mark.parametrize(
    "request_line",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ],
)
def test_what_is_no_question_is_refused_and_harms_nobody(request_line: bytes) -> None:
    with serving() as url:
        port = int(url.rpartition(":")[2])
        with socket.create_connection((HOST, port)) as line:
            line.sendall(request_line)
            line.settimeout(5)
            try:
                answer = line.recv(4096)
            except ConnectionResetError:
                answer = b""
            assert b" 200 " not in answer[:20]
        assert _answers(f"{url}/healthz")


def test_a_port_that_is_taken_costs_the_page_and_not_the_node(caplog: pytest.LogCaptureFixture) -> None:
    from edge.onsite.onsite import Onsite

    port = free_port()
    with socket.create_server((HOST, port)):
        onsite = Onsite(OnsiteSettings(port=port), None)  # type: ignore[arg-type]
        onsite.start()
        assert onsite.port is None
        onsite.stop()
    assert "nothing is shown at" in caplog.text


def test_over_tls_nobody_reads_along(rtsp_certificate: tuple[Path, Path]) -> None:
    both, public = rtsp_certificate
    with serving(cert_file=both, key_file=both) as url:
        assert url.startswith("https://")
        with httpx.Client(verify=ssl.create_default_context(cafile=str(public))) as client:
            assert client.get(f"{url}/healthz").status_code == 200
            assert client.get(f"{url}/status.json").json()["node"] == "edge-01"
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http{url.removeprefix('https')}/healthz")
