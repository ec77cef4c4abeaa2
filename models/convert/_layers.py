"""TensorFlow operations as ONNX nodes; what has four axes is turned to channels first.

Only what the catalogue's networks use is here; anything else raises with its name.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from models.convert._onnx import Writer
from models.convert._tfjs import Array, Node, TfModel
from models.errors import ModelError

_CHANNELS_FIRST = (0, 2, 3, 1)  # where the axes batch, height, width, channels go
_ARITHMETIC = {"Add": "Add", "BiasAdd": "Add", "AddN": "Sum", "Sub": "Sub", "Mul": "Mul"}


class Layers:
    """Walks the graph from an output to what is already known and writes every node once."""

    def __init__(self, model: TfModel, writer: Writer) -> None:
        self._model, self._writer = model, writer
        self._done: dict[str, str] = {}
        self._channels_first: set[str] = set()

    def begin(self, node: str, name: str) -> None:
        """Say that a node stands in the ONNX graph under this name, channels first."""
        self._done[node] = name
        self._channels_first.add(node)

    def get(self, name: str) -> str:
        """The ONNX name of a node's output; the node and all before it are written if they are not yet."""
        if name not in self._done:
            node = self._model.nodes[name]
            if node.op not in _WAYS:
                raise ModelError(f"conversion: the operation {node.op} ({name}) is not known")
            self._done[name] = _WAYS[node.op](self, node)
        return self._done[name]

    def _floats(self, name: str) -> Array:
        return self._model.weights[name].astype(np.float32)

    def _keep_axes(self, node: Node, *inputs: str) -> None:
        """Outputs of element-wise nodes lie as their inputs do."""
        if any(name in self._channels_first for name in inputs):
            self._channels_first.add(node.name)

    def convolution(self, node: Node) -> str:
        """Conv2D and its depth-wise and fused kin."""
        picture = self.get(node.inputs[0])
        weights = self._model.weights[node.inputs[1]]
        attributes = _window(node, weights)
        if "epthwise" in node.op:
            attributes["group"] = weights.shape[2]
        inputs = [picture, self._writer.const(_kernels(node, weights))]
        activations = node.texts("fused_ops")
        if activations[:1] == ["BiasAdd"]:
            inputs.append(self._writer.const(self._floats(node.inputs[2]).reshape(-1)))
            activations = activations[1:]
        output = self._writer.op("Conv", inputs, **attributes)
        self._channels_first.add(node.name)
        for activation in activations:
            if activation != "Relu":
                raise ModelError(f"conversion: the activation {activation} ({node.name}) is not known")
            output = self._writer.op("Relu", [output])
        return output

    def normalisation(self, node: Node) -> str:
        """FusedBatchNorm."""
        picture = self.get(node.inputs[0])
        self._channels_first.add(node.name)
        inputs = [picture, *(self._writer.const(self._floats(name)) for name in node.inputs[1:5])]
        return self._writer.op("BatchNormalization", inputs, epsilon=float(node.attributes["epsilon"]["f"]))

    def arithmetic(self, node: Node) -> str:
        """Element by element, where either side may be a weight."""
        computed = {name: self.get(name) for name in node.inputs if name not in self._model.weights}
        self._keep_axes(node, *computed)
        turned = node.name in self._channels_first
        inputs = [computed.get(name) or self._operand(name, turned) for name in node.inputs]
        return self._writer.op(_ARITHMETIC[node.op], inputs)

    def _operand(self, name: str, turned: bool) -> str:
        """A weight shaped so that it meets its partner's channels."""
        values = self._floats(name)
        if turned and values.size != max(values.shape, default=1):
            raise ModelError(
                f"conversion: the operand {name} has the shape {values.shape}; one axis is allowed"
            )
        return self._writer.const(values.reshape(1, -1, 1, 1) if turned and values.ndim else values)

    def relu6(self, node: Node) -> str:
        """Relu6 is a Clip in ONNX."""
        picture = self.get(node.inputs[0])
        self._channels_first.add(node.name)
        limits = [self._writer.number(0), self._writer.number(6)]
        return self._writer.op("Clip", [picture, *limits])

    def same_name(self, node: Node) -> str:
        """Operations that are called the same in both."""
        inputs = [self.get(node.inputs[0])]
        self._keep_axes(node, node.inputs[0])
        return self._writer.op(node.op, inputs)

    def mean(self, node: Node) -> str:
        """Mean over height and width, axes kept."""
        axes = [_CHANNELS_FIRST[int(axis)] for axis in np.atleast_1d(self._model.weights[node.inputs[1]])]
        picture = self.get(node.inputs[0])
        self._channels_first.add(node.name)
        return self._writer.op("ReduceMean", [picture], axes=axes, keepdims=1)

    def max_pool(self, node: Node) -> str:
        """MaxPool with TensorFlow's padding."""
        picture = self.get(node.inputs[0])
        self._channels_first.add(node.name)
        size, strides = node.ints("ksize")[1:3], node.ints("strides")[1:3]
        return self._writer.op(
            "MaxPool", [picture], kernel_shape=size, strides=strides, auto_pad="SAME_UPPER"
        )

    def double(self, node: Node) -> str:
        """ResizeBilinear to twice the size, TensorFlow's old way: corners neither aligned nor centred."""
        if node.flag("align_corners") or node.flag("half_pixel_centers"):
            raise ModelError(
                f"conversion: the resize {node.name} aligns its pixels in a way that is not known"
            )
        picture = self.get(node.inputs[0])
        self._channels_first.add(node.name)
        scales = self._writer.const(np.array([1, 1, 2, 2], np.float32))
        how = {"mode": "linear", "coordinate_transformation_mode": "asymmetric"}
        return self._writer.op("Resize", [picture, "", scales], **how)

    def concatenation(self, node: Node) -> str:
        """ConcatV2; the last input is the axis."""
        *parts, axis_name = node.inputs
        axis = int(self._model.weights[axis_name])
        inputs = [self.get(part) for part in parts]
        if all(part in self._channels_first for part in parts):
            self._channels_first.add(node.name)
            axis = _CHANNELS_FIRST[axis % 4]
        return self._writer.op("Concat", inputs, axis=axis)

    def reshape(self, node: Node) -> str:
        """Flattens in TensorFlow's order, so channels go last first. The number of cells is left free."""
        source = node.inputs[0]
        values = self.get(source)
        shape = self._whole_numbers(node.inputs[1])
        if source in self._channels_first:
            values = self._writer.op("Transpose", [values], perm=[0, 2, 3, 1])
            shape[1] = -1
        return self._writer.op("Reshape", [values, self._writer.ints(*shape)])

    def _whole_numbers(self, name: str) -> list[int]:
        """Shape arithmetic, done here: the batch that StridedSlice takes from a Shape is 1."""
        if name in self._model.weights:
            return [int(value) for value in np.ravel(self._model.weights[name])]
        node = self._model.nodes[name]
        if node.op == "StridedSlice":
            return [1]
        if node.op == "Pack":
            return [self._whole_numbers(part)[0] for part in node.inputs]
        raise ModelError(f"conversion: the shape from {node.op} ({name}) is not known")

    def squeeze(self, node: Node) -> str:
        """Squeeze of named axes of what has been flattened."""
        values = self.get(node.inputs[0])
        return self._writer.op("Squeeze", [values, self._writer.ints(*node.ints("squeeze_dims"))])


def _window(node: Node, weights: Array) -> dict[str, Any]:
    """Strides, size, dilation and padding of a convolution."""
    strides = node.ints("strides")[1:3]
    dilations = node.ints("dilations")[1:3] if "dilations" in node.attributes else [1, 1]
    window: dict[str, Any] = {"strides": strides, "kernel_shape": list(weights.shape[:2])}
    window["dilations"] = dilations
    pointwise = weights.shape[:2] == (1, 1) and strides == [1, 1]
    if node.text("padding") == "SAME" and not pointwise:
        window["auto_pad"] = "SAME_UPPER"
    else:
        window["pads"] = [0, 0, 0, 0]
    return window


def _kernels(node: Node, weights: Array) -> Array:
    """Kernels as ONNX wants them: (out, in, height, width), depth-wise (out, 1, height, width)."""
    if "epthwise" not in node.op:
        return weights.transpose(3, 2, 0, 1).astype(np.float32)
    height, width, channels, multiplier = weights.shape
    turned = weights.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return turned.astype(np.float32)


_WAYS: dict[str, Callable[[Layers, Node], str]] = {
    "Conv2D": Layers.convolution,
    "_FusedConv2D": Layers.convolution,
    "DepthwiseConv2dNative": Layers.convolution,
    "FusedDepthwiseConv2dNative": Layers.convolution,
    "FusedBatchNorm": Layers.normalisation,
    "Add": Layers.arithmetic,
    "AddN": Layers.arithmetic,
    "BiasAdd": Layers.arithmetic,
    "Mul": Layers.arithmetic,
    "Sub": Layers.arithmetic,
    "Relu6": Layers.relu6,
    "Relu": Layers.same_name,
    "Sigmoid": Layers.same_name,
    "Identity": Layers.same_name,
    "Mean": Layers.mean,
    "MaxPool": Layers.max_pool,
    "ResizeBilinear": Layers.double,
    "ConcatV2": Layers.concatenation,
    "Reshape": Layers.reshape,
    "Squeeze": Layers.squeeze,
}
