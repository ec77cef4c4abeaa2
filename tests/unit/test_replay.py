"""Replay: the same input gives the same bytes, and they are events like any other."""

import json
from pathlib import Path

import pytest
import yaml

from broker.events import parse
from edge.cli import main
from tests.street import configuration, film


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = film(tmp_path / "street.avi", 20, car=(0, 6), person=True)
    return configuration(tmp_path, url="mqtt://127.0.0.1", path=path)


def replayed(config: Path, *words: str) -> tuple[int, bytes]:
    out = config.parent / "events.jsonl"
    out.unlink(missing_ok=True)
    code = main(["replay", str(config), "--out", str(out), *words])
    return code, out.read_bytes() if out.exists() else b""


def changed(config: Path, **fields: object) -> Path:
    settings = yaml.safe_load(config.read_text())
    settings["sources"][0] |= fields
    config.write_text(yaml.safe_dump(settings))
    return config


def test_the_same_film_gives_the_same_bytes_and_a_summary(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = replayed(config), replayed(config)
    assert first == second
    code, body = first
    assert code == 0
    events = [parse(line) for line in body.splitlines()]
    assert [event.type.split(".")[2] for event in events] == ["opened", "updated", "cleared"]
    assert [event.sequence for event in events] == ["000000000000", "000000000001", "000000000002"]
    assert all(event.recordedtime == event.time for event in events)
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["seconds"] > 0
    del summary["seconds"]
    counted = {"frames": 100, "observations": 100, "events": 3}
    assert summary == {**counted, "film_s": 19.8, "failed": 0}


def test_pictures_are_made_only_where_a_folder_is_given_for_them(config: Path) -> None:
    assert b"sha256" not in replayed(config)[1].split(b'"audit"')[0]
    pictures = config.parent / "pictures"
    _, body = replayed(config, "--evidence", str(pictures))
    named = {e["sha256"] for line in body.splitlines() for e in json.loads(line)["data"]["evidence"]}
    assert named == {file.name for file in pictures.iterdir()}
    assert len(named) == 2
    assert replayed(config, "--evidence", str(pictures))[1] == body


def test_a_configured_start_gives_the_times(config: Path) -> None:
    _, body = replayed(changed(config, start="2026-03-01T08:00:00Z"))
    assert b'"time":"2026-03-01T08:00:0' in body


def test_a_film_that_repeats_is_replayed_once(config: Path) -> None:
    once = replayed(config)[1].count(b"\n")
    assert replayed(changed(config, repeat="loop"))[1].count(b"\n") == once


def test_a_film_stands_in_for_a_camera(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = replayed(config)[1]
    settings = yaml.safe_load(config.read_text())
    source = settings["sources"][0]
    camera = {"kind": "rtsp", "url": "rtsp://camera.invalid/live"}
    camera |= {key: source[key] for key in ("id", "sample", "idle", "zones")}
    settings["sources"] = [camera, {**camera, "id": "cam-2"}]
    config.write_text(json.dumps(settings))  # which is YAML too, and shares no nodes
    assert replayed(config)[0] == 2
    assert "source cam-1 is live (rtsp); give a recording of it with --source FILE" in capsys.readouterr().err
    street = str(config.parent / "street.avi")
    assert replayed(config, "--source", street)[0] == 2
    assert "--source needs --camera with several sources; known are cam-1, cam-2" in capsys.readouterr().err
    code, body = replayed(config, "--source", street, "--camera", "cam-1")
    assert code == 0
    assert [json.loads(line)["time"] for line in body.splitlines()] == [
        json.loads(line)["time"] for line in plain.splitlines()
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--camera", "cam-9"], "--camera cam-9: is not in the configuration; known are cam-1"),
        (["--source", "nowhere.mp4"], "--source nowhere.mp4: there is no such file"),
    ],
)
def test_what_cannot_be_replayed_is_said(
    words: list[str], told: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replayed(config, *words) == (2, b"")
    assert capsys.readouterr().err.strip() == told


def test_a_film_that_is_none_fails_with_code_one_and_says_why(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (config.parent / "street.avi").write_bytes(b"this is no film")
    code, body = replayed(config)
    assert code == 1
    assert parse(body.splitlines()[0]).type == "gewu.source.health.v1"
    said = capsys.readouterr()
    assert "street.avi: cannot be read as a video" in said.err
    assert json.loads(said.out.splitlines()[-1])["failed"] == 1


def test_a_model_that_is_missing_or_altered_cannot_start(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = config.parent / "models" / "red_cars.onnx"
    body = network.read_bytes()
    network.write_bytes(body + b"\0")
    assert replayed(config) == (3, b"")
    assert "sha256" in capsys.readouterr().err
    network.unlink()
    assert replayed(config) == (3, b"")
    assert "red_cars.onnx is not there" in capsys.readouterr().err


def test_where_the_events_cannot_be_written_nothing_is_left(config: Path) -> None:
    out = config.parent / "no" / "such" / "folder.jsonl"
    assert main(["replay", str(config), "--out", str(out)]) == 3
    assert not out.parent.exists()
