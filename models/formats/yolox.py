"""YOLOX (Megvii, arXiv 2107.08430) as its own exporter writes it, without the grid in the graph.

In: BGR 0..255, proportions kept, picture at the top left, the rest 114. Out: [1, N, 5 + classes], rows of the
strides 8, 16, 32 one after the other, row-major; objectness and classes are already sigmoided.
"""

import numpy as np

from models.detections import Detections, Floats, Picture
from models.graph import Graph, Outputs
from models.grids import cells
from models.pictures import Placement, Prepared, letterboxed, tensor
from models.suppress import best_classes, suppressed

STRIDES = (8, 16, 32)
OVERLAP = 0.45


class Format:
    """Grid offsets and log sizes, score = objectness x class."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        self._input, (self._width, self._height) = graph.picture_input(), graph.size()
        self._cells, self._strides = cells(self._width, self._height, STRIDES)
        graph.expect_outputs((None, len(self._cells), 5 + len(graph.labels)))

    def prepare(self, picture: Picture) -> Prepared:
        """BGR as it is, at the top left."""
        canvas, placement = letterboxed(picture, self._width, self._height, fill=114, centred=False)
        return Prepared({self._input: tensor(canvas, rgb=False)}, placement)

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Non-maximum suppression is ours."""
        out: Floats = outputs[0]
        near = np.flatnonzero(out[:, 4] >= floor)  # no class makes a score larger than its objectness
        scores = out[near, 4:5] * out[near, 5:]
        best, classes = best_classes(scores, floor)
        rows = near[best]
        stride = self._strides[rows, None]
        centre = (out[rows, :2] + self._cells[rows]) * stride
        half = np.exp(out[rows, 2:4]) * stride / 2
        boxes = placement.shares(np.concatenate([centre - half, centre + half], axis=1))
        return suppressed(Detections(boxes, scores[best, classes], classes), OVERLAP)
