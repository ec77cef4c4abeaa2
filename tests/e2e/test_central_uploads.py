"""Pictures that people upload, over real HTTP, through the real masking process, into a real centre."""

import io
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.centre import PASSWORD, PATIENCE_S, Centre, until
from tests.e2e.test_central_api import problem, serves
from tests.masking import OWNER, command, exif, photograph, traces_of
from tests.ports import HOST, free_port
from tests.unit.central.test_masker_rogues import READY, ROGUE

PATH = "/api/v1/uploads"
# Whatever the centre's own code opens to write is told in its log; a slow body is given up soon.
WATCHED = """
import central.api.uploads as u
u.BODY_S = 1.0
import os, sys
def _opened(event, args):
    if event == "open" and not isinstance(args[0], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
        os.write(2, f"WRITES {args[0]}\\n".encode())
sys.addaudithook(_opened)
"""


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre with a masker for all of these; there is no broker, and it serves all the same."""
    made = Centre(
        tmp_path_factory.mktemp("uploads"),
        f"mqtt://{HOST}:{free_port()}",
        pictures={"masker": {"command": command("--stdio")}},
    )
    made.start(fault=WATCHED, well=False)
    until(lambda: serves(made.url))
    yield made
    made.kill()


@pytest.fixture(scope="module")
def session(centre: Centre) -> dict[str, str]:
    """Of one grid worker for all."""
    return session_of(centre)


def session_of(centre: Centre) -> dict[str, str]:
    """The headers of a grid worker who has signed in."""
    origin = {"Origin": centre.url}
    with centre.client() as chief:
        link = chief.post("/api/users", json={"login": "worker", "name": "worker", "role": "grid_worker"})
    wanted = {"token": link.json()["link"].partition("#")[2], "password": PASSWORD}
    cookie = httpx.post(f"{centre.url}/api/setup", json=wanted, headers=origin).headers["set-cookie"]
    signed_in = {"Cookie": cookie.partition(";")[0], **origin}
    key = httpx.get(f"{centre.url}/api/me", headers=signed_in).json()["forgery_key"]
    return {**signed_in, "X-Gewu-Forgery-Key": key}


@pytest.fixture
def worker(centre: Centre, session: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=centre.url, headers=session, timeout=90) as client:
        yield client


def masker_ready(centre: Centre) -> int:
    """The process id of the newest masker, once it has said that it is ready."""
    found = until(lambda: re.findall(r"masker: process (\d+) is ready", centre.said()), "a masker is up")
    return int(found[-1])


def test_a_photograph_goes_in_and_its_masked_picture_comes_back(centre: Centre, worker: httpx.Client) -> None:
    body = photograph((96, 64), exif=exif(6))
    made = worker.post(PATH, params={"for": "report"}, content=body, headers={"content-type": "image/jpeg"})
    assert made.status_code == 201, made.text
    said = made.json()
    assert (said["width"], said["height"], said["masked"]) == (
        64,
        96,
        {"persons": 0, "faces": 0, "plates": 0},
    )
    back = worker.get(f"/api/evidence/{said['sha256']}")
    with Image.open(io.BytesIO(back.content)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((64, 96), {})
    assert OWNER.encode() not in back.content
    metrics = worker.get("/metrics").text
    assert 'gewu_central_pictures_total{outcome="masked"}' in metrics
    assert "gewu_central_maskers_up 1.0" in metrics


def test_nothing_of_what_was_sent_touches_the_disk(centre: Centre, worker: httpx.Client) -> None:
    masker_ready(centre)
    before = len(centre.said())
    sent = [photograph((160, 120), seed=7), photograph((160, 120), seed=8)]
    assert worker.post(PATH, params={"for": "ticket"}, content=sent[0]).status_code == 201
    cut = sent[1][: len(sent[1]) // 2]
    assert problem(worker.post(PATH, params={"for": "ticket"}, content=cut), 422)["code"] == "damaged"
    written = set(re.findall(r"WRITES (\S+)", centre.said()[before:]))
    incoming = f"{centre.settings['storage']['directory']}/evidence/incoming/"
    assert len(written) == 1, "the masked picture, on its way"
    assert written.pop().startswith(incoming)
    found = {
        p: traces_of(body, p.read_bytes()) for p in centre.folder.rglob("*") if p.is_file() for body in sent
    }
    assert {path: traces for path, traces in found.items() if traces} == {}


def test_a_killed_masker_costs_no_picture(centre: Centre, worker: httpx.Client) -> None:
    pid = masker_ready(centre)
    os.kill(pid, signal.SIGKILL)
    made = worker.post(PATH, params={"for": "report"}, content=photograph(seed=3))
    assert made.status_code == 201, made.text
    assert masker_ready(centre) != pid


def test_who_may_not_and_what_is_too_slow(centre: Centre, worker: httpx.Client) -> None:
    with centre.client() as chief:
        assert (
            "may not do picture.upload"
            in problem(chief.post(f"{PATH}?for=report", content=b"x"), 403)["detail"]
        )
    assert problem(httpx.post(f"{centre.url}{PATH}?for=report", content=photograph()), 401)
    head = f"POST {PATH}?for=report HTTP/1.1\r\nHost: {HOST}:{centre.port}\r\nContent-Length: 5000\r\n"
    head += "".join(
        f"{name}: {worker.headers[name]}\r\n" for name in ("cookie", "origin", "x-gewu-forgery-key")
    )
    with socket.create_connection((HOST, centre.port)) as line:
        line.settimeout(PATIENCE_S)
        line.sendall(head.encode() + b"\r\n" + photograph()[:100])
        assert line.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_the_centre_ends_while_a_picture_is_in_the_making(
    make_centre: Callable[..., Centre], tmp_path: Path
) -> None:
    (tmp_path / "rogue.py").write_text(f"{ROGUE}\nsay({READY!r})\ntake(); time.sleep(300)")
    masker = {"command": [sys.executable, str(tmp_path / "rogue.py")], "timeout": "300s"}
    made = make_centre(f"mqtt://{HOST}:{free_port()}", pictures={"masker": masker})
    made.start(fault="import central.app as a\na.GOODBYE_S = 0", well=False)
    until(lambda: serves(made.url))
    session = session_of(made)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(upload_as, made, session)
        until(lambda: "gewu_central_pictures_waiting 1.0" in httpx.get(f"{made.url}/metrics").text)
        assert made.stop() == 0
        assert waiting.result() in (None, 500, 503)


def upload_as(centre: Centre, session: dict[str, str]) -> int | None:
    """The status, None where the centre hung up."""
    try:
        url = f"{centre.url}{PATH}?for=report"
        return httpx.post(url, content=photograph(), headers=session, timeout=60).status_code
    except httpx.TransportError:
        return None


def test_the_centre_ends_its_masker(centre: Centre) -> None:
    pid = masker_ready(centre)
    assert Path(f"/proc/{pid}").exists()
    assert centre.stop() == 0
    until(lambda: not Path(f"/proc/{pid}").exists(), "it is gone")
    assert "Traceback" not in centre.said()
