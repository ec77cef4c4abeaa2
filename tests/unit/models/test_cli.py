"""`gewu-models` as people call it."""

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models import installed
from models.cli import main
from models.origins import directory
from tests.unit.models.bundled import bundle
from tests.unit.models.conftest import Install, constant_network, yolox_output

NETWORK = constant_network([yolox_output({0: [0.5, 0.5, 0, 0, 1, 0.9, 0]})])


@pytest.fixture(autouse=True)
def _no_folder_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(directory.VARIABLE, raising=False)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A folder that holds the file, under a name that says nothing."""
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "x.onnx").write_bytes(NETWORK)
    return folder


def test_list_says_what_there_is(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK)
    assert main(["list", "--dir", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "centernet_mbv3_512 (default)" in out
    assert "yolox_nano_416 (recommended)" in out
    mine = next(line for line in out.splitlines() if line.startswith("mine"))
    assert mine.split()[1:4] == ["detector", str(len(NETWORK)), "yes"]
    assert "`default` is centernet_mbv3_512: it is the default; the recommended" in out


def test_list_tells_a_wrong_file(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK, sha256="0" * 64)
    assert main(["list", "--dir", str(tmp_path)]) == 0
    mine = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("mine"))
    assert "wrong sha256" in mine


def test_pull_from_a_folder_then_again(
    install: Install, tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK)
    (tmp_path / "mine.onnx").unlink()
    assert main(["pull", "mine", "--dir", str(tmp_path), "--from", str(stick)]) == 0
    out = capsys.readouterr().out
    assert f"x.onnx: {len(NETWORK)} of {len(NETWORK)} bytes" in out
    assert f"mine: at {tmp_path / 'mine.onnx'} ({len(NETWORK)} bytes, sha256 verified)" in out
    assert (tmp_path / "mine.onnx").read_bytes() == NETWORK
    assert main(["pull", "mine", "--dir", str(tmp_path)]) == 0
    assert "mine: already at" in capsys.readouterr().out


def test_pull_replaces_a_wrong_file(install: Install, tmp_path: Path, stick: Path) -> None:
    install(NETWORK)
    (tmp_path / "mine.onnx").write_bytes(b"broken")
    assert main(["pull", "mine", "--dir", str(tmp_path), "--from", str(stick)]) == 0
    assert (tmp_path / "mine.onnx").read_bytes() == NETWORK


def test_pull_looks_in_the_folder_that_the_environment_names(
    install: Install, tmp_path: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = {"kind": "url", "url": "https://127.0.0.1:9/x", "sha256": "0" * 64}
    install(NETWORK, origin=address)
    (tmp_path / "mine.onnx").unlink()
    monkeypatch.setenv(directory.VARIABLE, str(stick))
    assert main(["pull", "mine", "--dir", str(tmp_path)]) == 0


def test_a_folder_of_the_environment_without_the_file_is_no_reason_to_stop(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK, origin={"kind": "url", "url": "https://127.0.0.1:9/x", "sha256": "0" * 64})
    (tmp_path / "mine.onnx").unlink()
    monkeypatch.setenv(directory.VARIABLE, str(tmp_path))
    assert main(["pull", "mine", "--dir", str(tmp_path)]) == 1
    assert "https://127.0.0.1:9/x: cannot be fetched" in capsys.readouterr().err


def test_pull_keeps_nothing_of_a_wrong_file(
    install: Install, tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the origin calls right is not what the catalogue calls right: the last check stops it."""
    sha = hashlib.sha256(NETWORK).hexdigest()
    install(NETWORK, sha256="0" * 64, origin={"kind": "directory", "path": str(stick), "sha256": [sha]})
    (tmp_path / "mine.onnx").unlink()
    assert main(["pull", "mine", "--dir", str(tmp_path)]) == 1
    assert f"mine.onnx: sha256 is {sha}, allowed is only {'0' * 64}" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["catalog.yaml", "stick"]


def test_pull_goes_on_after_a_fault(
    install: Install, tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK)
    assert main(["pull", "nothing", "mine", "--dir", str(tmp_path), "--from", str(stick)]) == 1
    captured = capsys.readouterr()
    assert "nothing: model 'nothing' is not in the catalogue; allowed is" in captured.err
    assert "mine: already at" in captured.out


def test_pull_into_a_folder_that_cannot_be_written(
    install: Install, tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK, file="blocked.onnx")
    (tmp_path / "blocked.onnx").mkdir()
    assert main(["pull", "mine", "--dir", str(tmp_path), "--from", str(stick)]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_bench_prints_a_table_and_one_object(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    cv2.imwrite(str(pictures / "a.png"), np.full((48, 64, 3), 90, np.uint8))
    assert main(["bench", "mine", "--dir", str(tmp_path), "--pictures", str(pictures), "--threads", "1"]) == 0
    *table, last = capsys.readouterr().out.splitlines()
    assert table[0].split() == [
        "name",
        "provider",
        "threads",
        "batch",
        "ms",
        "cpu_ms",
        "AP",
        "person",
        "vehicles",
    ]
    result = json.loads(last)
    assert (result["bench"], result["faults"]) == ("models", [])
    assert [(m["name"], m["provider"], m["pictures"]) for m in result["models"]] == [("mine", "cpu", 1)]
    assert "ap" not in result["models"][0]


def test_bench_measures_precision_where_there_is_truth(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK, labels=["person", "car"])
    folder = tmp_path / "coco"
    (folder / "images").mkdir(parents=True)
    cv2.imwrite(str(folder / "images" / "a.png"), np.full((32, 32, 3), 90, np.uint8))
    thing = {"image_id": 1, "category_id": 1, "bbox": [0, 0, 8, 8], "iscrowd": 0}
    image = {"id": 1, "file_name": "a.png", "width": 32, "height": 32}
    truth = {"images": [image], "annotations": [thing], "categories": [{"id": 1, "name": "person"}]}
    (folder / "instances.json").write_text(json.dumps(truth))
    assert main(["bench", "mine", "--dir", str(tmp_path), "--pictures", str(folder)]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])["models"][0]
    assert (figures["ap"], figures["ap_person"]) == (1.0, 1.0)


def test_bench_without_pictures_still_measures_time(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK)
    monkeypatch.setenv("GEWU_SHARED_DATA", str(tmp_path / "none"))
    assert main(["bench", "--dir", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["pictures"] == "noise 1280x720"


def test_bench_without_names_measures_bundles_that_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GEWU_SHARED_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    installed.install(bundle(signed=False), tmp_path)
    assert main(["bench", "--dir", str(tmp_path)]) == 0
    measured = json.loads(capsys.readouterr().out.splitlines()[-1])["models"]
    assert [one["name"] for one in measured] == ["our_vans@3"]


def test_bench_says_what_could_not_be_measured(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(NETWORK)
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", np.zeros((8, 8, 3), np.uint8))[1].tobytes())
    wanted = ["bench", "mine", "yolox_nano_416", "--dir", str(tmp_path), "--pictures", str(tmp_path)]
    assert main(wanted) == 1
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(result["models"]) == len(result["faults"]) == 1
    assert main(["bench", "mine", "--dir", str(tmp_path), "--pictures", str(tmp_path / "gone")]) == 1
    assert "holds no picture that can be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [[], ["fetch"], ["bench", "--provider", "npu"], ["bench", "--threads", "0"], ["pull", "--into", "x"]],
)
def test_a_wrong_command_line_exits_with_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(wrong)
    assert stopped.value.code == 2
    assert "usage: gewu-models" in capsys.readouterr().err


def test_a_broken_catalogue_of_ones_own_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "catalog.yaml").write_text("models: {mine: {title: x}}")
    assert main(["list", "--dir", str(tmp_path)]) == 1
    assert "catalog.yaml: models.mine.role: Field required" in capsys.readouterr().err
