"""Where to look closer, and one list of things from several overlapping looks.

A network sees every picture at one size, so a zone that fills a fifth of the picture gets a fifth of the
network. Besides the whole picture the detector is shown a crop around each small zone, in the same call.
"""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from broker.settings import Settings
from edge.observation import Box
from edge.perception.boxes import Array, areas, array_of, covered, ious
from models.detections import Detections

Outlines = Sequence[Sequence[tuple[float, float]]]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
CUT = 0.015  # a box that comes this near to a crop's border (share of the crop) is cut by it
FILLED = 0.6  # of a crop: a box so large is the detector's word on the crop, not a thing in it
SAME = 0.5  # IoU from which two boxes of one group are one thing
PART = 0.85  # or this share of the smaller within the larger, with the bottoms together:
PART_BOTTOM = 0.12  # apart by less than this share of the larger's height
PART_AREA = 0.3  # and the smaller not less than this share of the larger


class CropSettings(Settings):
    """`most`: crops besides the whole picture, 0 for none. `margin`: added around, share of the mean side.

    `gain`: no crop unless things look this much larger on it. `least`: shorter side of a crop in pixels;
    enlarging fewer pixels shows nothing new. `longest`: longer side over shorter, longer zones are tiled.
    """

    most: Annotated[int, Field(ge=0, le=16)] = 3
    margin: Annotated[float, Field(ge=0, le=2)] = 0.3
    gain: Annotated[float, Field(ge=1)] = 1.4
    least: Annotated[int, Field(ge=16)] = 224
    longest: Annotated[float, Field(ge=1)] = 2.0


def regions(outlines: Outlines, width: int, height: int, settings: CropSettings) -> tuple[Box, ...]:
    """The whole picture, then at most `most` crops around zones, on whole pixels, largest gain first."""
    picture = np.array([width, height], np.float64)
    tiles = [tile for outline in outlines for tile in _tiles(_grown(outline, picture, settings), settings)]
    fitted = [_fitted(tile, picture, settings.least) for tile in tiles]
    gains = [(_gain(box, picture), box) for box in fitted]
    useful = [pair[1] for pair in sorted(gains, key=lambda p: -p[0]) if pair[0] >= settings.gain]
    chosen: list[Array] = []
    for box in useful:
        if all(covered(box[None], other[None])[0, 0] < 0.9 for other in chosen):
            chosen.append(box)
    scale = np.tile(picture, 2)
    return (WHOLE, *(_box(box / scale) for box in chosen[: settings.most]))


def pixels(region: Box, width: int, height: int) -> tuple[slice, slice]:
    """Rows and columns of a region of `regions`."""
    x1, y1, x2, y2 = region
    return slice(round(y1 * height), round(y2 * height)), slice(round(x1 * width), round(x2 * width))


def gather(looked: Sequence[Box], found: Sequence[Detections], groups: Sequence[str | None]) -> Detections:
    """One list in shares of the whole picture, each thing once, best score first.

    groups: the class group of each class id; things of one group are compared whatever their class, because
    detectors call one lorry a truck and a bus at the same time, and a "thing" in the very box of something
    with a better name (a car and a keyboard, a person and a suitcase) is that. A box cut by the border of a
    crop is left out: where the thing ends is not to be seen there, and the whole picture shows it.
    """
    parts = [_uncut(region, here) for region, here in zip(looked, found, strict=True)]
    boxes = np.concatenate([p.boxes for p in parts])
    scores, classes = np.concatenate([p.scores for p in parts]), np.concatenate([p.classes for p in parts])
    order = np.lexsort((boxes[:, 1], boxes[:, 0], -scores))
    merged = Detections(boxes[order], scores[order], classes[order])
    names = np.array([str(group) for group in groups], object)[merged.classes]
    boxes = array_of(merged.boxes)
    return merged.take(_first_of_each(boxes, names) & ~_misnamed(boxes, names))


def _uncut(region: Box, here: Detections) -> Detections:
    """The region's detections in shares of the whole picture, without those it cuts or that fill it."""
    low, high = np.array(region[:2]), np.array(region[2:])
    inner = np.concatenate([low > 0, high < 1])  # sides that are no side of the picture
    near = np.concatenate([here.boxes[:, :2] < CUT, here.boxes[:, 2:] > 1 - CUT], axis=1)
    fills = inner.any() & (areas(array_of(here.boxes)) > FILLED)
    kept = here.take(~(near & inner).any(axis=1) & ~fills)
    boxes = kept.boxes * np.tile(high - low, 2) + np.tile(low, 2)
    return Detections(boxes.astype(np.float32), kept.scores, kept.classes)


def _first_of_each(boxes: Array, names: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which boxes stay: those that are the same thing as no better one of their group."""
    keep = np.ones(len(boxes), np.bool_)
    same = _same(boxes) & (names[:, None] == names[None, :])
    for row in range(1, len(boxes)):
        keep[row] = not (same[row, :row] & keep[:row]).any()
    return keep


def _misnamed(boxes: Array, names: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which are a "thing" where something with a better name is."""
    named = names != "thing"
    return np.asarray(~named & ((ious(boxes, boxes) >= SAME) & named[None, :]).any(axis=1))


def _same(boxes: Array) -> NDArray[np.bool_]:
    """(N, N): pairs that are one thing: much alike, or one a part of the other that stands on one ground."""
    height = boxes[:, 3] - boxes[:, 1]
    area = np.maximum(areas(boxes), 1e-12)
    inside = np.maximum(covered(boxes, boxes), covered(boxes, boxes).T) >= PART
    bottoms = np.abs(boxes[:, None, 3] - boxes[None, :, 3])
    level = bottoms <= PART_BOTTOM * np.maximum(height[:, None], height[None, :])
    ratio = np.minimum(area[:, None] / area[None, :], area[None, :] / area[:, None])
    return np.asarray((ious(boxes, boxes) >= SAME) | (inside & level & (ratio >= PART_AREA)))


def _grown(outline: Sequence[tuple[float, float]], picture: Array, settings: CropSettings) -> Array:
    """The zone's bounding box in pixels with its margin, within the picture."""
    points = np.asarray(outline, np.float64) * picture
    low, high = points.min(axis=0), points.max(axis=0)
    margin = settings.margin * np.sqrt((high - low).prod())
    return np.concatenate([np.maximum(low - margin, 0), np.minimum(high + margin, picture)])


def _tiles(box: Array, settings: CropSettings) -> list[Array]:
    """The box, or where it is too long, pieces of it that overlap by half, so that none cuts every car."""
    sides = box[2:] - box[:2]
    axis = int(sides[1] > sides[0])
    length, piece = sides[axis], settings.longest * sides[1 - axis]
    if length <= piece or piece <= 0 or settings.most == 0:
        return [box]
    count = min(int(np.ceil(2 * length / piece)) - 1, settings.most)
    piece = max(piece, 2 * length / (count + 1))
    tiles = []
    for start in np.linspace(box[axis], box[axis + 2] - piece, count):
        tile = box.copy()
        tile[axis], tile[axis + 2] = start, start + piece
        tiles.append(tile)
    return tiles


def _fitted(box: Array, picture: Array, least: int) -> Array:
    """The box at no less than `least` pixels a side, moved into the picture, on whole pixels."""
    size = np.minimum(np.maximum(box[2:] - box[:2], least), picture)
    low = np.clip((box[:2] + box[2:] - size) / 2, 0, picture - size)
    return np.concatenate([np.floor(low), np.minimum(np.ceil(low + size), picture)])


def _gain(box: Array, picture: Array) -> float:
    """How much larger things look to a square network on this crop than on the whole picture."""
    return float(picture.max() / (box[2:] - box[:2]).max())


def _box(values: Array) -> Box:
    x1, y1, x2, y2 = (float(v) for v in values)
    return x1, y1, x2, y2
