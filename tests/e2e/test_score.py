"""`gewu-edge score` on films that the tests make, with a real network: figures, report, exit codes."""

import argparse
import base64
import json
import re
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from edge.score import command
from edge.score.words import arguments
from models import events
from models.bundles import made
from models.catalog import catalogue
from models.errors import ModelError
from tests import street
from tests.chromium import Browser
from tests.unit.models import bundled

CAR = [round(v / n, 4) for v, n in zip(street.CAR, (320, 240, 320, 240), strict=True)]
AWAY = [0.02, 0.1, 0.12, 0.3]
WIDTH = "async e => { const i = new Image(); i.src = e.href.baseVal; await i.decode(); return i.width }"
WHOLE = [[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98]]


def case(name: str, **more: Any) -> dict[str, Any]:
    rule = {"kind": "dwell", "incident": "illegal_parking", "dwell": "2s"}
    zone = {"id": "kerb", "polygon": WHOLE, "rules": [rule]}
    camera = {"id": f"cam-{name}", "sample": 5, "zones": [zone]}
    return {"name": name, "note": "composite", "clip": "street.avi", "camera": camera, "expected": []} | more


def expected(name: str, box: list[float], **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": "illegal_parking", "zone": "kerb", "box": box, "start": 2.0} | more


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One car that is found and one that never was; a trap that fires; a quiet street."""
    folder = tmp_path_factory.mktemp("suite")
    trap = {"id": "waits", "kind": "illegal_parking", "box": CAR, "from": 2.0, "what": "waits at a light <3"}
    cases = {
        "found": case("found", expected=[expected("car", CAR, end=8.0), expected("ghost", AWAY)], tags=["a"]),
        "trapped": case("trapped", traps=[trap], tags=["a", "trap"]),
        "quiet": case("quiet", health=[{"condition": "image_too_blurry", "from": 1.0, "within": 2.0}]),
    }
    for name, settings in cases.items():
        (folder / name).mkdir()
        street.film(folder / name / "street.avi", 20, car=None if name == "quiet" else (2, 8), person=True)
        (folder / name / "case.yaml").write_text(yaml.safe_dump(settings))
    (folder / "suite.yaml").write_text(
        yaml.safe_dump({"name": "made", "model": street.model(folder / "models")})
    )
    return folder


@dataclass
class Result:
    code: int
    figures: dict[str, Any]
    text: str
    page: str
    data: dict[str, Any]


def scored(suite: Path, out: Path, *words: str) -> Result:
    parser = argparse.ArgumentParser()
    arguments(parser)
    with redirect_stdout(StringIO()) as said:
        code = command.score(parser.parse_args([str(suite), "--out", str(out), *words]))
    text = said.getvalue()
    page, data = (out / "report.html").read_text(), json.loads((out / "score.json").read_text())
    return Result(code, json.loads(text.splitlines()[-1]), text, page, data)


@pytest.fixture(scope="module")
def result(suite: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    out = tmp_path_factory.mktemp("score")
    return scored(suite, out, "--fail-under", "recall=.5,precision=.5", "--fail-over", "false=1")


def test_a_suite_is_scored(result: Result) -> None:
    assert result.code == 0
    found = result.figures
    counts = ("cases", "situations", "found", "missed", "false", "doubles", "traps", "traps_fired")
    assert [found[key] for key in counts] == [3, 2, 1, 1, 1, 0, 1, 1]
    assert (found["recall"], found["precision"], found["tickets_per_situation"]) == (0.5, 0.5, 1.0)
    assert found["start_error_median_s"] <= 4.0  # quiet streets are looked at seldom
    assert found["end_error_median_s"] <= 4.0
    assert (found["conditions"], found["conditions_found"]) == (1, 0)
    assert found["camera_hours"] * 3600 == pytest.approx(3 * 19.8, abs=12.0)
    assert "MISSED ghost (illegal_parking), due by 64.0 s" in result.text
    assert "trap waits: waits at a light <3" in result.text
    assert result.data["figures"] == found
    records = {record["name"]: record for record in result.data["cases"]}
    missed = records["found"]["situations"][1]
    assert missed["why_not"] == [
        "kerb, dwell-illegal_parking: the ledger knows nothing that stands there",
        "nothing is seen there",
    ]


def test_the_report_needs_nothing_and_shows_every_hit_miss_and_false_alarm(
    result: Result, tmp_path: Path, browser: Browser
) -> None:
    page = result.page
    (tmp_path / "report.html").write_text(page)
    assert "waits at a light &lt;3" in page
    assert not re.search(r"<script|<link|@import|url\(|https?://", page)
    for dark, width in ((False, 1200), (True, 380)):
        browser.size(width, 900, dark=dark)
        browser.open((tmp_path / "report.html").as_uri())
        assert browser.run("document.documentElement.scrollWidth") <= width
    assert (
        browser.run(f"Promise.all([...document.querySelectorAll('.card image')].map({WIDTH}))") == [320] * 3
    )
    looks = browser.run("[...document.querySelectorAll('.card')].map(e => e.className)")
    assert looks == ["card found", "card missed", "card false"]
    assert browser.run("document.querySelectorAll('svg.timeline').length") == 3
    browser.run("document.querySelector('#faulty').click()")
    assert browser.complaints == []


def test_masked_stills_show_no_person(result: Result) -> None:
    """Whoever is blue is a person to the network; no blue is left in any still."""
    bodies = re.findall(r"data:image/jpeg;base64,([^\"]+)", result.page)
    assert len(bodies) == 3
    for body in bodies:
        picture = cv2.imdecode(np.frombuffer(base64.b64decode(body), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        blue, green, red = (picture[:240, :, i].astype(int) for i in range(3))
        assert not ((blue > red + 60) & (blue > green + 60)).any()
        assert picture.shape[1] == 320


def test_however_many_at_once_the_result_is_the_same(suite: Path, tmp_path: Path, result: Result) -> None:
    two = scored(suite, tmp_path, "--jobs", "2")
    timeless = re.compile(r'<p class="made" id="run">.*?</p>')
    assert timeless.sub("", result.page) == timeless.sub("", two.page)
    assert two.data == result.data


def test_bounds_that_are_broken_and_clips_that_cannot_be_played_are_code_one(
    suite: Path, tmp_path: Path
) -> None:
    plain = ["--no-stills", "--only", "found"]
    result = scored(suite, tmp_path, *plain, "--fail-under", "recall=.95")
    assert result.code == 1
    assert "recall is 0.5; at least 0.95 was asked for" in result.text
    assert "no still was taken" in result.page
    broken = suite.parent / "broken"
    broken.mkdir()
    (broken / "street.avi").write_bytes(b"this is no film")
    (broken / "case.yaml").write_text(yaml.safe_dump(case("broken", expected=[expected("car", CAR)])))
    models = ["--model", "red_cars", "--models", str(suite / "models")]
    result = scored(broken, tmp_path, *models, "--fail-over", "start_error_median_s=3")
    assert result.code == 1
    assert "not played to its end: street.avi: cannot be read as a video" in result.text
    assert str(broken) not in result.page  # the same wherever the suite lies
    assert "start_error_median_s cannot be told from these cases; at most 3 was asked for" in result.text
    assert result.figures["missed"] == 1


def test_a_bundle_that_is_not_installed_is_judged_by_what_comes_of_it(suite: Path, tmp_path: Path) -> None:
    """`gewu-models eval BUNDLE --suite`, by kind of incident."""
    models, cases = suite / "models", tmp_path / "cases"
    shutil.copytree(suite / "found", cases / "found")
    entry = catalogue(models).entry("red_cars")
    network = (models / entry.file).read_bytes()
    words = {"title": "red", "format": entry.format, "labels": entry.labels, "kinds": {}}
    bundle = made(bundled.card(network, name="our_reds", **words), network)
    row = {"situations": 2, "found": 1, "missed": 1, "false": 0, "recall": 0.5, "precision": 1.0}
    assert events.scored(cases, "our_reds", bundle, models)["illegal_parking"] == row
    (cases / "found" / "street.avi").write_bytes(b"this is no film")
    with pytest.raises(ModelError, match=r"not played to its end: street\.avi"):
        events.scored(cases, "our_reds", bundle, models)


def test_words_that_mean_nothing_are_refused(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    arguments(parser)
    assert command.score(parser.parse_args([str(suite), "--only", "snow"])) == command.BAD_SUITE
    assert "--only snow: is no case's name or tag; the tags are a, trap" in capsys.readouterr().err
    for words, told in (
        (["--fail-under", "luck=1"], "'luck' is no figure; known are cases, situations"),
        (["--fail-over", "false=few"], "'false=few' needs a number, such as false=0.95"),
        (["--jobs", "0"], "'0' is no number from 1 to 64"),
    ):
        with pytest.raises(SystemExit):
            parser.parse_args([str(suite), *words])
        assert told in capsys.readouterr().err
