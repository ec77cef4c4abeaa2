"""Non-maximum suppression: what must hold for any boxes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.detections import Detections
from models.overlap import overlaps
from models.suppress import KEPT, best_classes, suppressed


@st.composite
def detections(draw: st.DrawFn) -> Detections:
    count = draw(st.integers(0, 40))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    corner, size = random.random((count, 2)) * 0.7, random.random((count, 2)) * 0.3 + 0.01
    boxes = np.concatenate([corner, corner + size], axis=1).astype(np.float32)
    return Detections(boxes, random.random(count).astype(np.float32), random.integers(0, 3, count))


@given(detections(), st.floats(0.1, 0.9))
def test_no_two_of_a_class_overlap_and_what_went_was_covered_by_a_better_one(
    found: Detections, most: float
) -> None:
    kept = suppressed(found, most)
    same = kept.classes[:, None] == kept.classes[None]
    shares = overlaps(kept.boxes, kept.boxes) * same * ~np.eye(len(kept), dtype=bool)
    assert (shares <= most + 1e-5).all()
    covered = overlaps(found.boxes, kept.boxes) >= most - 1e-5
    better = found.scores[:, None] <= kept.scores[None]
    allied = found.classes[:, None] == kept.classes[None]
    assert (covered & better & allied).any(axis=1).all() if len(found) else len(kept) == 0


def test_classes_leave_each_other_alone_wherever_they_lie() -> None:
    boxes = np.array([[-2.0, 0.0, 2.5, 1.0], [-4.0, -2.0, 0.5, -1.0], [-2.0, 0.0, 2.5, 1.0]], np.float32)
    found = Detections(boxes, np.array([0.9, 0.8, 0.7], np.float32), np.array([0, 1, 1]))
    assert len(suppressed(found, 0.5)) == 3


@given(detections())
def test_best_come_first_and_twice_is_once(found: Detections) -> None:
    kept = suppressed(found, 0.5)
    assert (np.diff(kept.scores) <= 0).all()
    assert suppressed(kept, 0.5).boxes.tolist() == kept.boxes.tolist()


def test_a_crowd_is_bounded() -> None:
    count = 2000
    boxes = np.zeros((count, 4), np.float32)
    boxes[:, 0] = boxes[:, 1] = np.arange(count) / count
    boxes[:, 2:] = boxes[:, :2] + 1 / (10 * count)
    many = Detections(boxes, np.linspace(0.3, 0.9, count, dtype=np.float32), np.zeros(count, np.int64))
    assert len(suppressed(many, 0.5)) == KEPT


@pytest.mark.parametrize(
    "wrong",
    [
        [np.nan, 0.1, 0.3, 0.3],
        [0.1, 0.1, np.inf, 0.3],
        [0.3, 0.1, 0.1, 0.3],
        [0.3, 0.3, 0.1, 0.1],
        [0.1, 0.1, 0.1, 0.3],
    ],
)
def test_what_is_no_box_is_left_out_and_takes_no_other_with_it(wrong: list[float]) -> None:
    right = [[0.1, 0.1, 0.3, 0.3], [0.5, 0.5, 0.7, 0.7]]
    boxes, scores = np.array([wrong, *right], np.float32), np.array([0.9, 0.8, 0.7], np.float32)
    kept = suppressed(Detections(boxes, scores, np.zeros(3, np.int64)), 0.5)
    assert kept.boxes.tolist() == boxes[1:].tolist()


def test_the_best_class_must_reach_the_floor() -> None:
    rows, classes = best_classes(np.array([[0.1, 0.6], [0.2, 0.1], [0.5, 0.5]], np.float32), 0.5)
    assert (rows.tolist(), classes.tolist()) == ([0, 2], [1, 0])
