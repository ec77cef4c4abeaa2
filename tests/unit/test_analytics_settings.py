"""Settings of analysed cameras: every fault says what and where, and the check of a node tells of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broker.settings import SettingsError
from edge.cli import main
from edge.config import load
from edge.config_notes import notes
from edge.journal.segments import sources
from tests.analysed import STORY, Street, settings, story, written
from tests.conftest import ROOT

Change = Callable[[dict[str, Any]], Any]
LEFT = {"kind": "left", "incident": "exposed_garbage", "dwell": "15m"}
FILM = {"id": "kerb-7", "kind": "file", "path": "a.mp4"}


def camera(what: dict[str, Any]) -> Any:
    return what["analytics"][0]["cameras"][0]


def add_rule(what: dict[str, Any], rule: dict[str, Any]) -> None:
    camera(what)["zones"][0]["rules"].append(rule)


FAULTS: list[tuple[Change, str]] = [
    (
        lambda what: add_rule(what, LEFT),
        "analytics[0].cameras[0].zones: zone kerb: left is about what lies on the ground and needs the "
        "pictures; of an analysed camera only tracked things are told: dwell works here, or make the camera "
        "a source",
    ),
    (
        lambda what: add_rule(what, {"kind": "cluster", "incident": "shop_overflow", "dwell": "10m"}),
        "zone kerb: cluster is about what lies on the ground and needs the pictures",
    ),
    (lambda what: add_rule(what, {"kind": "hover", "incident": "a"}), "kind 'hover' is not known"),
    (
        lambda what: add_rule(what, camera(what)["zones"][0]["rules"][0]),
        "analytics[0].cameras[0].zones[0].rules[1]: 'dwell-illegal_parking' is the id of [0] already",
    ),
    (lambda what: what["analytics"][0].update(kind="blueiris"), "analytics[0].kind: "),
    (lambda what: what["analytics"][0].update(cameras=[]), "analytics[0].cameras: "),
    (lambda what: what["analytics"][0].update(prefix="fri#gate"), "analytics[0].prefix: "),
    (lambda what: what["analytics"][0].update(settle="75"), "is no duration"),
    (
        lambda what: what["analytics"][0].update(api={"url": "http://gewu:secret@192.0.2.20"}),
        "analytics[0].api.url: a url carries no credentials and no query; use token_file",
    ),
    (
        lambda what: what["analytics"].append(dict(what["analytics"][0])),
        "analytics[1].id: 'box-1' is the id of [0] already; ids are unique",
    ),
    (
        lambda what: what["analytics"][0]["cameras"].append(dict(camera(what))),
        "'kerb-7' is the id of two analysed cameras; ids are unique",
    ),
    (
        lambda what: what.update(sources=[FILM]),
        "'kerb-7' is the id of a source and of an analysed camera; ids are unique",
    ),
    (lambda what: camera(what).update(sample=2), "sample: is not a known key"),
]


@pytest.mark.parametrize(("change", "words"), FAULTS)
def test_each_fault_is_told_with_its_place(tmp_path: Path, change: Change, words: str) -> None:
    what = settings(tmp_path)
    change(what)
    with pytest.raises(SettingsError) as caught:
        load(written(tmp_path, what))
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_password_file_is_taken_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    broker = {"url": "mqtt://nvr", "username": "gewu", "password_file": "secrets/nvr"}
    found: Any = load(written(tmp_path, settings(tmp_path, broker=broker))).settings.analytics[0]
    assert found.broker.password_file == tmp_path / "secrets" / "nvr"


def test_the_check_tells_of_boxes_cameras_and_zones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(written(tmp_path, settings(tmp_path)))]) == 0
    said = capsys.readouterr().out.splitlines()
    at = said.index("analytics box-1 (frigate), pictures: none")
    assert said[at + 1 : at + 3] == [
        "source kerb-7 (its camera kerb_7)",
        "  zone kerb, 4 points: dwell for illegal_parking",
    ]
    assert not [line for line in said if line.startswith("note")]


def test_a_camera_without_zones_is_noted(tmp_path: Path) -> None:
    what = settings(tmp_path)
    camera(what)["zones"] = []
    found = list(notes(load(written(tmp_path, what)).settings))
    assert found == ["source kerb-7 has no zones: it is watched for its health only"]


def test_the_example_has_one() -> None:
    found = load(ROOT / "configs" / "edge.example.yaml").settings.analytics
    assert [(box.kind, [source.id for source in box.sources]) for box in found] == [
        ("frigate", ["market-north"])
    ]


def test_its_journal_is_replayed_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, settings(tmp_path))
    street = Street(file)
    street.run(150.0, story())
    street.stop()
    journal, out = tmp_path / "journal", tmp_path / "again.jsonl"
    assert (sources(journal), STORY.exists()) == (["kerb-7"], True)
    words = ["replay", str(file), "--journal", str(journal), "--camera", "kerb-7", "--out", str(out)]
    assert main(words) == 0
    assert '"events": ' in capsys.readouterr().out
    assert out.read_text().count("opened.v1") == 1
