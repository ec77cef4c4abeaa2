"""A real ultralytics export: as it is, and with suppression built into its graph as `nms=True` does.

The file is AGPL-3.0. It is read here to see that such exports can be used, and is no part of Gewu.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, compose, helper, numpy_helper

from models.catalog import label_list
from models.coco import Truth
from models.detections import Picture
from models.measure import FLOOR, Scene, judge_detector
from models.runtime import LoadedDetector, open_detector
from tests.unit.models.conftest import Install

pytestmark = pytest.mark.shared_data

ROWS = 300


@pytest.fixture
def export(real_models: Path) -> bytes:
    return (real_models / "agpl_yolo11n_int8_320.onnx").read_bytes()


def opened(install: Install, data: bytes, score: float) -> LoadedDetector:
    settings = install(data, format="ultralytics", labels=[])
    return open_detector(settings.model_copy(update={"score": score}))


def suppressing_tail(cells: int, score: float, overlap: float) -> onnx.ModelProto:
    """[1, 84, N] to [1, 300, 6]: best class of each cell, suppressed by class, zeros in what is left."""
    constants = {
        "four": np.array([4]),
        "end": np.array([84]),
        "none": np.array([0]),
        "one": np.array([1]),
        "two": np.array([2]),
        "three": np.array([3]),
        "rows": np.array([ROWS]),
        "most": np.array([ROWS]),
        "overlap": np.array([overlap], np.float32),
        "score": np.array([score], np.float32),
        "zeros": np.zeros((ROWS, 6), np.float32),
        "half": np.array([[1, 0, 1, 0], [0, 1, 0, 1], [-0.5, 0, 0.5, 0], [0, -0.5, 0, 0.5]], np.float32),
    }
    steps = [
        ("Slice", ["raw", "none", "four", "one"], "centred"),
        ("Slice", ["raw", "four", "end", "one"], "scores"),
        ("ReduceMax", ["scores", "one"], "highest", {"keepdims": 1}),
        ("Equal", ["scores", "highest"], "is_highest"),
        ("Cast", ["is_highest"], "mask", {"to": TensorProto.FLOAT}),
        ("Mul", ["scores", "mask"], "best"),
        ("Transpose", ["centred"], "boxes", {"perm": [0, 2, 1]}),
        ("NonMaxSuppression", ["boxes", "best", "most", "overlap", "score"], "kept", {"center_point_box": 1}),
        ("Slice", ["kept", "one", "two", "one"], "kept_class"),
        ("Slice", ["kept", "two", "three", "one"], "kept_cell"),
        ("MatMul", ["boxes", "half"], "corners"),
        ("Squeeze", ["corners", "none"], "all_corners"),
        ("Squeeze", ["kept_cell", "one"], "cells"),
        ("Gather", ["all_corners", "cells"], "kept_corners"),
        ("Squeeze", ["best", "none"], "by_class"),
        ("Concat", ["kept_class", "kept_cell"], "places", {"axis": 1}),
        ("GatherND", ["by_class", "places"], "kept_scores"),
        ("Unsqueeze", ["kept_scores", "one"], "score_column"),
        ("Cast", ["kept_class"], "class_column", {"to": TensorProto.FLOAT}),
        ("Concat", ["kept_corners", "score_column", "class_column"], "found", {"axis": 1}),
        ("Concat", ["found", "zeros"], "filled", {"axis": 0}),
        ("Slice", ["filled", "none", "rows", "none"], "cut"),
        ("Unsqueeze", ["cut", "none"], "output"),
    ]
    nodes = [
        helper.make_node(kind, ins, [out], **(more[0] if more else {})) for kind, ins, out, *more in steps
    ]
    graph = helper.make_graph(
        nodes,
        "suppression",
        [helper.make_tensor_value_info("raw", TensorProto.FLOAT, [1, 84, cells])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, ROWS, 6])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    return helper.make_model(graph)


def with_suppression(data: bytes, score: float, overlap: float) -> bytes:
    """The same network with suppression in its graph and the metadata kept."""
    network = onnx.load_from_string(data)
    tail = suppressing_tail(2100, score, overlap)
    del tail.opset_import[:]
    tail.opset_import.extend(network.opset_import)
    tail.ir_version = network.ir_version
    joined = compose.merge_models(
        network, compose.add_prefix(tail, "tail_"), io_map=[("output0", "tail_raw")], producer_name="test"
    )
    del joined.metadata_props[:]
    joined.metadata_props.extend(network.metadata_props)
    result: bytes = joined.SerializeToString()
    return result


def test_the_raw_export(export: bytes, install: Install, forty: Scene) -> None:
    model = opened(install, export, score=FLOOR)
    assert model.labels == label_list("coco80")
    seen = judge_detector(model, forty)
    assert seen.values["ap"] == pytest.approx(EXPECTED[0], abs=0.015)
    assert seen.labels["person"] == pytest.approx(EXPECTED[1], abs=0.015)


EXPECTED = (0.346, 0.417)  # of all classes and of persons; on all 158 pictures 0.264 and 0.393


def test_suppression_in_the_graph_gives_what_ours_gives(
    export: bytes, install: Install, some_pictures: list[tuple[Picture, Truth]]
) -> None:
    raw = opened(install, export, score=0.25)
    finished = opened(install, with_suppression(export, 0.25, 0.45), score=0.25)
    assert finished.labels == raw.labels
    total = 0
    for picture, _ in some_pictures[:15]:
        ours, graphs = raw.detect([picture])[0], finished.detect([picture])[0]
        order = np.lexsort((graphs.classes, -graphs.scores))
        mine = np.lexsort((ours.classes, -ours.scores))
        assert graphs.classes[order].tolist() == ours.classes[mine].tolist()
        assert graphs.boxes[order] == pytest.approx(ours.boxes[mine], abs=1e-5)
        assert graphs.scores[order] == pytest.approx(ours.scores[mine], abs=1e-6)
        total += len(ours)
    assert total > 40


def test_the_detector_does_not_ship_with_it(detector: Callable[..., LoadedDetector]) -> None:
    from models.catalog import shipped

    assert not [name for name, entry in shipped().models.items() if entry.format == "ultralytics"]
