"""A journal as a case: the zones and rules of the case judge what a node saw; no model, no picture."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from edge.journal import Journal, JournalSettings
from edge.score import command
from edge.score.suite import read
from edge.score.words import arguments
from tests import street as scenery
from tests.journaled import Watch, street

CAR = [round(v / n, 4) for v, n in zip(scenery.CAR, (320, 240, 320, 240), strict=True)]
AWAY = [0.02, 0.1, 0.12, 0.3]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node's journal of a street on which a car stands for six seconds, and the case made of it."""
    folder = tmp_path_factory.mktemp("journaled")
    config = street(folder)
    watch = Watch(config, Journal(folder / "journal", JournalSettings()))
    watch.run()
    watch.close()
    camera = yaml.safe_load(config.read_text())["sources"][0]
    camera = {key: camera[key] for key in ("id", "sample", "zones")}
    real = {"kind": "illegal_parking", "start": 0.0, "end": 6.0}
    case = {
        "name": "week",
        "note": "composite",
        "journal": "journal",
        "camera": camera,
        "expected": [{"id": "car", "box": CAR, **real}, {"id": "ghost", "box": AWAY, **real}],
    }
    (folder / "case.yaml").write_text(json.dumps(case))
    return folder


def scored(suite: Path, out: Path) -> tuple[int, dict[str, Any], str]:
    parser = argparse.ArgumentParser()
    arguments(parser)
    code = command.score(parser.parse_args([str(suite), "--out", str(out)]))
    return code, json.loads((out / "score.json").read_text()), (out / "report.html").read_text()


def test_a_journal_is_scored_without_model_and_stills(suite: Path, tmp_path: Path) -> None:
    (suite / "models" / "red_cars.onnx").unlink()  # none is needed
    code, data, page = scored(suite, tmp_path)
    assert code == 0
    assert data["model"] == "journals only, no model looked"
    figures = data["figures"]
    assert (figures["found"], figures["missed"], figures["false"]) == (1, 1, 0)
    assert figures["camera_hours"] * 3600 == pytest.approx(19.8, abs=0.1)
    car, ghost = data["cases"][0]["situations"]
    assert abs(car["start_error"]) <= 1.0
    assert abs(car["end_error"]) <= 1.0
    assert ghost["why_not"] == ["nothing is seen there"]
    assert page.count("no still: a journal holds no pictures") == 2
    assert scored(suite, tmp_path / "again")[1] == data


def test_a_journal_that_holds_nothing_of_the_camera_is_told(suite: Path, tmp_path: Path) -> None:
    case = json.loads((suite / "case.yaml").read_text())
    case["camera"]["id"] = "cam-9"
    (tmp_path / "case.yaml").write_text(json.dumps(case | {"journal": str(suite / "journal")}))
    assert read(tmp_path).cases[0].journal == suite / "journal"
    code, data, _ = scored(tmp_path, tmp_path / "out")
    assert code == 1
    assert data["cases"][0]["failed"] == "the journal holds nothing of source cam-9"
