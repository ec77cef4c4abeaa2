"""What `gewu-models train` refuses and why, and, where torch is, one real epoch."""

import json
import shutil
import subprocess
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from models import bundles
from models.cli import main
from models.errors import ModelError
from models.training import worker
from models.training.dataset import opened
from models.training.recipe import Recipe

BOX = [20, 10, 40, 30]
NEW = """
import sys
from models.export.worker import _do_without_torchvision
_do_without_torchvision()
from ultralytics import YOLO
base = YOLO("yolo11n.yaml")
base.model.names = dict(enumerate(["person", "car", *(f"thing {n}" for n in range(78))]))
base.save(sys.argv[1])
"""


def picture(grey: int) -> bytes:
    scene = np.full((64, 96, 3), grey, np.uint8)
    x, y, wide, high = BOX
    scene[y : y + high, x : x + wide] = (30, 60, 200)
    return cv2.imencode(".jpg", scene)[1].tobytes()


def write(folder: Path, train: int = 12, val: int = 3, **card: Any) -> Path:
    """A dataset of red stalls."""
    for side, number in (("train", train), ("val", val)):
        images, annotations = [], []
        for n in range(1, number + 1):
            for name, body in (
                (f"images/{n}.jpg", picture(60 + 5 * n)),
                (f"labels/{n}.txt", b"0 0.416667 0.390625 0.416667 0.468750\n"),
            ):
                path = folder / side / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            images.append({"id": n, "file_name": f"{n}.jpg", "width": 96, "height": 64})
            annotations.append({"id": n, "image_id": n, "category_id": 1, "bbox": BOX, "iscrowd": 0})
        (folder / side).mkdir(parents=True, exist_ok=True)
        told = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "stall"}]}
        (folder / side / "instances.json").write_text(json.dumps(told))
    about = {"classes": {"stall": {"train": train, "val": val}}, "places": {"a": "train", "b": "val"}}
    about |= {
        "span": ["2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"],
        "licence": "ours",
        "privacy": "masked",
    }
    (folder / "card.json").write_text(json.dumps(about | card))
    return folder


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write(tmp_path / "stalls")


def test_a_folder_and_its_archive_are_the_same(dataset: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "stalls.tar", "w") as archive:
        archive.add(dataset, "dataset")
    for given in (dataset, tmp_path / "stalls.tar"):
        with opened(given) as found:
            assert (found.classes, len(found.train.images), len(found.val.images)) == (("stall",), 12, 3)
            assert found.words() == (
                "12 of an operator's own masked pictures (stall 12) of 1 places, 2026-03-01 to 2026-04-01, "
                "as people marked them; licence: ours"
            )


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        (lambda d: (d / "card.json").unlink(), "has no card.json, its last file: it is not whole"),
        (
            lambda d: (d / "card.json").write_text("{}"),
            "says nothing of classes, places, span",
        ),
        (lambda d: shutil.rmtree(d / "val"), "val: "),
        (lambda d: write(d, val=0), "names no picture; ask for more places, or another --val"),
        (lambda d: write(d, train=4), "stall: 4 in train; at least 10 are needed to learn it"),
    ],
    ids=["no card", "empty card", "no val", "nothing in val", "too few"],
)
def test_what_nothing_can_be_learned_from(dataset: Path, spoilt: Any, why: str) -> None:
    spoilt(dataset)
    with pytest.raises(ModelError, match=why), opened(dataset):
        pass


def test_what_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "cut.tar").write_bytes(b"no archive")
    with (
        pytest.raises(ModelError, match=r"cut.tar: is no folder and no whole tar archive"),
        opened(tmp_path / "cut.tar"),
    ):
        pass


def test_a_recipe_tells_every_fault_at_once() -> None:
    with pytest.raises(ModelError) as told:
        Recipe(epochs=0, size=100, rate=2.0, sure=0.0).checked()
    assert [line.split()[0] for line in str(told.value).splitlines()] == [
        "--epochs",
        "--size",
        "--rate",
        "--sure",
    ]
    assert "a head of their own for the marked labels" in Recipe().words()
    assert "only the new labels learn" in Recipe(learn="new").words()
    assert "backbone frozen" in Recipe(learn="head").words()
    assert (Recipe().order()["rate"], Recipe(learn="new").pace, Recipe(rate=0.1).pace) == (0.002, 0.01, 0.1)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["train", *words]) == 1
    return capsys.readouterr().err


def test_the_command_says_what_is_missing(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = tmp_path / "base.pt"
    usual = (str(dataset), str(checkpoint), "--name", "our_stalls")
    assert said(capsys, *usual).strip() == f"{checkpoint} is no file"
    checkpoint.write_bytes(b"no checkpoint")
    assert "lower_snake_case" in said(capsys, str(dataset), str(checkpoint), "--name", "Our Stalls")
    assert "multiples of 32" in said(capsys, *usual, "--size", "100")
    assert "did not do it" in said(capsys, *usual, "--python", str(tmp_path / "none"))
    bare = tmp_path / "bare"
    bare.write_text(f'#!/bin/sh\nshift\nexec {sys.executable} -I -S "$@"\n')
    bare.chmod(0o755)
    why = said(capsys, *usual, "--python", str(bare))
    assert "needs torch and ultralytics (AGPL-3.0)" in why
    assert "pip install 'gewu[export]'" in why
    assert "--python training/bin/python" in why


def test_a_label_that_no_rule_knows_is_not_learned(
    tmp_path: Path, dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "base.pt").write_bytes(b"no checkpoint")
    for side in ("train", "val"):
        path = dataset / side / "instances.json"
        path.write_text(path.read_text().replace('"stall"', '"unlicensed_stall"'))
    why = said(capsys, str(dataset), str(tmp_path / "base.pt"), "--name", "our_stalls")
    assert "unlicensed_stall: no rule takes it for anything; gewu-central dataset --label" in why


def test_what_people_marked_is_not_written_down_twice() -> None:
    assert worker._overlap([0.5, 0.5, 0.2, 0.2], [0.5, 0.5, 0.2, 0.2]) == pytest.approx(1.0)
    assert worker._overlap([0.5, 0.5, 0.2, 0.2], [0.6, 0.5, 0.2, 0.2]) == pytest.approx(1 / 3)
    assert worker._overlap([0.2, 0.2, 0.1, 0.1], [0.8, 0.8, 0.1, 0.1]) == 0.0
    assert worker._word("Dining table") == "dining_table"


@pytest.mark.skipif(
    find_spec("torch") is None or find_spec("ultralytics") is None,
    reason="torch and ultralytics are not installed (pip install 'gewu[export]')",
)
@pytest.mark.parametrize(
    ("learn", "note"),
    [
        ("own", "a head of their own for the marked labels"),
        ("new", "only the new labels learn"),
        ("head", "backbone frozen"),
    ],
)
def test_one_real_epoch_keeps_the_labels_of_before(
    dataset: Path, tmp_path: Path, learn: str, note: str
) -> None:
    subprocess.run([sys.executable, "-c", NEW, str(tmp_path / "base.pt")], check=True)
    out = tmp_path / "out.gewu-model"
    words = (str(dataset), str(tmp_path / "base.pt"), "--name", "our_stalls", "--version", "1")
    quick = ("--epochs", "1", "--size", "64", "--batch", "4", "--learn", learn)
    code = main(["train", *words, *quick, "--out", str(out)])
    card = bundles.read(out).card
    assert code in (0, 1)
    assert (card.names()[0], card.names()[-1], len(card.names())) == ("person", "stall", 81)
    assert any(note in (made.note or "") for made in card.made)
    assert card.trained_on.startswith("12 of an operator's own masked pictures")
