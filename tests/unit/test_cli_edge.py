"""The commands of a node: help, exit codes, and how they speak."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cli import main
from edge.logs import speak
from tests.street import configuration, film


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["check", "--help"], ["replay", "--help"]])
def test_help_tells_the_exit_codes(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "2 the configuration or the command line is wrong" in told
    assert "3 cannot start" in told


@pytest.mark.parametrize("words", [[], ["dance"], ["run"], ["replay", "edge.yaml"]])
def test_a_wrong_command_line_is_code_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2


def test_a_file_that_is_not_there_is_a_fault_of_the_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(tmp_path / "none.yaml")]) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path}/none.yaml:1:1: cannot be read")


def test_a_run_ends_with_its_film_and_sums_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = film(tmp_path / "street.avi", 1)
    config = configuration(tmp_path, url="mqtt://127.0.0.1:9", path=path)
    assert main(["run", str(config), "--log", "json"]) == 0
    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.err.splitlines()]
    assert {"at", "level", "part", "text"} <= lines[0].keys()
    ended = next(line for line in lines if line.get("state") == "ended")
    assert ended["source"] == "cam-1"
    summary = json.loads(said.out.splitlines()[-1])
    assert summary["frames"] == 5
    assert summary["events"] == 0


def test_a_run_of_some_seconds_ends_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = film(tmp_path / "street.avi", 30)
    config = configuration(tmp_path, url="mqtt://127.0.0.1:9", path=path)
    assert main(["run", str(config), "--seconds", "1"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["observations"] > 0


def test_an_error_with_a_trace_is_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    speak("json")
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("edge").exception("it broke")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: two\nlines" in json.loads(line)["trouble"]
