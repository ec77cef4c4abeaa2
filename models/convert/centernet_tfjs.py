"""CenterNet-MobileNetV3 from TensorFlow.js: the network, then the picking of the best hundred peaks."""

from collections.abc import Mapping

import numpy as np

from models.convert import _tfjs
from models.convert._layers import Layers
from models.convert._onnx import Writer

SIZE = 512
CELLS = 128  # of the heat map, along each side
PEAKS = 100
NOTES = {
    "description": "CenterNet MobileNetV3 COCO-80: [x1,y1,x2,y2,score,class] in 512-px input coordinates, "
    "top-100 peaks, no NMS needed",
    "source": "npm @vladmandic/human 3.3.6",
}


def convert(members: Mapping[str, bytes]) -> bytes:
    """In: images [1, 3, 512, 512]. Out: detections [1, 100, 6], best first."""
    model, writer = _tfjs.read(members), Writer()
    layers = Layers(model, writer)
    layers.begin("tower_0/images", "images")
    heat, sides = layers.get("tower_0/keypoints"), layers.get("tower_0/wh")
    scores, index = _peaks(writer, heat, layers.get("tower_0/max_pooling2d/MaxPool"))
    strides = [model.number(f"tower_0/mul_{i}/y") for i in (3, 4, 5, 6)]
    _detections(writer, sides, scores, index, strides)
    return writer.model({"images": [1, 3, SIZE, SIZE]}, {"detections": [1, PEAKS, 6]}, NOTES)


def _peaks(writer: Writer, heat: str, highest: str) -> tuple[str, str]:
    """Scores and flat positions of the best cells that are as high as the highest around them."""
    same = writer.to_float(writer.op("Equal", [heat, highest]))
    kept = writer.op("Mul", [heat, same])
    flat = writer.op("Reshape", [kept, writer.ints(1, -1)])
    scores, index = writer.ops("TopK", [flat, writer.ints(PEAKS)], 2, axis=1, largest=1, sorted=1)
    return scores, index


def _detections(writer: Writer, sides: str, scores: str, index: str, strides: list[float]) -> None:
    """Flat positions are class x cells + row x columns + column; sides are the distances l, t, r, b."""
    area, width = writer.const(np.int64(CELLS * CELLS)), writer.const(np.int64(CELLS))
    classes, cell = writer.op("Div", [index, area]), writer.op("Mod", [index, area])
    row, column = writer.op("Div", [cell, width]), writer.op("Mod", [cell, width])
    distances = _distances(writer, sides, cell)
    x, y = _column(writer, column), _column(writer, row)
    middles = zip(("Sub", "Sub", "Add", "Add"), (x, y, x, y), strides, distances, strict=True)
    parts = [
        writer.op(sign, [writer.op("Mul", [middle, writer.number(stride)]), distance])
        for sign, middle, stride, distance in middles
    ]
    parts.append(writer.op("Unsqueeze", [scores, writer.ints(2)]))
    parts.append(_column(writer, classes))
    writer.op("Concat", parts, name="detections", axis=2)


def _distances(writer: Writer, sides: str, cell: str) -> list[str]:
    """The four distances of each peak, [1, peaks, 1] each."""
    flat = writer.op("Reshape", [sides, writer.ints(4, -1)])
    cells = writer.op("Reshape", [cell, writer.ints(-1)])
    chosen = writer.op("Gather", [flat, cells], axis=1)
    turned = writer.op("Transpose", [chosen], perm=[1, 0])
    batch = writer.op("Unsqueeze", [turned, writer.ints(0)])
    return writer.ops("Split", [batch, writer.ints(1, 1, 1, 1)], 4, axis=2)


def _column(writer: Writer, values: str) -> str:
    """[1, peaks] whole numbers as a column [1, peaks, 1] of floats."""
    return writer.op("Unsqueeze", [writer.to_float(values), writer.ints(2)])
