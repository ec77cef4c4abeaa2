"""Two networks over one backbone become one graph: what each says of a picture stays, to the bit.

Both take the same picture and are of the form of ultralytics (`models/formats/ultralytics.py`). What both
reckon alike, from the picture on, is reckoned once: nodes with the same operator, attributes and inputs are
one node (common subexpression elimination; Cocke, "Global common subexpression elimination", 1970). So the
first network costs what it did, and of the second only what is its own is added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, compose, helper, numpy_helper
from onnx.checker import check_model

from models.errors import ModelError

SECOND: Final = "own/"  # before each name of the second network
FINISHED: Final = 6  # columns of an output without suppression: x1 y1 x2 y2 score class


@dataclass(frozen=True, slots=True)
class Joined:
    """The graph; how many nodes the second network has, and how many of those are the first's too."""

    network: bytes
    nodes: int
    shared: int


def joined(first: bytes, second: bytes, names: Sequence[str], places: Sequence[int]) -> Joined:
    """names: of all labels. places: the number there of each label of the second; the first's begin them.

    Raises ModelError where the two do not fit each other.
    """
    one, two = onnx.load_from_string(first), onnx.load_from_string(second)
    if [_shape(i) for i in one.graph.input] != [_shape(i) for i in two.graph.input]:
        raise ModelError(f"pictures of {_sizes(one)} and of {_sizes(two)}: they cannot be joined")
    two = compose.add_prefix(two, SECOND)
    nodes = len(two.graph.node)
    taken = _Taken(one.graph, {i.name: j.name for i, j in zip(two.graph.input, one.graph.input, strict=True)})
    shared = taken.take(two.graph)
    _output(one, taken.known(two.graph.output[0].name), _shape(two.graph.output[0]), len(names), places)
    for field in one.metadata_props:
        if field.key == "names":
            field.value = repr(dict(enumerate(names)))
    check_model(one)
    return Joined(one.SerializeToString(), nodes, shared)


class _Taken:
    """A graph that takes another's nodes in; what it has already, it takes for its own."""

    def __init__(self, graph: onnx.GraphProto, inputs: dict[str, str]) -> None:
        self._graph, self._names = graph, dict(inputs)
        self._tensors: dict[tuple[object, ...], str] = {}
        self._nodes: dict[tuple[object, ...], tuple[str, ...]] = {}
        for tensor in graph.initializer:  # it may have the same twice itself
            self._here_as(tensor)
        for node in graph.node:
            self._here_already(node)

    def known(self, name: str) -> str:
        """What a tensor is called here."""
        return self._names.get(name, name)

    def take(self, other: onnx.GraphProto) -> int:
        """Everything of it; how many nodes were here already."""
        new = [tensor for tensor in other.initializer if self._here_as(tensor) == tensor.name]
        self._graph.initializer.extend(new)
        return sum([self._take(node) for node in other.node])

    def _take(self, node: onnx.NodeProto) -> bool:
        if self._here_already(node):
            return True
        node.input[:] = [self.known(name) for name in node.input]
        self._graph.node.append(node)
        return False

    def _here_as(self, tensor: TensorProto) -> str:
        content = tensor.data_type, tuple(tensor.dims), numpy_helper.to_array(tensor).tobytes()
        self._names[tensor.name] = self._tensors.setdefault(content, tensor.name)
        return self._names[tensor.name]

    def _here_already(self, node: onnx.NodeProto) -> bool:
        about = tuple(sorted(attribute.SerializeToString() for attribute in node.attribute))
        key = node.op_type, node.domain, tuple(map(self.known, node.input)), about
        outputs = tuple(node.output)
        here = self._nodes.setdefault(key, outputs)
        self._names.update(zip(outputs, here, strict=True))
        return here is not outputs


def _output(
    one: onnx.ModelProto, own: str, shape: tuple[int, ...], labels: int, places: Sequence[int]
) -> None:
    """Both outputs become one: the first's boxes, then the second's."""
    graph, (whole,) = one.graph, one.graph.output
    ours = _shape(whole)
    first = f"first/{whole.name}"
    for node in graph.node:
        node.output[:] = [first if name == whole.name else name for name in node.output]
        node.input[:] = [first if name == whole.name else name for name in node.input]
    if ours[2] == FINISHED:
        made, all_ = _finished(first, own, places, whole.name), (ours[0], ours[1] + shape[1], FINISHED)
    else:
        made = _raw(first, own, ours, labels, places, whole.name)
        all_ = (ours[0], 4 + labels, ours[2] + shape[2])
    graph.initializer.extend(made.tensors)
    graph.node.extend(made.nodes)
    sizes = whole.type.tensor_type.shape.dim
    for size, value in zip(sizes, all_, strict=True):
        size.dim_value = value


def _finished(first: str, own: str, places: Sequence[int], out: str) -> "_Made":
    """Rows with a class: the second's numbers are those of its labels among all."""
    made = _Made([], [])
    made.tensor("places", np.array(places, np.float32))
    made.tensor("columns", np.array([5, 1], np.int64))
    made.node("Split", [own, "join/columns"], ["join/boxes", "join/class"], axis=2)
    made.node("Cast", ["join/class"], ["join/number"], to=TensorProto.INT64)
    made.node("Gather", ["join/places", "join/number"], ["join/among"], axis=0)
    made.node("Concat", ["join/boxes", "join/among"], ["join/rows"], axis=2)
    made.node("Concat", [first, "join/rows"], [out], axis=1)
    return made


def _raw(
    first: str, own: str, ours: tuple[int, ...], labels: int, places: Sequence[int], out: str
) -> "_Made":
    """A column a place of the picture, with a score for each label: those of the other network are 0."""
    made, spread = _Made([], []), np.zeros((labels, len(places)), np.float32)
    spread[list(places), range(len(places))] = 1.0
    made.tensor("spread", spread)
    made.tensor("rows", np.array([4, len(places)], np.int64))
    made.node("Split", [own, "join/rows"], ["join/boxes", "join/scores"], axis=1)
    made.node("MatMul", ["join/spread", "join/scores"], ["join/among"])
    made.node("Concat", ["join/boxes", "join/among"], ["join/own"], axis=1)
    if more := labels + 4 - ours[1]:
        made.tensor("more", np.array([ours[0], more, ours[2]], np.int64))
        made.node("ConstantOfShape", ["join/more"], ["join/none"])
        made.node("Concat", [first, "join/none"], ["join/first"], axis=1)
        first = "join/first"
    made.node("Concat", [first, "join/own"], [out], axis=2)
    return made


@dataclass(frozen=True, slots=True)
class _Made:
    tensors: list[TensorProto]
    nodes: list[onnx.NodeProto]

    def tensor(self, name: str, values: NDArray[Any]) -> None:
        self.tensors.append(numpy_helper.from_array(values, f"join/{name}"))

    def node(self, kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> None:
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))


def _shape(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    return tuple(size.dim_value for size in value.type.tensor_type.shape.dim)


def _sizes(model: onnx.ModelProto) -> str:
    return ", ".join("x".join(map(str, _shape(value))) for value in model.graph.input)
