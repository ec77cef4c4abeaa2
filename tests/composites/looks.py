"""How well a real detector sees what was pasted: information in every case, and a check of the compositor."""

from pathlib import Path

import numpy as np

from edge.geometry import iou
from edge.groups import group_of
from edge.observation import Box
from models.detections import Picture
from models.runtime import LoadedDetector, ModelSettings, open_detector
from tests.composites.scene import Scene, Thing

MODEL = "yolox_nano_416"
MATCH = 0.4


def detector(folder: Path, name: str = MODEL) -> LoadedDetector:
    """The detector of the shared models."""
    return open_detector(ModelSettings(name=name, directory=folder / "models"))


def seen_share(
    scene: Scene, thing: Thing, finder: LoadedDetector, group: str | None = None, looks: int = 12
) -> float:
    """Share of some looks, while it stands there, in which a box of that group (or any) fits the thing."""
    until = min(scene.seconds, thing.until if thing.until is not None else scene.seconds)
    times = np.linspace(max(thing.since, 0.0) + 0.5, until - 0.5, looks)
    wanted = {round(float(t) * scene.fps) for t in times}
    box = scene.box(thing)
    return sum(_sees(finder, scene.picture(index), box, group) for index in wanted) / len(wanted)


def _sees(finder: LoadedDetector, whole: Picture, box: Box, group: str | None) -> bool:
    picture, here = _around(whole, box)
    found = finder.detect([picture])[0]
    return any(
        iou((x1, y1, x2, y2), here) >= MATCH and group in (None, group_of(finder.labels[int(kind)]))
        for (x1, y1, x2, y2), kind in zip(found.boxes.tolist(), found.classes, strict=True)
    )


def _around(picture: Picture, box: Box) -> tuple[Picture, Box]:
    """The crop around a box that a node would look at for a zone, at least 224 pixels, and the box in it."""
    high, wide = picture.shape[:2]
    side = max(224.0, 2.2 * max((box[2] - box[0]) * wide, (box[3] - box[1]) * high))
    x, y = (box[0] + box[2]) / 2 * wide, (box[1] + box[3]) / 2 * high
    x1, y1 = (
        int(np.clip(x - side / 2, 0, max(0, wide - side))),
        int(np.clip(y - side / 2, 0, max(0, high - side))),
    )
    x2, y2 = min(wide, int(x1 + side)), min(high, int(y1 + side))
    w, h = x2 - x1, y2 - y1
    inner = (
        (box[0] * wide - x1) / w,
        (box[1] * high - y1) / h,
        (box[2] * wide - x1) / w,
        (box[3] * high - y1) / h,
    )
    return np.ascontiguousarray(picture[y1:y2, x1:x2]), inner
