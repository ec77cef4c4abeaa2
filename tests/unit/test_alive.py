"""Whether a node lives: what is judged, who is answered, what systemd hears."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.messages import SourceReport
from edge.alive import asking, systemd
from edge.alive.door import answering
from edge.alive.pulse import ALLOWED, Pulse, Stage, judge
from edge.cli import main
from edge.config import load
from edge.node import Node
from edge.streams.reader import system_clock
from tests.nodes import until
from tests.street import configuration, film

AWAY = SourceReport(id="cam-1", state="lost", frames=0, dropped=0)
WELL = SourceReport(id="cam-2", state="ok", frames=9, dropped=0)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def config(folder: Path) -> Path:
    path = folder / "edge.yaml"
    path.write_text("storage: { directory: kept }\n")
    (folder / "kept").mkdir(parents=True)
    return path


@pytest.mark.parametrize("stage", ["starting", "looking", "ending"])
def test_a_loop_that_stands_too_long_is_no_life(stage: Stage) -> None:
    clock = Clock()
    pulse = Pulse(list, 100.0, clock)
    if stage != "starting":
        pulse.beat(stage=stage)
    clock.now = limit = 100.0 * ALLOWED[stage]
    assert pulse.verdict().alive
    clock.now += 1.0
    stood = pulse.verdict()
    assert not stood.alive
    assert stood.reason.code == "node_stands"
    assert f"{limit:.0f} s are allowed" in stood.reason.text


def test_of_a_node_that_stands_nothing_is_asked_that_might_stand_too() -> None:
    clock, asked = Clock(), threading.Event()

    def sources() -> list[SourceReport]:
        asked.set()
        return []

    pulse = Pulse(sources, 100.0, clock)
    pulse.beat()
    clock.now = 41.0
    assert not pulse.verdict().alive
    assert not asked.is_set()
    pulse.beat()
    assert pulse.verdict().alive
    assert asked.is_set()


def test_cameras_that_are_away_are_told_and_are_no_fault_of_the_node() -> None:
    verdict = judge("looking", 0.5, 60.0, [AWAY, WELL])
    assert verdict.alive
    assert "1 of 2 sources give pictures" in verdict.reason.text


def test_who_asks_hears_what_the_loop_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, clock = config(tmp_path), Clock()
    pulse = Pulse(lambda: [WELL], 150.0, clock)
    with answering(tmp_path / "kept", pulse):
        pulse.beat()
        clock.now = 59.0
        assert main(["alive", str(path)]) == 0
        assert (
            capsys.readouterr().out == "alive: looking; went round 59.0 s ago; 1 of 1 sources give pictures\n"
        )
        clock.now = 75.0
        assert main(["alive", str(path), "--json"]) == 1
        said = json.loads(capsys.readouterr().out)
        assert (said["code"], said["values"]["silent_s"]) == ("node_stands", 75.0)
    assert main(["alive", str(path)]) == 1
    assert capsys.readouterr().out == f"not alive: no node runs in {tmp_path}/kept\n"


def test_a_folder_with_a_very_long_name_is_asked_too(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 120)
    folder.mkdir()
    with answering(folder, Pulse(list)):
        assert asking.ask(folder, 5.0)["alive"] is True
    assert list(folder.iterdir()) == []


def test_what_a_killed_node_left_is_no_answer_and_is_taken_over(tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / asking.SOCKET))
    left.close()
    assert asking.ask(tmp_path, 5.0)["code"] == "no_node"
    with answering(tmp_path, Pulse(list)):
        assert asking.ask(tmp_path, 5.0)["alive"] is True


def test_a_node_that_hangs_as_a_whole_does_not_answer(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(str(tmp_path / asking.SOCKET))
        hung.listen(1)
        answer = asking.ask(tmp_path, 0.1)
    assert (answer["alive"], answer["code"]) == (False, "no_answer")


def test_a_folder_that_takes_no_socket_costs_the_answer_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / asking.SOCKET).mkdir()
    with answering(tmp_path, Pulse(list)):
        assert "nobody can ask whether this node lives" in caplog.text


@pytest.mark.parametrize(
    "text", ["", "sources: []", "storage: 7", "storage: {", "storage: { directory: [] }"]
)
def test_a_file_that_names_no_folder_is_code_two(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "edge.yaml").write_text(text)
    assert main(["alive", str(tmp_path / "edge.yaml")]) == 2
    assert "names no storage.directory" in capsys.readouterr().err
    assert main(["alive", str(tmp_path / "none.yaml")]) == 2


def test_asking_loads_next_to_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-X", "importtime", "-m", "edge.alive", str(config(tmp_path))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    loaded = {line.split("|")[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "edge" in loaded
    assert not loaded & {"pydantic", "numpy", "cv2", "av", "httpx", "onnxruntime", "cryptography"}


@contextmanager
def systemd_s_socket(folder: Path) -> Iterator[tuple[socket.socket, str]]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(folder / "notify"))
        ear.settimeout(20.0)
        yield ear, str(folder / "notify")


def test_systemd_hears_when_it_is_ready_and_no_more_once_it_stands(tmp_path: Path) -> None:
    clock = Clock()
    pulse = Pulse(list, 150.0, clock)
    with systemd_s_socket(tmp_path) as (ear, name):
        notices = systemd.wanted({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "20000"})
        assert notices == systemd.Notices(name, 0.01)
        with systemd.telling(pulse, notices):
            pulse.beat()
            first = ear.recv(4096).decode().split("\n")
            assert first[0] == "READY=1"
            assert first[-1] == "WATCHDOG=1"
            clock.now = 61.0
            until(lambda: b"WATCHDOG=1" not in ear.recv(4096))
            said = ear.recv(4096).decode()
            assert said.startswith("STATUS=looking, and has not gone on for 61 s")
        until(lambda: ear.recv(4096) == b"STOPPING=1")


@pytest.mark.parametrize(
    ("said", "every_s"),
    [
        ({}, None),
        ({"NOTIFY_SOCKET": "tcp:1"}, None),
        ({"NOTIFY_SOCKET": "@a"}, 30.0),
        ({"NOTIFY_SOCKET": "@a", "WATCHDOG_USEC": "8000000"}, 4.0),
        ({"NOTIFY_SOCKET": "@a", "WATCHDOG_USEC": "8000000", "WATCHDOG_PID": str(os.getpid())}, 4.0),
        ({"NOTIFY_SOCKET": "@a", "WATCHDOG_USEC": "8000000", "WATCHDOG_PID": "1"}, 30.0),
        ({"NOTIFY_SOCKET": "@a", "WATCHDOG_USEC": "rubbish"}, 30.0),
    ],
)
def test_what_systemd_asks_for(said: dict[str, str], every_s: float | None) -> None:
    notices = systemd.wanted(said)
    assert (None if notices is None else notices.every_s) == every_s


def test_a_node_that_runs_answers_and_one_whose_loop_hangs_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configuration(tmp_path, url="mqtt://127.0.0.1:9", path=film(tmp_path / "s.avi", 1))
    loaded = load(path)
    folder = loaded.settings.storage.directory
    hang, hung, stop = threading.Event(), threading.Event(), threading.Event()
    node = Node(loaded, system_clock())
    watch = node._watch

    def stuck(*words: object) -> bool:
        node.pulse.beat()
        hung.set()
        hang.wait(60.0)
        return watch(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(node, "_watch", stuck)
    monkeypatch.setattr(node.pulse, "patience_s", 0.5)
    runs = threading.Thread(target=node.run, args=(stop,))
    runs.start()
    try:
        assert hung.wait(60.0)
        until(lambda: asking.ask(folder, 5.0)["code"] == "node_stands")
        monkeypatch.setattr(node.pulse, "patience_s", 150.0)
        assert asking.ask(folder, 5.0)["alive"] is True
    finally:
        hang.set()
        stop.set()
        runs.join()
    assert asking.ask(folder, 5.0)["code"] == "no_node"
