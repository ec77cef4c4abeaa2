"""Every detector format, run with real weights on real pictures and compared with what is in them.

The expected figures were taken on the same forty pictures, with decoders whose AP on all 158 agrees with
that of an independent evaluation (docs/models.md). A swapped channel, a wrong stride or a misplaced letterbox
costs more than the tolerance.
"""

from collections.abc import Callable

import numpy as np
import pytest

from models import coco
from models.coco import Truth
from models.detections import Detections, Picture
from models.measure import FLOOR, Scene, judge_detector
from models.overlap import overlaps
from models.runtime import LoadedDetector

pytestmark = pytest.mark.shared_data

LARGE = 0.04  # of the picture
# name: AP of all classes, AP of persons, large persons and vehicles met out of 36
EXPECTED = {
    "yolox_nano_416": (0.329, 0.392, 31),
    "picodet_s_416": (0.373, 0.457, 35),
    "picodet_s_320": (0.311, 0.376, 34),
    "nanodet_m_416": (0.258, 0.362, 31),
    "deimv2_atto_320": (0.283, 0.346, 31),
    "fastestdet_352": (0.183, 0.227, 32),
    "ssdlite_mbv2_300": (0.313, 0.306, 33),
    "centernet_mbv3_512": (0.342, 0.408, 27),
}


def met(model: LoadedDetector, pictures: list[tuple[Picture, Truth]]) -> int:
    """Large persons and vehicles that a detection of the same label with a score of 0.3 lies on."""
    return sum(len(_met(truth, model.detect([one])[0], model.labels)) for one, truth in pictures)


def _met(truth: Truth, found: Detections, names: tuple[str, ...]) -> list[int]:
    large = (truth.boxes[:, 2:] - truth.boxes[:, :2]).prod(axis=1) > LARGE
    wanted = {"person", *coco.VEHICLES}
    rows = [i for i in np.flatnonzero(large & ~truth.crowds) if truth.labels[i] in wanted]
    shares = overlaps(truth.boxes, found.boxes)
    same = np.array([[a == names[c] for c in found.classes] for a in truth.labels]).reshape(shares.shape)
    return [i for i in rows if ((shares[i] >= 0.5) & same[i] & (found.scores >= 0.3)).any()]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_it_finds_agrees_with_the_truth(
    name: str,
    detector: Callable[..., LoadedDetector],
    forty: Scene,
    some_pictures: list[tuple[Picture, Truth]],
) -> None:
    model = detector(name, score=FLOOR)
    seen = judge_detector(model, forty)
    every, person, large = EXPECTED[name]
    assert seen.values["ap"] == pytest.approx(every, abs=0.015)
    assert seen.labels["person"] == pytest.approx(person, abs=0.015)
    assert met(detector(name, score=0.3), some_pictures) >= large - 1


@pytest.mark.parametrize("name", ["centerface", "face_yunet"])
def test_faces_lie_in_the_upper_part_of_persons(
    name: str, detector: Callable[..., LoadedDetector], some_pictures: list[tuple[Picture, Truth]]
) -> None:
    model = detector(name, score=0.6)
    inside = outside = 0
    for picture, truth in some_pictures:
        persons = truth.boxes[[label == "person" for label in truth.labels]]
        for box in model.detect([picture])[0].boxes:
            middle = (box[:2] + box[2:]) / 2
            upper = persons[:, 1] + 0.5 * (persons[:, 3] - persons[:, 1])
            within = (persons[:, 0] <= middle[0]) & (middle[0] <= persons[:, 2])
            within &= (persons[:, 1] <= middle[1]) & (middle[1] <= upper)
            inside, outside = inside + bool(within.any()), outside + (not within.any())
    assert inside >= 15
    assert outside <= inside // 5


def test_two_face_models_agree_on_large_faces(
    detector: Callable[..., LoadedDetector], some_pictures: list[tuple[Picture, Truth]]
) -> None:
    one, other = detector("centerface", score=0.5), detector("face_yunet", score=0.3)
    large = agreed = 0
    for picture, _ in some_pictures:
        boxes = one.detect([picture])[0].boxes
        boxes = boxes[(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) > 0.004]
        large += len(boxes)
        agreed += int((overlaps(boxes, other.detect([picture])[0].boxes) >= 0.5).any(axis=1).sum())
    assert large >= 5
    assert agreed >= 0.8 * large


def test_a_chinese_plate_is_found_where_it_was_painted(detector: Callable[..., LoadedDetector]) -> None:
    """No picture of a real plate may be kept, so one is painted; the network was trained on many like it."""
    picture = painted_plate()
    found = detector("plate_clp", score=0.5).detect([picture])[0]
    assert len(found) == 1
    assert overlaps(found.boxes, np.array([PLATE], np.float32))[0, 0] >= 0.5


PLATE = (160 / 480, 200 / 360, 320 / 480, 250 / 360)


def painted_plate() -> Picture:
    """A grey car's rear with a blue plate that holds white marks."""
    import cv2

    picture = np.full((360, 480, 3), 90, np.uint8)
    cv2.rectangle(picture, (60, 60), (420, 320), (120, 120, 125), -1)
    cv2.rectangle(picture, (160, 200), (320, 250), (160, 60, 10), -1)
    cv2.rectangle(picture, (163, 203), (316, 246), (255, 255, 255), 1)
    cv2.putText(picture, "A 88888", (172, 238), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (255, 255, 255), 3)
    return picture
