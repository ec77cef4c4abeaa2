"""SSD with anchors and normalisation in the graph.

In: RGB 0..255, stretched. Out: boxes [1, N, 4] x1 y1 x2 y2 in 0..1 and scores [1, N, classes], sigmoided.
"""

import numpy as np

from models.detections import Detections, Floats, Picture
from models.graph import Graph, Outputs
from models.pictures import Placement, Prepared, stretched, tensor
from models.suppress import suppressed

OVERLAP = 0.6  # the value of the network's own training configuration


class Format:
    """Every class of every anchor stands for itself, as in training."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        self._input, self._size = graph.picture_input(), graph.size()
        graph.expect_outputs((None, None, 4), (None, None, len(graph.labels)))

    def prepare(self, picture: Picture) -> Prepared:
        """RGB, pulled to the canvas."""
        canvas, _ = stretched(picture, *self._size)
        return Prepared({self._input: tensor(canvas, rgb=True)}, Placement(0, 0, 1, 1))

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Non-maximum suppression is ours."""
        boxes: Floats = outputs[0]
        scores: Floats = outputs[1]
        rows, classes = np.nonzero(scores >= floor)
        found = Detections(placement.shares(boxes[rows]), scores[rows, classes], classes.astype(np.int64))
        return suppressed(found, OVERLAP)
