"""NanoDet-m (RangiLyu) as its own exporter of 2021 writes it.

In: BGR with the mean and deviation of ImageNet, centred letterbox of 0. Out: for each of three strides the
class scores [1, n, classes], already sigmoided, and the boxes [1, n, 4 x bins]: l, t, r, b as distributions.
"""

from models.detections import Detections, Picture
from models.distributions import Head
from models.graph import Graph, Outputs
from models.pictures import Placement, Prepared, letterboxed, tensor

MEAN, DEVIATION = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)  # blue, green, red
OVERLAP = 0.6
SHIFT = -0.5


class Format:
    """Outputs are told apart by their shapes: exporters disagree on their order."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        self._input, (self._width, self._height) = graph.picture_input(), graph.size()
        self._head = Head(graph, SHIFT, OVERLAP)

    def prepare(self, picture: Picture) -> Prepared:
        """BGR, in the middle of black."""
        canvas, placement = letterboxed(picture, self._width, self._height, fill=0, centred=True)
        return Prepared({self._input: tensor(canvas, rgb=False, mean=MEAN, scale=DEVIATION)}, placement)

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Non-maximum suppression is ours."""
        return self._head.decode(outputs, placement, floor)
