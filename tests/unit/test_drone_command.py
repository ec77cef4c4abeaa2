"""`gewu-edge flight`: one film, without broker and network."""

import json
import time
from pathlib import Path

import pytest

from edge.cli import main
from tests.drones import configuration, drone, fly

URL = "mqtt://127.0.0.1:1"  # nothing listens there


def test_a_film_is_analysed_and_told_in_words_and_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = fly(tmp_path / "films", "one", time.time() - 3600, car=True)
    config = configuration(tmp_path, URL, drone(tmp_path), drone(tmp_path, id="drone-2"))
    other = tmp_path / "other.SRT"
    made.sidecar.rename(other)
    out, pictures = tmp_path / "report.json", tmp_path / "pictures"
    words = ["flight", str(made.film), "--config", str(config)]
    more = ["--flight", "drone-2", "--out", str(out), "--evidence", str(pictures)]
    assert main([*words, *more, "--telemetry", str(other)]) == 0
    said = capsys.readouterr().out
    assert "opened: fire_lane_occupied (car)" in said
    assert "zone lane: 100% of it seen" in said
    told = json.loads(out.read_text())
    assert (told["source"], len(told["found"]), told["film"]) == ("drone-2", 1, "one.mp4")
    sorts = [
        each["properties"]["what"] for each in json.loads(out.with_suffix(".geojson").read_text())["features"]
    ]
    assert sorts == ["path", "coverage", "found", "zone"]
    assert len(list(pictures.iterdir())) == 1
    assert not (tmp_path / "data").exists()
    assert (
        main([*words, "--flight", "drone-2"]) == 0
    )  # without telemetry: nothing has a place, and it is said
    assert "21 pictures refused: there is no file" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no.mp4", "--flight", "drone-1"], "no.mp4: there is no such film"),
        (["one.mp4"], "needs --flight; its flights are: drone-1, drone-2"),
        (["one.mp4", "--flight", "x"], "--flight x: is not in the configuration"),
        (["one.mp4", "--flight", "drone-1", "--telemetry", "x.SRT"], "--telemetry x.SRT: there is no such"),
    ],
)  # fmt: skip
def test_what_cannot_be_analysed_is_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.mp4").write_bytes(b"no film")
    config = configuration(tmp_path, URL, drone(tmp_path), drone(tmp_path, id="drone-2"))
    assert main(["flight", *words, "--config", str(config)]) == 2
    assert said in capsys.readouterr().err
    assert main(["flight", "one.mp4", "--flight", "drone-1", "--config", str(config)]) == 1
    assert "cannot be read as a video" in capsys.readouterr().err
    assert main(["check", str(config)]) == 0
    assert "zone lane on the ground: standing for fire_lane_occupied" in capsys.readouterr().out
