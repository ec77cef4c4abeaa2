"""Masking with real models on real pictures: who is hidden, what stays, and what a second look still sees."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.evidence import EvidenceMaker
from edge.frames import Frame
from edge.privacy import FACE_FLOOR, PERSONS, PLATE_FLOOR, Masker, person_floor
from edge.tiles import through, tiles, whole
from models.detections import Detections, Picture
from models.runtime import LoadedDetector, ModelSettings, open_detector

pytestmark = pytest.mark.shared_data
FACES = "000000217285.jpg"  # several faces at a table or in a row
Open = Callable[[str, float], LoadedDetector]

# (clip, frame): boxes of persons that a reader of the frame sees, in pixels, within a few pixels
PEOPLE = {
    ("opencv_vtest.avi", 300): [
        (190, 160, 218, 233),
        (245, 159, 266, 221),
        (299, 159, 321, 230),
        (313, 211, 344, 295),
        (584, 160, 612, 234),
        (620, 160, 644, 233),
    ],
    ("tfl_jamcam_5.mp4", 100): [(64, 230, 80, 280), (77, 212, 92, 240)],
    ("littering_9.mp4", 25): [(0, 390, 390, 1509)],
}
# what incidents there would be about: the van that stands, the coach at the kerb, the car that turns,
# the parked scooter
THINGS = {
    ("opencv_vtest.avi", 300): (652, 45, 724, 97),
    ("tfl_jamcam_5.mp4", 100): (190, 108, 285, 201),
    ("crossroad_traffic.mp4", 300): (423, 132, 530, 195),
    ("littering_9.mp4", 25): (500, 217, 615, 302),
}


@pytest.fixture(scope="module")
def opened(shared_data: Path) -> Open:
    def opening(name: str, floor: float) -> LoadedDetector:
        return open_detector(ModelSettings(name=name, directory=shared_data / "models", score=floor))

    return opening


def real_masker(opened: Open, name: str) -> Masker:
    floor = person_floor(name)
    return Masker(
        persons=opened(name, floor),
        faces=opened("centerface", FACE_FLOOR),
        plates=opened("plate_clp", PLATE_FLOOR),
        person_floor=floor,
    )


@pytest.fixture(scope="module")
def yolox(opened: Open) -> Masker:
    return real_masker(opened, "yolox_nano_416")


@pytest.fixture(scope="module")
def centernet(opened: Open) -> Masker:
    return real_masker(opened, "centernet_mbv3_512")


def clip(folder: Path, name: str, index: int) -> Picture:
    capture = cv2.VideoCapture(str(folder / "video" / name))
    for _ in range(index):
        capture.grab()
    ok, picture = capture.read()
    capture.release()
    assert ok
    return np.asarray(picture, np.uint8)


def share_changed(before: Picture, after: Picture, box: tuple[int, int, int, int]) -> float:
    x1, y1, x2, y2 = box
    return float((before != after).any(axis=2)[y1:y2, x1:x2].mean())


@pytest.mark.parametrize("model", ["yolox", "centernet"])
@pytest.mark.parametrize("which", sorted(PEOPLE.keys() | THINGS.keys()), ids=lambda which: which[0])
def test_everybody_a_reader_sees_is_hidden_and_the_incidents_thing_is_not(
    model: str, request: pytest.FixtureRequest, shared_data: Path, which: tuple[str, int]
) -> None:
    picture = clip(shared_data, *which)
    masked = request.getfixturevalue(model).mask(picture)
    people = PEOPLE.get(which, [])
    hidden = [share_changed(picture, masked.image, box) for box in people]
    assert masked.persons >= len(people)
    assert min(hidden, default=1.0) > 0.95, hidden
    if which in THINGS:
        assert share_changed(picture, masked.image, THINGS[which]) < 0.3


@pytest.mark.parametrize("which", PEOPLE, ids=lambda which: which[0])
def test_the_same_detectors_find_nobody_in_the_bytes_that_leave(
    yolox: Masker, opened: Open, shared_data: Path, which: tuple[str, int]
) -> None:
    picture = clip(shared_data, *which)
    made = EvidenceMaker(yolox).picture(Frame(picture, "camera-1", 0, 0.0, 0.0, "synchronised"), None)
    sent = cv2.imdecode(np.frombuffer(made.body, np.uint8), cv2.IMREAD_COLOR)[: picture.shape[0]]
    for name in ("yolox_nano_416", "centerface"):
        assert leaks(opened(name, 0.4), picture, np.asarray(sent, np.uint8)) == []


def leaks(detector: LoadedDetector, before: Picture, sent: Picture) -> list[tuple[int, ...]]:
    """Persons or faces found in what was sent, other than under the masks."""
    # JPEG changes every pixel a little; a mask changes most of them by much
    masks = cv2.blur((np.abs(before.astype(int) - sent).max(axis=2) > 12).astype(np.float32), (9, 9)) > 0.5
    seen = through(detector, sent, [whole(sent), *tiles(sent.shape[1], sent.shape[0])])
    wanted = [label in PERSONS or label == "face" for label in np.array(detector.labels)[seen.classes]]
    boxes = [tuple(int(v) for v in box) for box in seen.boxes[np.array(wanted, np.bool_)]]
    return [b for b in boxes if masks[b[1] : b[3] + 1, b[0] : b[2] + 1].mean() < 0.8]


def test_most_persons_in_a_sample_of_everyday_pictures_are_hidden(yolox: Masker, shared_data: Path) -> None:
    known = json.loads((shared_data / "coco_mini/instances.json").read_text())
    persons = [a for a in known["annotations"] if a["category_id"] == 1 and not a["iscrowd"]]
    persons = [a for a in persons if a["bbox"][3] >= 32]
    counts = Counter(a["image_id"] for a in persons)
    sample = sorted(image for image, count in counts.items() if 4 <= count <= 9)[:6]
    files = {i["id"]: i["file_name"] for i in known["images"]}
    hidden = []
    for image in sample:
        picture = np.asarray(cv2.imread(str(shared_data / "coco_mini/images" / files[image])), np.uint8)
        masked = yolox.mask(picture).image
        for person in (a for a in persons if a["image_id"] == image):
            x, y, w, h = person["bbox"]
            box = (int(x), int(y), int(x + w) + 1, int(y + h) + 1)
            hidden.append(share_changed(picture, masked, box) > 0.8)
    assert len(hidden) > 20
    assert np.mean(hidden) >= 0.85


class Blind:
    """A person detector that sees one vehicle at most, and never a person."""

    labels = ("person", "car")

    def __init__(self, *cars: tuple[float, float, float, float]) -> None:
        self._cars = np.array(cars, np.float32).reshape(-1, 4)

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        count = len(self._cars)
        whole_one = Detections(self._cars, np.full(count, 0.9, np.float32), np.ones(count, np.int64))
        return [
            whole_one if i == 0 and len(pictures) == 1 else Detections.none() for i in range(len(pictures))
        ]


def test_faces_are_hidden_where_no_person_was_seen_and_another_face_detector_agrees(
    opened: Open, shared_data: Path
) -> None:
    picture = np.asarray(cv2.imread(str(shared_data / "coco_mini/images" / FACES)), np.uint8)
    masked = Masker(persons=Blind(), faces=opened("centerface", FACE_FLOOR), plates=None).mask(picture)
    other = opened("face_yunet", 0.6)
    assert masked.faces >= 2
    assert len(other.detect([picture])[0]) >= 2
    assert leaks(other, picture, masked.image) == []


def test_a_chinese_plate_on_a_real_car_is_hidden_and_the_car_is_not(opened: Open, shared_data: Path) -> None:
    picture = clip(shared_data, "opendatacam_stuttgart.mp4", 200)
    put_plate(picture, 318, 318)
    car = (255 / 640, 240 / 360, 365 / 640, 350 / 360)
    masked = Masker(persons=Blind(car), faces=None, plates=opened("plate_clp", PLATE_FLOOR)).mask(picture)
    assert masked.plates == 1
    assert share_changed(picture, masked.image, (318, 318, 358, 330)) > 0.95
    assert share_changed(picture, masked.image, (255, 240, 365, 350)) < 0.15


def put_plate(picture: Picture, x: int, y: int) -> None:
    """Blue, white rim and glyphs, 440 x 140 mm shrunk to 40 x 13 pixels."""
    plate = np.full((140, 440, 3), (160, 60, 10), np.uint8)
    cv2.rectangle(plate, (6, 6), (433, 133), (255, 255, 255), 3)
    cv2.putText(plate, "A B 4C2D7", (24, 100), cv2.FONT_HERSHEY_SIMPLEX, 2.3, (255, 255, 255), 10)
    picture[y : y + 13, x : x + 40] = cv2.resize(plate, (40, 13), interpolation=cv2.INTER_AREA)
