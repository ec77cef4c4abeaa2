"""YuNet (libfacedetection), as OpenCV's model zoo carries it.

In: BGR 0..255, picture at the top left of black. Out: for the strides 8, 16, 32 classes [1, n, 1], then for
each objectness, boxes [1, n, 4] (offset from the cell, log size) and landmarks, which are left alone.
"""

import numpy as np

from models.detections import Detections, Floats, Picture
from models.graph import Graph, Outputs
from models.grids import cells
from models.pictures import Placement, Prepared, letterboxed, tensor
from models.suppress import suppressed

STRIDES = (8, 16, 32)
OVERLAP = 0.3


class Format:
    """Score = the geometric mean of class and objectness."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        self._input, (self._width, self._height) = graph.picture_input(), graph.size()
        self._cells, self._strides = cells(self._width, self._height, STRIDES)
        counts = [len(cells(self._width, self._height, (stride,))[0]) for stride in STRIDES]
        graph.expect_outputs(*((None, count, width) for width in (1, 1, 4, 10) for count in counts))

    def prepare(self, picture: Picture) -> Prepared:
        """BGR, shrunk or grown to the canvas."""
        canvas, placement = letterboxed(picture, self._width, self._height, fill=0, centred=False)
        return Prepared({self._input: tensor(canvas, rgb=False)}, placement)

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Non-maximum suppression is ours."""
        classes, objects, boxes = (np.concatenate(outputs[i : i + 3]) for i in (0, 3, 6))
        scores: Floats = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
        rows = np.flatnonzero(scores >= floor)
        stride = self._strides[rows, None]
        centre = (boxes[rows, :2] + self._cells[rows]) * stride
        half = np.exp(boxes[rows, 2:]) * stride / 2
        around = placement.shares(np.concatenate([centre - half, centre + half], axis=1))
        return suppressed(Detections(around, scores[rows], np.zeros(len(rows), np.int64)), OVERLAP)
