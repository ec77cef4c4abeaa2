"""CenterFace (arXiv 1911.03599), any size that is a multiple of 32.

In: RGB 0..255. Out at a quarter of the size: heat [1, 1, h, w], log sizes [1, 2, h, w] (height, width),
offsets [1, 2, h, w] (y, x) and landmarks, which are left alone.
"""

import numpy as np

from models.detections import Detections, Floats, Picture
from models.graph import Graph, Outputs
from models.pictures import Placement, Prepared, padded, tensor
from models.suppress import suppressed

STRIDE = 4
LONGEST = 1920
OVERLAP = 0.3


class Format:
    """Pictures keep their own size: small faces are what it is used for."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        self._input = graph.picture_input()
        graph.expect_outputs(*((None, channels, None, None) for channels in (1, 2, 2, 10)))

    def prepare(self, picture: Picture) -> Prepared:
        """RGB on black."""
        canvas, placement = padded(picture, 32, LONGEST)
        return Prepared({self._input: tensor(canvas, rgb=True)}, placement)

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Non-maximum suppression is ours."""
        heat: Floats = outputs[0][0]
        rows, columns = np.nonzero(heat >= floor)
        sizes = np.exp(outputs[1][:, rows, columns].T) * STRIDE
        offsets = outputs[2][:, rows, columns].T
        middle = (np.stack([rows, columns], axis=1) + offsets + 0.5) * STRIDE
        boxes = np.concatenate([middle - sizes / 2, middle + sizes / 2], axis=1)[:, [1, 0, 3, 2]]
        found = Detections(placement.shares(boxes), heat[rows, columns], np.zeros(len(rows), np.int64))
        return suppressed(found, OVERLAP)
