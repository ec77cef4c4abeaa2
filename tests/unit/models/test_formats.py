"""Each decoder against outputs built by hand from boxes that are known, and networks that it must refuse."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models import formats, kinds
from models.errors import ModelError
from models.graph import Graph, Shape
from models.pictures import Placement
from tests.unit.models.conftest import grey, yolox_output

WHOLE = Placement(0, 0, 32, 32)
TWO = ("car", "bus")


def bound(name: str, outputs: list[NDArray[Any]], labels: tuple[str, ...] = TWO, **more: Any) -> Any:
    """A format bound to a graph with outputs of these shapes."""
    shapes: dict[str, Shape] = {f"out{i}": out.shape for i, out in enumerate(outputs)}
    inputs: dict[str, Shape] = more.pop("inputs", {"images": (1, 3, 32, 32)})
    graph = Graph("mine", inputs, shapes, more.pop("metadata", {}), labels)
    return kinds.kind(formats, name, "format").Format(graph)


def decoded(name: str, outputs: list[NDArray[Any]], labels: tuple[str, ...] = TWO, **more: Any) -> Any:
    """What a format makes of outputs of one picture that fills the canvas."""
    form = bound(name, outputs, labels, **more)
    return form.decode([out[0] for out in outputs], WHOLE, 0.25)


def only(found: Any) -> tuple[list[float], float, int]:
    """Box in canvas pixels, score and class of the one detection."""
    assert len(found) == 1
    return (found.boxes[0] * 32).tolist(), float(found.scores[0]), int(found.classes[0])


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_yolox_adds_the_cell_and_takes_powers() -> None:
    row = 16 + 3  # stride 16, cell (1, 1)
    out = yolox_output({row: [0.25, -0.5, np.log(0.5), 0.0, 0.8, 0.1, 0.5]})
    box, score, label = only(decoded("yolox", [out]))
    assert box == pytest.approx([20 - 4, 8 - 8, 20 + 4, 8 + 8])
    assert (score, label) == (pytest.approx(0.4), 1)


def test_yolox_keeps_the_better_of_two_boxes_in_one_place_but_not_of_two_classes() -> None:
    rows = {
        16: [0.5, 0.5, 0, 0, 1, 0.9, 0],
        17: [-0.5, 0.5, 0, 0, 1, 0.6, 0],
        18: [0.5, -0.5, 0, 0, 1, 0, 0.5],
    }
    found = decoded("yolox", [yolox_output(rows)])
    assert found.scores.tolist() == pytest.approx([0.9, 0.5])
    assert found.classes.tolist() == [0, 1]


def test_ssd_reads_boxes_in_shares_and_every_class_of_an_anchor() -> None:
    boxes = np.array([[[0.1, 0.2, 0.5, 0.6], [0, 0, 0.1, 0.1]]], np.float32)
    scores = np.array([[[0.9, 0.3], [0.1, 0.2]]], np.float32)
    form = bound("ssd", [boxes, scores])
    found = form.decode([boxes[0], scores[0]], form.prepare(grey()).placement, 0.25)
    assert found.boxes == pytest.approx(np.array([[0.1, 0.2, 0.5, 0.6]] * 2))
    assert found.scores.tolist() == pytest.approx([0.9, 0.3])


def test_centernet_reads_rows() -> None:
    out = np.array([[[4, 8, 12, 16, 0.7, 1], [0, 0, 8, 8, 0.2, 0]]], np.float32)
    assert only(decoded("centernet", [out])) == ([4, 8, 12, 16], pytest.approx(0.7), 1)


def distributions(left: int, top: int, right: int, bottom: int) -> NDArray[np.float32]:
    """Eight bins a side, all but certain of these distances."""
    bins = np.full((4, 8), -30, np.float32)
    bins[range(4), [left, top, right, bottom]] = 30
    return bins.reshape(-1)


def distribution_outputs(
    counts: tuple[int, ...], scale: int, row: int
) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    scores = [np.zeros((1, n, 2), np.float32) for n in counts]
    boxes = [np.zeros((1, n, 32), np.float32) for n in counts]
    scores[scale][0, row, 1] = 0.6
    boxes[scale][0, row] = distributions(0, 1, 1, 2)
    return scores, boxes


@pytest.mark.parametrize(("name", "shift"), [("nanodet", -0.5), ("picodet", -0.5)])
def test_distances_from_the_middle_of_a_cell(name: str, shift: float) -> None:
    scores, boxes = distribution_outputs((16, 4, 1), scale=0, row=4 * 1 + 2)  # stride 8, row 1, column 2
    box, score, label = only(decoded(name, [*scores, *boxes]))
    x, y = 2.5 * 8 + shift, 1.5 * 8 + shift
    assert box == pytest.approx([x, y - 8, x + 8, y + 16], abs=1e-4)
    assert (score, label) == (pytest.approx(0.6), 1)


def test_nanodet_outputs_may_come_in_any_order() -> None:
    scores, boxes = distribution_outputs((16, 4, 1), scale=1, row=0)
    straight = decoded("nanodet", [*scores, *boxes])
    mixed = decoded("nanodet", [boxes[2], scores[1], scores[0], boxes[1], boxes[0], scores[2]])
    assert mixed.boxes.tolist() == straight.boxes.tolist()
    assert len(straight) == 1


def test_picodet_may_have_a_fourth_scale() -> None:
    scores, boxes = distribution_outputs((64, 16, 4, 1), scale=3, row=0)
    inputs: dict[str, Shape] = {"image": (1, 3, 64, 64)}
    box, _, _ = only(decoded("picodet", [*scores, *boxes], inputs=inputs))
    assert box == pytest.approx([31.5, 0, 32, 32])  # 31.5 - 64 and beyond are clipped to the picture


NAMES = {"names": "{0: 'car', 1: 'City bus'}"}


def test_ultralytics_raw() -> None:
    out = np.zeros((1, 6, 21), np.float32)
    out[0, :, 7] = [16, 8, 8, 4, 0.1, 0.7]
    found = decoded("ultralytics", [out], labels=(), metadata=NAMES)
    assert only(found) == ([12, 6, 20, 10], pytest.approx(0.7), 1)


def test_ultralytics_suppresses_before_it_cuts_at_the_edge_of_the_picture() -> None:
    """Two things that leave the picture: what is left of them there is the same, what they are is not."""
    out = np.zeros((1, 6, 21), np.float32)
    out[0, :, 7] = [0, 16, 8, 16, 0.9, 0]  # cx cy w h: four pixels of it are inside
    out[0, :, 9] = [-8, 16, 24, 16, 0.8, 0]  # again four
    found = decoded("ultralytics", [out], labels=(), metadata=NAMES)
    assert (found.boxes * 32).tolist() == [[0, 8, 4, 24], [0, 8, 4, 24]]
    outside = np.zeros((1, 6, 21), np.float32)
    outside[0, :, 3] = [-8, 16, 8, 16, 0.9, 0]
    assert not len(decoded("ultralytics", [outside], labels=(), metadata=NAMES))


def test_ultralytics_finished_in_the_graph() -> None:
    out = np.zeros((1, 300, 6), np.float32)
    out[0, 0] = [12, 6, 20, 10, 0.7, 1]
    found = decoded("ultralytics", [out], labels=(), metadata=NAMES)
    assert only(found) == ([12, 6, 20, 10], pytest.approx(0.7), 1)


def test_ultralytics_rows_not_needed_are_left_out_at_any_floor() -> None:
    out = np.zeros((1, 300, 6), np.float32)
    out[0, 0] = [12, 6, 20, 10, 0.7, 1]
    form = bound("ultralytics", [out], labels=(), metadata=NAMES)
    assert len(form.decode([out[0]], WHOLE, 0.0)) == 1


def test_ultralytics_labels_come_from_the_file() -> None:
    form = bound("ultralytics", [np.zeros((1, 6, 21), np.float32)], labels=(), metadata=NAMES)
    assert form.labels == ("car", "city_bus")


@pytest.mark.parametrize(
    ("metadata", "labels", "said"),
    [
        ("{0: 'car', 1: open('x')}", (), "no Python literal"),
        ("{1: 'car', 2: 'bus'}", (), "no Python literal"),
        ("not python", (), "no Python literal"),
        ("{0: 'car', 1: 'van'}", TWO, "they must agree"),
    ],
)
def test_ultralytics_labels_that_cannot_be_used(metadata: str, labels: tuple[str, ...], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        bound("ultralytics", [np.zeros((1, 6, 21), np.float32)], labels=labels, metadata={"names": metadata})


def test_deim_reads_boxes_in_pixels_of_the_canvas() -> None:
    outputs = [
        np.array([[1, 0]], np.int64),
        np.array([[[4, 8, 12, 16], [0, 0, 8, 8]]], np.float32),
        np.array([[0.7, 0.1]], np.float32),
    ]
    inputs: dict[str, Shape] = {"images": (1, 3, 32, 32), "orig_target_sizes": (1, 2)}
    form = bound("deim", outputs, inputs=inputs)
    assert form.prepare(grey(100, 60)).feeds["orig_target_sizes"].tolist() == [32, 32]
    assert only(form.decode([o[0] for o in outputs], WHOLE, 0.25)) == ([4, 8, 12, 16], pytest.approx(0.7), 1)


def test_fastestdet_squashes_offsets_and_sizes() -> None:
    out = np.zeros((1, 7, 2, 2), np.float32)
    out[0, :, 1, 0] = [0.5, np.arctanh(0.5), np.arctanh(0.25), logit(0.25), logit(0.5), 0, 0.9]
    form = bound("fastestdet", [out])
    found = form.decode([out[0]], form.prepare(grey()).placement, 0.25)
    box, score, label = only(found)
    assert box == pytest.approx([8 - 4, 20 - 8, 8 + 4, 20 + 8], abs=1e-4)
    assert (score, label) == (pytest.approx(0.5**0.6 * 0.9**0.4), 1)


def test_centerface_reads_height_before_width() -> None:
    heat, sizes, offsets, marks = (np.zeros((1, c, 8, 8), np.float32) for c in (1, 2, 2, 10))
    heat[0, 0, 2, 5], sizes[0, :, 2, 5], offsets[0, :, 2, 5] = 0.9, [np.log(2), np.log(1)], [0.25, -0.25]
    inputs: dict[str, Shape] = {"input.1": (None, 3, None, None)}
    box, score, _ = only(decoded("centerface", [heat, sizes, offsets, marks], ("face",), inputs=inputs))
    x, y = (5 - 0.25 + 0.5) * 4, (2 + 0.25 + 0.5) * 4
    assert box == pytest.approx([x - 2, y - 4, x + 2, y + 4], abs=1e-4)
    assert score == pytest.approx(0.9)


def test_yunet_score_is_the_geometric_mean() -> None:
    shapes = [(n, width) for width in (1, 1, 4, 10) for n in (16, 4, 1)]
    outputs = [np.zeros((1, *shape), np.float32) for shape in shapes]
    outputs[1][0, 3], outputs[4][0, 3], outputs[7][0, 3] = 0.9, 0.4, [0.5, 0.25, np.log(0.5), 0]
    box, score, _ = only(decoded("yunet", outputs, ("face",)))
    assert box == pytest.approx([24 - 4, 20 - 8, 24 + 4, 20 + 8], abs=1e-4)
    assert score == pytest.approx(0.6)


def test_plates_move_their_priors() -> None:
    rows = 2 * (16 + 4 + 1)
    offsets, scores, corners = (np.zeros((1, rows, n), np.float32) for n in (4, 2, 8))
    row = 2 * 5  # stride 8, row 1, column 1, the smaller square: 24 around (12, 12)
    offsets[0, row], scores[0, row] = [10 / 24 * 4, 0, 0, np.log(0.5) / 0.2], [0.1, 0.9]
    inputs: dict[str, Shape] = {"image": (None, 3, None, None)}
    box, score, _ = only(decoded("plate", [offsets, scores, corners], ("plate",), inputs=inputs))
    assert box == pytest.approx([16 - 12, 12 - 6, 16 + 12, 12 + 6], abs=1e-4)
    assert score == pytest.approx(0.9)


WRONG = {
    "yolox": [(1, 21, 85)],
    "ssd": [(1, 9, 4)],
    "centernet": [(1, 100, 7)],
    "nanodet": [(1, 16, 2), (1, 4, 2), (1, 1, 2), (1, 16, 32), (1, 4, 32)],
    "picodet": [(1, 16, 2), (1, 16, 30)],
    "ultralytics": [(1, 7, 21)],
    "deim": [(1, 300), (1, 300, 4), (1, 300)],
    "fastestdet": [(1, 8, 2, 2)],
    "centerface": [(1, 1, 8, 8)],
    "yunet": [(1, 16, 1)],
    "plate": [(1, 42, 4), (1, 42, 3), (1, 42, 8)],
}


def test_every_format_is_among_those_that_must_refuse() -> None:
    assert sorted(WRONG) == kinds.names(formats)


@pytest.mark.parametrize("name", WRONG)
def test_a_network_with_other_outputs_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match=r"model mine: .*(needs|format)"):
        bound(name, [np.zeros(shape, np.float32) for shape in WRONG[name]])


FIXED = ["yolox", "ssd", "centernet", "nanodet", "picodet", "ultralytics", "deim", "fastestdet", "yunet"]


@pytest.mark.parametrize("name", FIXED)
def test_a_network_of_no_fixed_size_is_refused(name: str) -> None:
    free: dict[str, Shape] = {"images": (1, 3, None, None), **({"size": (1, 2)} if name == "deim" else {})}
    with pytest.raises(ModelError, match=r"\[\?,3,height,width\], fixed"):
        bound(name, [np.zeros((1, 21, 7), np.float32)], inputs=free)


IMAGENET_RGB = [(30 - 123.675) / 58.395, (20 - 116.28) / 57.12, (10 - 103.53) / 57.375]
ANY: dict[str, Shape] = {"images": (None, 3, None, None)}
FULL, MIDDLE, LEFT = Placement(0, 0, 32, 32), Placement(8, 0, 16, 32), Placement(0, 0, 16, 32)
# format: its outputs, the planes of a picture of blue 10, green 20, red 30, where it lies, what is beside it
SHOWN: dict[str, tuple[list[tuple[int, ...]], list[float], Placement, float | None]] = {
    "yolox": ([(1, 21, 7)], [10, 20, 30], LEFT, 114),
    "ssd": ([(1, 9, 4), (1, 9, 2)], [30, 20, 10], Placement(0, 0, 1, 1), None),
    "centernet": ([(1, 100, 6)], [30, 20, 10], MIDDLE, 114),
    "nanodet": (
        [(1, 16, 2), (1, 4, 2), (1, 1, 2), (1, 16, 32), (1, 4, 32), (1, 1, 32)],
        IMAGENET_RGB[::-1],
        MIDDLE,
        (0 - 103.53) / 57.375,
    ),
    "picodet": ([(1, 16, 2), (1, 4, 2), (1, 16, 32), (1, 4, 32)], IMAGENET_RGB, FULL, None),
    "ultralytics": ([(1, 6, 21)], [30 / 255, 20 / 255, 10 / 255], MIDDLE, 114 / 255),
    "deim": ([(1, 9), (1, 9, 4), (1, 9)], [30 / 255, 20 / 255, 10 / 255], FULL, None),
    "fastestdet": ([(1, 7, 2, 2)], [10 / 255, 20 / 255, 30 / 255], Placement(0, 0, 1, 1), None),
    "centerface": ([(1, n, 8, 8) for n in (1, 2, 2, 10)], [30, 20, 10], Placement(0, 0, 16, 32), 0),
    "yunet": ([(1, n, w) for w in (1, 1, 4, 10) for n in (16, 4, 1)], [10, 20, 30], LEFT, 0),
    "plate": ([(1, 42, 4), (1, 42, 2), (1, 42, 8)], [10 - 104, 20 - 117, 30 - 123], LEFT, None),
}


def test_every_format_says_what_its_network_is_shown() -> None:
    assert sorted(SHOWN) == kinds.names(formats)


@pytest.mark.parametrize("name", SHOWN)
def test_what_each_network_is_shown(name: str) -> None:
    """Half the size of the canvas in width, all of it in height: stretched, in the middle or at the left."""
    shapes, planes, placement, beside = SHOWN[name]
    inputs: dict[str, Shape] = ANY if name in ("centerface", "plate") else {"images": (1, 3, 32, 32)}
    if name == "deim":
        inputs = {**inputs, "size": (1, 2)}
    form = bound(name, [np.zeros(shape, np.float32) for shape in shapes], inputs=inputs)
    picture = np.full((32, 16, 3), (10, 20, 30), np.uint8)
    prepared = form.prepare(picture)
    pixels = prepared.feeds["images"]
    column = int(placement.left) + 4 if placement.wide > 1 else 4
    assert pixels[:, 16, column] == pytest.approx(planes, abs=1e-4)
    assert prepared.placement == placement
    if beside is not None:
        assert pixels[0, 16, -1] == pytest.approx(beside, abs=1e-4)
