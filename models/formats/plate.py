"""The RetinaFace head (arXiv 1905.00641) as trained for licence plates, any size.

In: BGR minus the mean (104, 117, 123). Out: [1, N, 4] offsets from the priors, [1, N, 2] not a plate
and a plate, and corners, which are left alone. Priors: two squares a cell of the strides 8, 16 and 32.
"""

import numpy as np

from models.detections import Detections, Floats, Picture
from models.graph import Graph, Outputs
from models.grids import cells
from models.pictures import Placement, Prepared, padded, tensor
from models.suppress import suppressed

MEAN = (104.0, 117.0, 123.0)
STRIDES = (8, 16, 32)
SIDES = {8: (24, 48), 16: (96, 192), 32: (384, 768)}
VARIANCES = (np.float32(0.1), np.float32(0.2))
LONGEST = 960
OVERLAP = 0.4


class Format:
    """Pictures keep their own size, and priors follow it."""

    def __init__(self, graph: Graph) -> None:
        self.labels = graph.labels
        self._input = graph.picture_input()
        graph.expect_outputs((None, None, 4), (None, None, 2), (None, None, 8))

    def prepare(self, picture: Picture) -> Prepared:
        """BGR, shrunk only where it is very large."""
        canvas, placement = padded(picture, 1, LONGEST)
        return Prepared({self._input: tensor(canvas, rgb=False, mean=MEAN)}, placement)

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Non-maximum suppression is ours."""
        offsets, scores = outputs[0], outputs[1][:, 1]
        rows = np.flatnonzero(scores >= floor)
        if not len(rows):  # as on most vehicles; their priors are not needed
            return Detections.none()
        centres, sides = _priors(int(placement.wide), int(placement.high))
        centres, sides, offsets = centres[rows], sides[rows], offsets[rows]
        middle = centres + offsets[:, :2] * VARIANCES[0] * sides
        half = sides * np.exp(offsets[:, 2:] * VARIANCES[1]) / 2
        boxes = placement.shares(np.concatenate([middle - half, middle + half], axis=1))
        return suppressed(Detections(boxes, scores[rows], np.zeros(len(rows), np.int64)), OVERLAP)


def _priors(width: int, height: int) -> tuple[Floats, Floats]:
    """(N, 2) middles and (N, 1) sides in pixels."""
    columns_rows, strides = cells(width, height, STRIDES)
    middles = (columns_rows + np.float32(0.5)) * strides[:, None]
    sides = np.array(list(SIDES.values()), np.float32)[np.searchsorted(STRIDES, strides)]
    return np.repeat(middles, 2, axis=0), sides.reshape(-1, 1)
