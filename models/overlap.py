"""How much boxes have in common."""

import numpy as np
from numpy.typing import NDArray

from models.detections import Floats

Doubles = NDArray[np.float64]


def overlaps(boxes: Floats, others: Floats) -> Doubles:
    """(N, M) intersection over union of (N, 4) and (M, 4) boxes x1 y1 x2 y2."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2]).astype(np.float64)
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    areas, other_areas = ((b[:, 2:] - b[:, :2]).prod(axis=1).astype(np.float64) for b in (boxes, others))
    shares: Doubles = common / np.maximum(areas[:, None] + other_areas[None] - common, 1e-12)
    return shares
