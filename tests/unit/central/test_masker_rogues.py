"""A masker whose process misbehaves: it lies, hangs, dies, or is none. Nothing passes for masked wrongly."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from central.metrics import Metrics
from central.pictures.masked import MaskedPicture
from central.pictures.masker import Masker
from central.pictures.masking_hand import pause_after
from central.pictures.settings import MaskerSettings
from tests.centre import until
from tests.masking import ROLES, photograph, pid_of, refusal

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
    say({"id": id, "outcome": "masked", "reason": {"code": "masked", "text": "so"}, "bytes": len(body),
         "sha256": hashlib.sha256(body).hexdigest(), "width": 8, "height": 6,
         "hidden": {"persons": 1, "faces": 0, "plates": 0}, **other}, body)
"""
Run = Callable[..., Masker]
Rogue = Callable[..., list[str]]


@pytest.fixture
def rogue(tmp_path: Path) -> Rogue:
    def written(then: str, ready: object = READY) -> list[str]:
        (tmp_path / "rogue.py").write_text(f"{ROGUE}\nsay({ready!r})\n{then}")
        return [sys.executable, "-S", str(tmp_path / "rogue.py")]

    return written


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


def figure(masker: Masker, name: str, **labels: str) -> float:
    return masker._metrics.registry.get_sample_value(name, labels) or 0.0


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
        (["-c", "import sys; sys.stderr.write('\x1b[31mnone'); sys.exit(3)"], "status 3; it said: ?[31mnone"),
        (["-c", "print('usage: gewu-edge')"], "it spoke no frames"),
        (["-c", "import os; os.kill(os.getpid(), 9)"], "it was ended by signal 9"),
    ],
    ids=["no models", "another program", "killed"],
)  # fmt: skip
def test_a_process_that_is_no_masker(
    run: Run, words: list[str], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    masker = run(sys.executable, *words)
    refusal(masker.mask(photograph(), "image/jpeg"), "masker_down")
    assert why in caplog.text
    assert masker.up == 0


def test_a_process_without_all_detectors_is_no_masker(
    run: Run, rogue: Rogue, caplog: pytest.LogCaptureFixture
) -> None:
    masker = run(*rogue("take()", {**READY, "models": READY["models"][:1]}))  # type: ignore[index]
    refusal(masker.mask(photograph(), "image/jpeg"), "masker_down")
    assert "it masks without faces, plates" in caplog.text


def test_a_picture_that_ends_the_process_twice_is_refused(run: Run, rogue: Rogue) -> None:
    masker = run(*rogue("take(); sys.exit(9)"))
    assert refusal(masker.mask(photograph(), "image/jpeg"), "ends_masker").retry_s is None


def test_models_that_failed_may_work_again(run: Run, rogue: Rogue) -> None:
    failed = {"outcome": "refused", "reason": {"code": "masking_failed", "text": "masking failed"}}
    masker = run(*rogue(f"id, b = take(); say(dict({failed!r}, id=id))"))
    assert refusal(masker.mask(photograph(), "image/jpeg"), "masking_failed").retry_s == 5
    until(lambda: not masker.up)
    pid_of(masker)


def test_once_may_come_from_outside(run: Run, rogue: Rogue, tmp_path: Path) -> None:
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
    ["good(id, b, sha256='0' * 64)", "good(id, b, width=None)", "good('x', b)"],
    ids=["another hash", "no size", "another question"],
)
def test_a_lie_is_no_masked_picture(run: Run, rogue: Rogue, lie: str) -> None:
    refusal(run(*rogue(f"id, b = take(); {lie}; take()")).mask(photograph(), "image/jpeg"), "ends_masker")


@pytest.mark.parametrize(
    "then", ["take(); time.sleep(99)", "time.sleep(99)"], ids=["thinks", "does not read"]
)
def test_a_process_that_takes_too_long_is_ended(run: Run, rogue: Rogue, then: str) -> None:
    masker = run(*rogue(then), timeout="300ms")
    pid = pid_of(masker)
    slow = refusal(masker.mask(bytes(900_000), "image/jpeg"), "masker_slow")
    assert slow.reason.text.startswith("masking took more than 0.3 s")
    until(lambda: not Path(f"/proc/{pid}").exists(), "it is gone")
    assert pid_of(masker) != pid, "and another one is up"
    assert masker.taken == 0


def test_more_than_may_wait_are_told_when_to_come_back(run: Run, rogue: Rogue) -> None:
    masker = run(*rogue("while True:\n id, b = take(); time.sleep(0.5); good(id, b)"), waiting=1)
    pid_of(masker)
    with ThreadPoolExecutor(3) as pool:
        taken = [pool.submit(masker.mask, photograph(), "image/jpeg") for _ in range(2)]
        until(lambda: masker.taken == 2)
        busy = refusal(masker.mask(photograph(), "image/jpeg"), "masker_busy")
        assert (
            busy.reason.text == f"2 pictures are being masked or wait for it; try again in {busy.retry_s:g} s"
        )
        assert all(isinstance(one.result(), MaskedPicture) for one in taken)
    assert masker.taken == 0
    assert figure(masker, "gewu_central_masking_seconds_count") == 2


def test_the_end_of_the_centre_refuses_what_is_in_the_making(run: Run, rogue: Rogue) -> None:
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


def test_what_the_command_has_begun_ends_with_it(run: Run, rogue: Rogue, tmp_path: Path) -> None:
    program = " ".join(rogue("open('pid', 'w').write(str(os.getpid())); take(); time.sleep(99)"))
    masker = run("sh", "-c", f"cd {tmp_path}; {program}; exit 0")
    pid_of(masker)
    inner = int(until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
    masker.stop()
    until(lambda: not Path(f"/proc/{inner}/exe").exists(), "it is gone")


def test_one_that_no_signal_reaches_holds_nobody_up(run: Run, rogue: Rogue, tmp_path: Path) -> None:
    aside = "if os.fork():\n    os.waitpid(-1, 0); sys.exit()\nos.setsid()"
    aside += "\nopen('pid', 'w').write(str(os.getpid()))"
    program = rogue(
        f"os.chdir({str(tmp_path)!r})\n{aside}\nwhile True:\n    id, body = take(); good(id, body)"
    )
    masker = run(*program)
    assert isinstance(masker.mask(photograph(), "image/jpeg"), MaskedPicture)
    inner = int((tmp_path / "pid").read_text())
    masker.stop()
    until(lambda: not Path(f"/proc/{inner}/exe").exists(), "it ended when nothing could come any more")


def test_a_process_that_ends_idly_is_begun_anew(
    run: Run, rogue: Rogue, caplog: pytest.LogCaptureFixture
) -> None:
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
