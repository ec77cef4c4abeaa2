"""Between the view in which the zones were drawn and the picture at hand: boxes, outlines, small pictures.

An Affine (edge/observation.py) maps shares of the drawn view to shares of the picture; None is the identity.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import Affine, Box
from edge.perception.boxes import Array

Grey = NDArray[np.uint8]
Points = Sequence[tuple[float, float]]


def matrix(affine: Affine) -> Array:
    """The affine as a (2, 3) array."""
    return np.array(affine, np.float64).reshape(2, 3)


def inverse(affine: Affine) -> Affine:
    """The way back. Raises ValueError for one that folds the picture flat."""
    a, b, c, d, e, f = affine
    det = a * e - b * d
    if abs(det) < 1e-9:
        raise ValueError(f"no way leads back from {affine}: it folds the picture flat")
    return (e / det, -b / det, (b * f - c * e) / det, -d / det, a / det, (c * d - a * f) / det)


def points_by(affine: Affine | None, points: Points) -> list[tuple[float, float]]:
    """Each point mapped."""
    if affine is None:
        return list(points)
    a, b, c, d, e, f = affine
    return [(a * x + b * y + c, d * x + e * y + f) for x, y in points]


def box_by(affine: Affine | None, box: Box) -> Box:
    """The box around the mapped box; it may lean out of 0..1."""
    if affine is None:
        return box
    x1, y1, x2, y2 = box
    mapped = points_by(affine, [(x1, y1), (x2, y1), (x2, y2), (x1, y2)])
    xs, ys = [x for x, _ in mapped], [y for _, y in mapped]
    return min(xs), min(ys), max(xs), max(ys)


def flattened(grey: Grey, to_picture: Affine | None) -> tuple[Grey, NDArray[np.bool_] | None]:
    """A small picture in the drawn view, and which of its pixels the picture shows (None: all)."""
    if to_picture is None:
        return grey, None
    height, width = grey.shape
    a, b, c, d, e, f = to_picture
    # With WARP_INVERSE_MAP the way leads from a pixel of the result to where it is taken from.
    way = np.array([[a, b * width / height, c * width], [d * height / width, e, f * height]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpAffine(grey, way, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.warpAffine(np.full_like(grey, 255), way, (width, height), flags=flags, borderValue=(0.0,))
    return np.asarray(flat, np.uint8), np.asarray(seen == 255)
