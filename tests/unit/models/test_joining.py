"""Two networks over one backbone as one graph: each says what it said alone; common parts are there once."""

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.detections import Picture
from models.errors import ModelError
from models.formats.ultralytics import Format
from models.graph import Graph
from models.training.joining import Joined, joined

SIDE, PLACES = 32, 16
NAMES = ["person", "car", "stall"]


def network(labels: Sequence[str], seed: int, *, rows: bool, shift: float = 0.0, side: int = SIDE) -> bytes:
    """A backbone (always the same but for `shift`), and a head of its own on it."""
    wide = 6 if rows else 4 + len(labels)
    shape = [1, PLACES, 6] if rows else [1, wide, PLACES]
    common, own = np.random.default_rng(1), np.random.default_rng(seed)
    stem = common.normal(size=(PLACES, 3 * side * side)).astype(np.float32) / side + np.float32(shift)
    head = np.abs(own.normal(size=(PLACES, wide) if rows else (wide, 1))).astype(np.float32)
    nodes = [
        helper.make_node("Flatten", ["picture"], ["flat"]),
        helper.make_node("MatMul", ["flat", "stem"], ["stemmed"]),
        helper.make_node("Relu", ["stemmed"], ["seen once"]),
        helper.make_node("Relu", ["stemmed"], ["seen twice"]),  # exports repeat themselves
        helper.make_node("Max", ["seen once", "seen twice"], ["seen"]),
    ]
    if rows:
        nodes += [
            helper.make_node("Unsqueeze", ["seen", "two"], ["column"]),
            helper.make_node("Mul", ["column", "head"], ["scaled"]),
            helper.make_node("Floor", ["scaled"], ["output0"]),
        ]
    else:
        nodes += [
            helper.make_node("Unsqueeze", ["seen", "one"], ["row"]),
            helper.make_node("Mul", ["row", "head"], ["output0"]),
        ]
    tensors: dict[str, NDArray[Any]] = {
        "stem": stem.T.copy(),
        "head": head,
        "one": np.array([1]),
        "two": np.array([2]),
    }
    used = [name for name in tensors if name != ("one" if rows else "two")]
    graph = helper.make_graph(
        nodes,
        "a detector",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, side, side])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(tensors[name], name) for name in used],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"names": repr(dict(enumerate(labels))), "made": "here"})
    body: bytes = model.SerializeToString()
    return body


def said(body: bytes, picture: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = onnxruntime.InferenceSession(body).run(None, {"picture": picture})[0]
    return found


PICTURE = np.random.default_rng(3).random((1, 3, SIDE, SIDE), np.float32)


def test_raw_outputs_stand_side_by_side_and_no_label_of_the_other_gets_a_score() -> None:
    old, own = network(["person", "car"], 2, rows=False), network(["stall"], 5, rows=False)
    made = joined(old, own, NAMES, [2])
    whole = said(made.network, PICTURE)
    assert whole.shape == (1, 7, 2 * PLACES)
    assert np.array_equal(whole[:, :6, :PLACES], said(old, PICTURE))
    assert np.array_equal(whole[:, [0, 1, 2, 3, 6], PLACES:], said(own, PICTURE))
    assert not whole[:, 6, :PLACES].any()
    assert not whole[:, 4:6, PLACES:].any()
    assert (made.nodes, made.shared) == (7, 6)  # all but the last


def test_finished_rows_are_renumbered() -> None:
    old, own = network(["person", "car"], 2, rows=True), network(["stall", "car"], 5, rows=True)
    whole, alone = (said(body, PICTURE) for body in (joined(old, own, NAMES, [2, 1] + [0] * 60).network, own))
    assert np.array_equal(whole[:, :PLACES], said(old, PICTURE))
    assert np.array_equal(whole[:, PLACES:, :5], alone[:, :, :5])
    among = np.array([2, 1] + [0] * 60)
    assert np.array_equal(whole[0, PLACES:, 5], among[alone[0, :, 5].astype(int)])


def test_a_label_that_both_know_needs_no_more_rows() -> None:
    old, own = network(["person", "car"], 2, rows=False), network(["car"], 5, rows=False)
    whole = said(joined(old, own, ["person", "car"], [1]).network, PICTURE)
    assert whole.shape == (1, 6, 2 * PLACES)
    assert np.array_equal(whole[:, [0, 1, 2, 3, 5], PLACES:], said(own, PICTURE))


def test_the_file_declares_all_labels_and_its_format_reads_it() -> None:
    made = joined(network(["person", "car"], 2, rows=False), network(["stall"], 5, rows=False), NAMES, [2])
    model = onnx.load_from_string(made.network)
    declared = {field.key: field.value for field in model.metadata_props}
    assert ast.literal_eval(declared["names"]) == dict(enumerate(NAMES))
    assert declared["made"] == "here"
    session = onnxruntime.InferenceSession(made.network)
    (out,) = session.get_outputs()
    form = Format(
        Graph("joined", {"picture": (1, 3, SIDE, SIDE)}, {out.name: tuple(out.shape)}, declared, tuple(NAMES))
    )
    picture: Picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    prepared = form.prepare(picture)
    feeds = {name: values[None] for name, values in prepared.feeds.items()}
    found = form.decode([session.run(None, feeds)[0][0]], prepared.placement, 0.1)
    assert found.scores.size == 0  # nothing is seen in black


def test_what_was_learned_elsewhere_is_told_by_what_is_shared() -> None:
    other: Joined = joined(
        network(["person"], 2, rows=False), network(["stall"], 5, rows=False, shift=0.1), NAMES[::2], [1]
    )
    assert other.shared == 2  # flattening, and what it repeats itself


def test_networks_of_other_sizes_are_refused() -> None:
    with pytest.raises(ModelError, match="1x3x32x32 and of 1x3x64x64: they cannot be joined"):
        joined(
            network(["person"], 2, rows=False), network(["stall"], 5, rows=False, side=64), NAMES[::2], [1]
        )
