"""DEIM and its kin (D-FINE, RT-DETR) as their exporters write them: boxes come out in pixels of the picture.

In: RGB 0..1, stretched, and int64 [1, 2] the picture's width and height. Out: labels [1, K], boxes [1, K, 4]
x1 y1 x2 y2, scores [1, K], in this order.
"""

import numpy as np

from models.detections import Detections, Floats, Picture
from models.graph import Graph, Outputs
from models.pictures import Placement, Prepared, stretched, tensor
from models.suppress import suppressed

OVERLAP = 0.7  # one-to-one matching leaves few doubles; these are nearly equal boxes


class Format:
    """The graph scales the boxes; only the floor and doubles are left to us."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        if len(graph.inputs) != 2:
            raise graph.fault(
                f"it has {len(graph.inputs)} inputs; this format needs the picture and its size"
            )
        self._picture, self._sizes = graph.inputs
        self._canvas = graph.size()
        graph.expect_outputs((None, None), (None, None, 4), (None, None))

    def prepare(self, picture: Picture) -> Prepared:
        """RGB 0..1, pulled to the canvas. Boxes are asked for in canvas pixels."""
        canvas, placement = stretched(picture, *self._canvas)
        pixels = tensor(canvas, rgb=True, scale=(255.0, 255.0, 255.0))
        return Prepared({self._picture: pixels, self._sizes: np.array(self._canvas, np.int64)}, placement)

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """The rows that reach the floor."""
        classes, boxes = outputs[0], outputs[1]
        scores: Floats = outputs[2]
        rows = np.flatnonzero(scores >= floor)
        found = Detections(placement.shares(boxes[rows]), scores[rows], classes[rows].astype(np.int64))
        return suppressed(found, OVERLAP)
