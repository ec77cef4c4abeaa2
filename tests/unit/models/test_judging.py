"""What a card and a bench say of a detector is what COCO's own evaluation says of its boxes."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.cli import main
from models.coco import Part, marked
from models.detections import Detections
from models.errors import ModelError
from models.judging import Judged, judged
from tests.unit.models.conftest import Install, constant_network, yolox_output

A, B = [0.0, 0.0, 0.2, 0.2], [0.5, 0.5, 0.9, 0.9]
SIDE = 100


def coco_folder(folder: Path, *things: list[tuple[list[float], str, int]]) -> Path:
    """Pictures of SIDE x SIDE with these things: box in shares, label, whether a crowd. No areas."""
    (folder / "images").mkdir(parents=True)
    names = sorted({name for picture in things for _, name, _ in picture})
    annotations, images = [], []
    for number, picture in enumerate(things, 1):
        cv2.imwrite(str(folder / "images" / f"{number}.png"), np.full((SIDE, SIDE, 3), 90, np.uint8))
        images.append({"id": number, "file_name": f"{number}.png", "width": SIDE, "height": SIDE})
        for (x1, y1, x2, y2), name, crowd in picture:
            box = [x1 * SIDE, y1 * SIDE, (x2 - x1) * SIDE, (y2 - y1) * SIDE]
            one = {"image_id": number, "category_id": names.index(name) + 1, "bbox": box, "iscrowd": crowd}
            annotations.append(one)
    categories = [{"id": i, "name": name.replace("_", " ")} for i, name in enumerate(names, 1)]
    truth = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "instances.json").write_text(json.dumps(truth))
    return folder


def found(classes: list[str], *rows: tuple[list[float], str, float]) -> Detections:
    boxes = np.array([box for box, _, _ in rows], np.float32).reshape(-1, 4)
    scores = np.array([score for _, _, score in rows], np.float32)
    return Detections(boxes, scores, np.array([classes.index(name) for _, name, _ in rows], np.int64))


def judge(folder: Path, *pictures: list[tuple[list[float], str, float]], **words: str) -> Judged:
    classes = sorted({name for rows in pictures for _, name, _ in rows} | {"car"})
    given = {number: found(classes, *rows) for number, rows in enumerate(pictures, 1)}
    return judged(marked(folder), given, classes, [words.get(name, name) for name in classes])


def test_all_found_and_nothing_else_is_one(tmp_path: Path) -> None:
    folder = coco_folder(tmp_path / "a", [(A, "car", 0), (B, "traffic_light", 0)])
    seen = judge(folder, [(A, "car", 0.9), (B, "traffic_light", 0.8)])
    assert seen.values["ap"] == pytest.approx(1.0)
    assert seen.labels == pytest.approx({"car": 1.0, "traffic_light": 1.0})
    assert seen.kinds == pytest.approx({"vehicle": 1.0, "thing": 1.0})


def test_cases_worked_out_by_hand(tmp_path: Path) -> None:
    folder = coco_folder(tmp_path / "a", [(A, "car", 0), (B, "car", 0)])
    assert judge(folder, [(A, "car", 0.9)]).labels["car"] == pytest.approx(51 / 101)
    twice = [(A, "car", 0.9), (A, "car", 0.8), (B, "car", 0.7)]
    assert judge(folder, twice).labels["car"] == pytest.approx((51 + 50 * 2 / 3) / 101)
    nothing = judge(folder, [])
    assert (nothing.values["ap"], nothing.labels) == (0.0, {"car": 0.0})
    crowd = coco_folder(tmp_path / "b", [(A, "car", 0), (B, "car", 1)])
    assert judge(crowd, [(B, "car", 0.9), (A, "car", 0.7)]).labels["car"] == pytest.approx(1.0)


def test_a_kind_is_whatever_its_labels_are_called(tmp_path: Path) -> None:
    """A car called a truck is wrong by label and right by kind; called both, it is one vehicle."""
    folder = coco_folder(tmp_path / "a", [(A, "car", 0), (B, "hawker", 0)])
    seen = judge(folder, [(A, "truck", 0.9), (A, "car", 0.5), (B, "hawker", 0.8)], hawker="stall")
    assert seen.labels == pytest.approx({"car": 1.0, "hawker": 1.0})
    assert seen.kinds == pytest.approx({"vehicle": 1.0, "stall": 1.0})
    ignored = judge(folder, [(A, "truck", 0.9), (B, "hawker", 0.8)], hawker="ignore")
    assert ignored.labels == pytest.approx({"car": 0.0, "hawker": 1.0})
    assert ignored.kinds == pytest.approx({"vehicle": 1.0})


def test_a_part_of_the_pictures(tmp_path: Path) -> None:
    folder = coco_folder(tmp_path / "a", [(A, "car", 0)], [], [(B, "car", 0)])
    assert [image["id"] for image in marked(folder, Part(1, 2)).images] == [2]
    odd = marked(folder, Part(0, 2))
    assert ([image["id"] for image in odd.images], len(odd.dataset["annotations"])) == ([1, 3], 2)
    assert odd.words() == "a, each 2th from number 0 on"


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    for text in ("{", "[]", '{"images": []}', '{"images": [], "categories": [], "annotations": []}'):
        (tmp_path / "instances.json").write_text(text)
        with pytest.raises(ModelError, match=r"instances\.json"):
            marked(tmp_path)


def test_eval_prints_a_table_and_writes_the_card(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(constant_network([yolox_output({0: [0.5, 0.5, 0, 0, 1, 0.9, 0]})]), labels=["car", "bus"])
    folder = coco_folder(tmp_path / "a", [([0, 0, 0.25, 0.25], "car", 0)])
    assert main(["eval", "mine", "--pictures", str(folder), "--dir", str(tmp_path)]) == 0
    *_, last = capsys.readouterr().out.splitlines()
    told = json.loads(last)
    assert (told["eval"], told["values"]["ap"], told["kinds"]) == ("mine", 1.0, {"vehicle": 1.0})
    from models import bundles
    from tests.unit.models.bundled import bundle

    path, out = tmp_path / "x.gewu-model", tmp_path / "y.gewu-model"
    path.write_bytes(bundle(labels=["car", "bus"], kinds={}).packed())
    assert main(["eval", str(path), "--pictures", str(folder), "--out", str(out)]) == 0
    (metric,) = bundles.read(out).card.metrics
    assert (metric.values["ap"], metric.pictures, metric.data) == (1.0, 1, "a")
    assert bundles.read(out).signers == ()
