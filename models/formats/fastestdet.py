"""FastestDet (dog-qiuqiu): one small grid.

In: BGR 0..1, stretched.
Out: [1, 5 + classes, h, w]: objectness, x and y offsets (tanh), size (sigmoid), classes.
"""

import numpy as np

from models.detections import Detections, Floats, Picture
from models.graph import Graph, Outputs
from models.pictures import Placement, Prepared, stretched, tensor
from models.suppress import best_classes, suppressed

OVERLAP = 0.45


class Format:
    """Score = objectness^0.6 x class^0.4, as its authors weigh them."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        self._input, self._size = graph.picture_input(), graph.size()
        graph.expect_outputs((None, 5 + len(graph.labels), None, None))

    def prepare(self, picture: Picture) -> Prepared:
        """BGR 0..1, pulled to the canvas."""
        canvas, _ = stretched(picture, *self._size)
        pixels = tensor(canvas, rgb=False, scale=(255.0, 255.0, 255.0))
        return Prepared({self._input: pixels}, Placement(0, 0, 1, 1))

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Non-maximum suppression is ours."""
        out: Floats = outputs[0]
        grid = np.array(out.shape[:0:-1], np.float32)  # columns, rows
        rows_columns = np.indices(out.shape[1:]).reshape(2, -1).T
        cells = out.reshape(len(out), -1).T
        scores = cells[:, :1] ** 0.6 * cells[:, 5:] ** 0.4
        rows, classes = best_classes(scores, floor)
        centre = (np.tanh(cells[rows, 1:3]) + rows_columns[rows, ::-1]) / grid
        half = 1 / (1 + np.exp(-cells[rows, 3:5])) / 2
        boxes = placement.shares(np.concatenate([centre - half, centre + half], axis=1))
        return suppressed(Detections(boxes, scores[rows, classes], classes), OVERLAP)
