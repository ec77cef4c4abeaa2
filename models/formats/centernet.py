"""CenterNet (arXiv 1904.07850) with its peaks already picked in the graph.

In: RGB 0..255, centred letterbox of 114.
Out: [1, K, 6] x1 y1 x2 y2 in canvas pixels, score, class, best first.
"""

import numpy as np

from models.detections import Detections, Floats, Picture
from models.graph import Graph, Outputs
from models.pictures import Placement, Prepared, letterboxed, tensor
from models.suppress import suppressed

# One peak a thing needs no suppression in theory; on large things two peaks are seen at times.
OVERLAP = 0.6


class Format:
    """Rows are things; only the floor and doubles are left to us."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        self._input, (self._width, self._height) = graph.picture_input(), graph.size()
        graph.expect_outputs((None, None, 6))

    def prepare(self, picture: Picture) -> Prepared:
        """RGB, in the middle."""
        canvas, placement = letterboxed(picture, self._width, self._height, fill=114, centred=True)
        return Prepared({self._input: tensor(canvas, rgb=True)}, placement)

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """The rows that reach the floor."""
        out: Floats = outputs[0]
        rows = out[out[:, 4] >= floor]
        classes = rows[:, 5].astype(np.int64)
        return suppressed(Detections(placement.shares(rows[:, :4]), rows[:, 4], classes), OVERLAP)
