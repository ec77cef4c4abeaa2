"""The masker and its process: a real one with real models, and such as misbehave."""

import io
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from central.metrics import Metrics
from central.pictures.masked import MaskedPicture, Refusal
from central.pictures.masker import Masker
from central.pictures.masking_hand import pause_after
from central.pictures.settings import MaskerSettings
from tests.centre import until
from tests.masking import DEVICE, OWNER, command, exif, models_folder, photograph

ROLES = ("detector", "faces", "plates")
READY = {
    "software": "rogue",
    "models": [{"name": "m", "sha256": "0" * 64, "role": role} for role in ROLES],
    "max_bytes": 1_000_000,
    "max_pixels": 1_000_000,
}
# Speaks the protocol by hand, so that it can break it anywhere.
ROGUE = """
import hashlib, json, os, struct, sys, time
def say(head, body=b""):
    text = json.dumps(head).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(text)) + text + body); sys.stdout.buffer.flush()
def take():
    first = sys.stdin.buffer.read(4)
    if not first: sys.exit(0)
    head = json.loads(sys.stdin.buffer.read(struct.unpack(">I", first)[0]))
    return head["id"], sys.stdin.buffer.read(head["bytes"])
def good(id, body, **other):
    say({"id": id, "outcome": "masked", "reason": {"code": "masked", "text": "so it says"}, "bytes": len(body),
         "sha256": hashlib.sha256(body).hexdigest(), "width": 8, "height": 6,
         "hidden": {"persons": 1, "faces": 0, "plates": 0}, **other}, body)
"""
Run = Callable[..., Masker]


@pytest.fixture
def run() -> Iterator[Run]:
    made: list[Masker] = []

    def start(*words: str, **settings: object) -> Masker:
        values = {"command": list(words), "timeout": "20s", **settings}
        made.append(Masker(MaskerSettings.model_validate(values), Metrics()))
        made[-1].start()
        return made[-1]

    yield start
    for masker in made:
        masker.stop()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("masker")]


def rogue(then: str, ready: object = READY) -> list[str]:
    return [sys.executable, "-S", "-c", f"{ROGUE}\nsay({ready!r})\n{then}"]


def refusal(found: MaskedPicture | Refusal, code: str) -> Refusal:
    assert isinstance(found, Refusal), found
    assert found.reason.code == code, found
    return found


def figure(masker: Masker, name: str, **labels: str) -> float:
    return masker._metrics.registry.get_sample_value(name, labels) or 0.0


def pid_of(masker: Masker) -> int:
    process = until(lambda: masker.up and masker._hands[0]._process)
    found: int = process.pid
    return found


@pytest.fixture(scope="module")
def real() -> Iterator[Masker]:
    settings = {"command": command("--stdio"), "processes": 2, "timeout": "60s"}
    masker = Masker(MaskerSettings.model_validate(settings), Metrics())
    masker.start()
    yield masker
    masker.stop()


def test_a_real_process_masks_and_nothing_else_of_the_file_comes_along(real: Masker) -> None:
    body = photograph((96, 64), exif=exif(6))
    found = real.mask(body, "image/jpeg")
    assert isinstance(found, MaskedPicture), found
    assert (found.width, found.height) == (64, 96), "it was held upright"
    assert {model.role for model in found.models} == set(ROLES)
    with Image.open(io.BytesIO(found.body)) as picture:
        assert (picture.size, picture.format, dict(picture.getexif())) == ((64, 96), "JPEG", {})
    for secret in (OWNER, DEVICE):
        assert secret.encode() in body
        assert secret.encode() not in found.body


def test_two_at_once_and_one_killed_in_the_middle(real: Masker) -> None:
    until(lambda: real.up == 2)
    before = [hand._process.pid for hand in real._hands if hand._process]
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(real.mask, photograph((480, 360), seed=n), "image/jpeg") for n in (1, 2)]
        until(lambda: real.taken == 2)
        os.kill(before[0], signal.SIGKILL)
        found = [one.result() for one in waiting]
    assert all(isinstance(one, MaskedPicture) for one in found), found
    assert found[0].sha256 != found[1].sha256  # type: ignore[union-attr]
    until(lambda: real.up == 2)
    assert before[0] not in [hand._process.pid for hand in real._hands if hand._process]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_system_itself_keeps_the_process_from_writing(real: Masker) -> None:
    pid = pid_of(real)
    limits = Path(f"/proc/{pid}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split() for line in limits.splitlines()}
    assert rows["Max file size"][:2] == ["0", "0"]
    assert rows["Max core file size"][:2] == ["0", "0"]
    assert int(rows["Max address space"][0]) <= 4_000_000_000
    files = [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
    assert not [name for name in files if name.startswith("/") and not name.startswith("/dev/")]


def test_what_the_process_refuses_is_refused_in_its_words(real: Masker) -> None:
    assert refusal(real.mask(b"\xff\xd8\xffno", "image/jpeg"), "damaged").retry_s is None
    large = refusal(real.mask(bytes(20_000_001), "image/png"), "too_large")
    assert large.reason.text == "it has more than 20000000 bytes"


@pytest.mark.shared_data
def test_persons_and_faces_of_a_real_picture_are_hidden(real: Masker, shared_data: Path) -> None:
    body = (shared_data / "coco_mini/images/000000217285.jpg").read_bytes()
    found = real.mask(body, "image/jpeg")
    assert isinstance(found, MaskedPicture), found
    assert found.hidden.persons >= 2
    assert found.hidden.faces >= 2
    with Image.open(io.BytesIO(body)) as before, Image.open(io.BytesIO(found.body)) as after:
        change = np.abs(np.asarray(before.convert("RGB"), int) - np.asarray(after, int)).max(axis=2)
    assert (change > 12).mean() > 0.1


def test_a_command_that_is_not_there(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    masker = run("/nowhere/gewu-edge", "mask", "--stdio")
    down = refusal(masker.mask(photograph(), "image/jpeg"), "masker_down")
    assert down.retry_s is not None
    assert down.retry_s >= 1
    assert "the centre's log says why" in down.reason.text
    assert "nowhere" not in down.reason.text
    assert "/nowhere/gewu-edge cannot be started: No such file or directory" in caplog.text
    assert figure(masker, "gewu_central_pictures_total", outcome="masker_down") == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["-c", "import sys; print('\x1b[31mno model here', file=sys.stderr); sys.exit(3)"], "status 3; it said: ?[31mno model here"),
        (["-c", "print('usage: gewu-edge')"], "it spoke no frames"),
        (rogue("take()", {**READY, "models": READY["models"][:1]})[1:], "it masks without faces, plates"),  # type: ignore[index]
        (["-c", "import os; os.kill(os.getpid(), 9)"], "it was ended by signal 9"),
    ],
    ids=["no models", "another program", "no faces", "killed"],
)  # fmt: skip
def test_a_process_that_is_no_masker(
    run: Run, words: list[str], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    masker = run(sys.executable, *words)
    refusal(masker.mask(photograph(), "image/jpeg"), "masker_down")
    assert why in caplog.text
    assert masker.up == 0


def test_a_picture_that_ends_the_process_twice_is_refused(run: Run) -> None:
    masker = run(*rogue("take(); sys.exit(9)"))
    assert refusal(masker.mask(photograph(), "image/jpeg"), "ends_masker").retry_s is None


def test_once_may_come_from_outside(run: Run, tmp_path: Path) -> None:
    once = f"""
id, body = take()
if not os.path.exists({str(tmp_path / "once")!r}):
    open({str(tmp_path / "once")!r}, "w").close(); sys.exit(9)
good(id, b"masked"); take()"""
    found = run(*rogue(once)).mask(photograph(), "image/jpeg")
    assert isinstance(found, MaskedPicture)
    assert found.body == b"masked"


@pytest.mark.parametrize(
    "lie",
    ["id, b = take(); good(id, b, sha256='0' * 64)", "id, b = take(); good(id, b, width=None)", "id, b = take(); good('x', b)"],
    ids=["another hash", "no size", "another question"],
)  # fmt: skip
def test_a_lie_is_no_masked_picture(run: Run, lie: str) -> None:
    refusal(run(*rogue(lie + "; take()")).mask(photograph(), "image/jpeg"), "ends_masker")


@pytest.mark.parametrize("then", ["take(); time.sleep(99)", "time.sleep(99)"], ids=["thinks", "does not read"])
def test_a_process_that_takes_too_long_is_ended(run: Run, then: str) -> None:
    masker = run(*rogue(then), timeout="300ms")
    pid = pid_of(masker)
    slow = refusal(masker.mask(bytes(900_000), "image/jpeg"), "masker_slow")
    assert slow.reason.text.startswith("masking took more than 0.3 s")
    until(lambda: not Path(f"/proc/{pid}").exists(), "it is gone")
    assert pid_of(masker) != pid, "and another one is up"
    assert masker.taken == 0


def test_more_than_may_wait_are_told_when_to_come_back(run: Run) -> None:
    masker = run(*rogue("while True:\n id, b = take(); time.sleep(0.5); good(id, b)"), waiting=1)
    pid_of(masker)
    with ThreadPoolExecutor(3) as pool:
        taken = [pool.submit(masker.mask, photograph(), "image/jpeg") for _ in range(2)]
        until(lambda: masker.taken == 2)
        busy = refusal(masker.mask(photograph(), "image/jpeg"), "masker_busy")
        assert busy.reason.text == f"2 pictures are being masked or wait for it; try again in {busy.retry_s:g} s"
        assert all(isinstance(one.result(), MaskedPicture) for one in taken)
    assert masker.taken == 0
    assert figure(masker, "gewu_central_masking_seconds_count") == 2


def test_the_end_of_the_centre_refuses_what_is_in_the_making(run: Run) -> None:
    masker = run(*rogue("take(); time.sleep(99)"))
    pid = pid_of(masker)
    with ThreadPoolExecutor(2) as pool:
        made = [pool.submit(masker.mask, photograph(), "image/jpeg") for _ in range(2)]
        until(lambda: masker.taken == 2)
        masker.stop()
        for one in made:
            refusal(one.result(), "masker_down")
    assert not Path(f"/proc/{pid}").exists()
    assert (masker.taken, figure(masker, "gewu_central_maskers_up")) == (0, 0.0)


def test_a_process_that_ends_idly_is_begun_anew(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    masker = run(*rogue("take()"))
    pid = pid_of(masker)
    os.kill(pid, signal.SIGTERM)
    until(lambda: masker.up and pid_of(masker) != pid)
    assert "it ended with nothing to do" in caplog.text
    assert figure(masker, "gewu_central_maskers_up") == 1


def test_pauses_grow_and_have_an_end() -> None:
    assert [pause_after(n) for n in (0, 1, 2, 3, 4, 8, 9, 5000)] == [0, 0, 1, 2, 4, 60, 60, 60]


def test_the_settings_have_bounds() -> None:
    for wrong in ({"command": []}, {"command": ["x"], "processes": 0}, {"command": ["x"], "timeout": "0s"}):
        with pytest.raises(ValueError, match="validation error"):
            MaskerSettings.model_validate(wrong)


def test_a_file_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from edge.cli import main

    (tmp_path / "in.png").write_bytes(photograph((64, 48), kind="PNG"))
    words = ["mask", "--models", str(models_folder()), "--model", "centernet_mbv3_512"]
    assert main([*words, str(tmp_path / "in.png"), str(tmp_path / "out.jpg")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["width"], told["hidden"]["persons"]) == ("masked", 64, 0)
    assert OWNER.encode() not in (tmp_path / "out.jpg").read_bytes()
    (tmp_path / "in.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    assert main([*words, str(tmp_path / "in.png"), str(tmp_path / "other.jpg")]) == 1
    assert "refused: the bytes are no whole image/png" in capsys.readouterr().err
    assert not (tmp_path / "other.jpg").exists()
    assert main(["mask"]) == 2
