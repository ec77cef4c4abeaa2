"""The head of NanoDet and PicoDet: sides of boxes as distributions (arXiv 2006.04388), scale by scale."""

from dataclasses import dataclass

import numpy as np

from models.detections import Detections, Floats
from models.graph import Graph, Outputs, words
from models.grids import boxes_around, cells, expected_distances
from models.pictures import Placement
from models.suppress import best_classes, suppressed

STRIDES = (8, 16, 32, 64)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where one stride's scores and boxes stand among the outputs, and the middles of its cells in pixels."""

    scores: int
    boxes: int
    stride: int
    centres: Floats


class Head:
    """Finds the pairs of outputs by their shapes and decodes them."""

    def __init__(self, graph: Graph, shift: float, overlap: float) -> None:
        self._overlap = overlap
        strides = [stride for stride in STRIDES if stride <= max(graph.size())]
        self._scales = [scale for stride in strides if (scale := _scale(graph, stride, shift))]
        if 2 * len(self._scales) != len(graph.outputs):
            found = words(graph.outputs.values())
            raise graph.fault(
                f"its outputs are {found}; this format needs for each of the strides {STRIDES[:3]}, or all "
                f"of {STRIDES}, scores [1,cells,{len(graph.labels)}] and boxes [1,cells,4 x bins]"
            )

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """All scales together, suppressed as one."""
        found = [_decode(scale, outputs, placement, floor) for scale in self._scales]
        boxes, scores, classes = zip(*((one.boxes, one.scores, one.classes) for one in found), strict=True)
        joined = Detections(np.concatenate(boxes), np.concatenate(scores), np.concatenate(classes))
        return suppressed(joined, self._overlap)


def _scale(graph: Graph, stride: int, shift: float) -> _Scale | None:
    columns_rows, _ = cells(*graph.size(), (stride,))
    of_scale = [i for i, shape in enumerate(graph.outputs.values()) if shape[1:2] == (len(columns_rows),)]
    if len(of_scale) != 2:
        return None
    widths = [list(graph.outputs.values())[i][-1] for i in of_scale]
    scores = widths.index(len(graph.labels)) if len(graph.labels) in widths else -1
    sides = widths[1 - scores] if scores >= 0 else None
    if sides is None or sides % 4:
        return None
    centres = (columns_rows + np.float32(0.5)) * stride + np.float32(shift)
    return _Scale(of_scale[scores], of_scale[1 - scores], stride, centres)


def _decode(scale: _Scale, outputs: Outputs, placement: Placement, floor: float) -> Detections:
    scores: Floats = outputs[scale.scores]
    rows, classes = best_classes(scores, floor)
    distances = expected_distances(outputs[scale.boxes][rows]) * scale.stride
    boxes = placement.shares(boxes_around(scale.centres[rows], distances))
    return Detections(boxes, scores[rows, classes], classes)
