"""PicoDet (PaddleDetection, arXiv 2111.00902) as exported without post-processing.

In: RGB with the mean and deviation of ImageNet, stretched. Out: for each stride first the class scores
[1, n, classes], already sigmoided, then for each the boxes [1, n, 4 x bins]: l, t, r, b as distributions.
"""

from models.detections import Detections, Picture
from models.distributions import Head
from models.graph import Graph, Outputs
from models.pictures import Placement, Prepared, stretched, tensor

MEAN, DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)  # red, green, blue
OVERLAP = 0.6
# Cell centres lie half a pixel to the upper left of the middle, as in its own decoder.
SHIFT = -0.5


class Format:
    """Strides follow from the number of cells, so that exports with three or four scales are read alike."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        self._input, self._size = graph.picture_input(), graph.size()
        self._head = Head(graph, SHIFT, OVERLAP)

    def prepare(self, picture: Picture) -> Prepared:
        """RGB, pulled to the canvas."""
        canvas, placement = stretched(picture, *self._size)
        return Prepared({self._input: tensor(canvas, rgb=True, mean=MEAN, scale=DEVIATION)}, placement)

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Non-maximum suppression is ours."""
        return self._head.decode(outputs, placement, floor)
