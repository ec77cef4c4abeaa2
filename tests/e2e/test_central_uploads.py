"""Pictures that people upload, over real HTTP, through the real masking process, into a real centre."""

import io
import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.centre import PASSWORD, PATIENCE_S, Centre, until
from tests.e2e.test_central_api import problem, serves
from tests.masking import OWNER, command, exif, photograph, traces_of
from tests.ports import HOST, free_port

PATH = "/api/v1/uploads"
# Whatever the centre's own code opens to write is told in its log; a slow body is given up soon.
WATCHED = """
import central.api.uploads as u
u.BODY_S = 2.0
import os, sys
def _opened(event, args):
    if event == "open" and not isinstance(args[0], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
        os.write(2, f"WRITES {args[0]}\\n".encode())
sys.addaudithook(_opened)
"""
Worker = Callable[..., httpx.Response]


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
    """A grid worker who has signed in."""
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
    sent = [photograph((400, 300), seed=7), photograph((300, 400), seed=8)]
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


@pytest.mark.shared_data
def test_persons_are_hidden_in_what_comes_back(worker: httpx.Client, shared_data: Path) -> None:
    body = (shared_data / "coco_mini/images/000000217285.jpg").read_bytes()
    made = worker.post(PATH, params={"for": "report"}, content=body).json()
    assert made["masked"]["persons"] >= 2
    back = worker.get(f"/api/evidence/{made['sha256']}/picture").content
    with Image.open(io.BytesIO(body)) as before, Image.open(io.BytesIO(back)) as after:
        change = np.abs(np.asarray(before.convert("RGB"), int) - np.asarray(after, int)).max(axis=2)
    assert (change > 20).mean() > 0.1


def test_the_centre_ends_its_masker(centre: Centre) -> None:
    pid = masker_ready(centre)
    assert Path(f"/proc/{pid}").exists()
    assert centre.stop() == 0
    until(lambda: not Path(f"/proc/{pid}").exists(), "it is gone")
    assert "Traceback" not in centre.said()
