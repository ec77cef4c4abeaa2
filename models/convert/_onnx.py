"""Writes an ONNX graph node by node, with names that depend on nothing but the order of the calls.

The same calls give the same bytes, whatever version of `onnx` is installed: the catalogue pins them.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

OPSET = 13
IR_VERSION = 8


class Writer:
    """Collects nodes and constants; every method returns the name of what it made."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._count = 0

    def const(self, values: NDArray[Any] | np.generic) -> str:
        """A constant."""
        self._count += 1
        name = f"k{self._count}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def number(self, value: float) -> str:
        """A single float."""
        return self.const(np.float32(value))

    def ints(self, *values: int) -> str:
        """A constant list of whole numbers."""
        return self.const(np.array(values, np.int64))

    def to_float(self, values: str) -> str:
        """Values of any type as float32."""
        return self.op("Cast", [values], to=onnx.TensorProto.FLOAT)

    def op(self, kind: str, inputs: list[str], name: str | None = None, **attributes: Any) -> str:
        """One node with one output."""
        self._count += 1
        output = name or f"t{self._count}"
        self._add(kind, inputs, [output], attributes)
        return output

    def ops(self, kind: str, inputs: list[str], outputs: int, **attributes: Any) -> list[str]:
        """One node with several outputs."""
        self._count += 1
        names = [f"t{self._count}_{i}" for i in range(outputs)]
        self._add(kind, inputs, names, attributes)
        return names

    def _add(self, kind: str, inputs: list[str], outputs: list[str], attributes: dict[str, Any]) -> None:
        node = helper.make_node(kind, inputs, outputs, name=f"{kind}_{self._count}", **attributes)
        self._nodes.append(node)

    def model(
        self, inputs: dict[str, list[int]], outputs: dict[str, list[int]], notes: dict[str, str]
    ) -> bytes:
        """The finished file, checked."""
        graph = helper.make_graph(
            self._nodes, "tfjs2onnx", _declared(inputs), _declared(outputs), self._constants
        )
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(
            graph, opset_imports=[opset], producer_name="tfjs2onnx", ir_version=IR_VERSION
        )
        for key, value in notes.items():
            entry = model.metadata_props.add()
            entry.key, entry.value = key, value
        model = onnx.shape_inference.infer_shapes(model)
        onnx.checker.check_model(model)
        data: bytes = model.SerializeToString()
        return data


def _declared(ends: dict[str, list[int]]) -> list[Any]:
    return [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in ends.items()
    ]
