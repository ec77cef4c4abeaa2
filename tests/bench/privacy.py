"""How much of the persons in real pictures the masker hides, by their height, and at what cost.

python -m tests.bench.privacy DATA [--persons MODEL] [--clips]

DATA is the folder of shared data. Without --clips: the outlined persons of coco_mini; a person counts as
hidden when at least 80 % of its outline is painted over, its head when 90 % of the outline's upper fifth is.
With --clips: frames of street clips, where no outlines exist; a person is what the two other person
detectors both see (score 0.3, intersection over union 0.4). The last line is one JSON object.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.boxes import array_of, ious
from edge.privacy import FACE_FLOOR, PERSONS, PLATE_FLOOR, Masker, MaskingFailed, person_floor
from edge.tiles import strongest, through, tiles, whole
from models.detections import Picture
from models.runtime import LoadedDetector, ModelSettings, open_detector

Mask = NDArray[np.bool_]

BOUNDS = (0, 20, 32, 48, 96, 192, 10_000)  # heights in pixels
RIVALS = ("yolox_nano_416", "centernet_mbv3_512", "picodet_s_416")
CLIPS = {
    "opencv_vtest.avi": (50, 300, 500, 700),
    "littering_9.mp4": (5, 25, 45),
    "intel_one-by-one-person-detection.mp4": (200, 500, 800, 1100),
    "tfl_jamcam_1.mp4": (20, 120, 220),
    "tfl_jamcam_5.mp4": (20, 120, 220),
    "tfl_jamcam_7.mp4": (20, 120, 220),
    "crossroad_traffic.mp4": (100, 400, 800),
    "highway_shoulder_bike.avi": (100, 300, 500),
}


@dataclass
class Tally:
    """Persons hidden and not, by height; and what was painted where no person is."""

    hidden: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) - 1))
    seen: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) - 1))
    heads: list[bool] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    failed: int = 0

    def person(self, height: float, hidden: bool) -> None:
        """Count one person."""
        at = next(i for i in range(len(self.seen)) if height < BOUNDS[i + 1])
        self.seen[at] += 1
        self.hidden[at] += hidden

    def result(self) -> dict[str, Any]:
        """The figures as they are printed."""
        names = [f"{low}-{high}" for low, high in pairwise(BOUNDS)]
        rows = zip(names, self.hidden, self.seen, strict=True)
        return {
            "recall": round(sum(self.hidden) / max(1, sum(self.seen)), 3),
            "recall_by_height_px": {n: [h, s, round(h / s, 3)] for n, h, s in rows if s},
            "heads": round(float(np.mean(self.heads)), 3) if self.heads else None,
            "painted_where_nobody_is": round(float(np.mean(self.empty)), 4) if self.empty else None,
            "pictures": len(self.ms),
            "failed": self.failed,
            "median_ms": round(float(np.median(self.ms))),
        }


def painted(masker: Masker, picture: Picture, tally: Tally) -> Mask:
    """Where the masker changed the picture; a picture that may not leave counts as all painted."""
    began = time.process_time()
    try:
        changed = (masker.mask(picture).image != picture).any(axis=2)
    except MaskingFailed:
        tally.failed += 1
        changed = np.ones(picture.shape[:2], np.bool_)
    tally.ms.append((time.process_time() - began) * 1000)
    return np.asarray(changed, np.bool_)


def outlines(data: Path) -> Iterator[tuple[Picture, list[Mask]]]:
    """Every picture of coco_mini with the outlines of its single persons."""
    known = json.loads((data / "coco_mini/instances.json").read_text())
    for image in known["images"]:
        mine = [a for a in known["annotations"] if a["image_id"] == image["id"] and a["category_id"] == 1]
        picture = np.asarray(cv2.imread(str(data / "coco_mini/images" / image["file_name"])), np.uint8)
        crowd = any(a["iscrowd"] for a in mine)
        if not crowd:
            yield picture, [_filled(a["segmentation"], picture.shape[:2]) for a in mine]


def _filled(polygons: list[list[float]], shape: tuple[int, ...]) -> Mask:
    canvas = np.zeros(shape, np.uint8)
    for flat in polygons:
        cv2.fillPoly(canvas, [np.array(flat).reshape(-1, 2).round().astype(np.int32)], 1)
    return canvas.astype(np.bool_)


def on_outlines(masker: Masker, data: Path, tally: Tally) -> None:
    """Fill the tally from coco_mini."""
    for picture, persons in outlines(data):
        changed = painted(masker, picture, tally)
        for person in persons:
            rows = np.flatnonzero(person.any(axis=1))
            height = float(rows[-1] - rows[0] + 1) if len(rows) else 0.0
            tally.person(height, bool(changed[person].mean() >= 0.8) if len(rows) else True)
            if height >= 32:
                head = person[rows[0] : rows[0] + round(height / 5)]
                tally.heads.append(bool(changed[rows[0] : rows[0] + len(head)][head].mean() >= 0.9))
        if not persons:
            tally.empty.append(float(changed.mean()))


def on_clips(masker: Masker, others: list[LoadedDetector], data: Path, tally: Tally) -> None:
    """Fill the tally from frames of the clips."""
    for name, indices in CLIPS.items():
        for picture in _frames(data / "video" / name, indices):
            changed = painted(masker, picture, tally)
            for x1, y1, x2, y2 in _agreed(picture, others):
                tally.person(y2 - y1, bool(changed[y1:y2, x1:x2].mean() >= 0.8))


def _frames(path: Path, indices: tuple[int, ...]) -> Iterator[Picture]:
    capture = cv2.VideoCapture(str(path))
    for index in range(max(indices) + 1):
        ok, picture = capture.read()
        if ok and index in indices:
            yield np.asarray(picture, np.uint8)
    capture.release()


def _agreed(picture: Picture, detectors: list[LoadedDetector]) -> list[tuple[int, ...]]:
    first, second = (_persons(picture, detector) for detector in detectors)
    both = [box for box in first if len(second) and ious(array_of(box), array_of(second)).max() >= 0.4]
    return [tuple(int(v) for v in box) for box in both]


def _persons(picture: Picture, detector: LoadedDetector) -> NDArray[np.float32]:
    windows = [whole(picture), *tiles(picture.shape[1], picture.shape[0])]
    seen = through(detector, picture, windows)
    names = np.array(detector.labels)[seen.classes]
    return strongest(seen.take(np.isin(names, list(PERSONS)) & (seen.scores >= 0.3))).boxes


def main() -> None:
    """Run what the command line asks for."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--persons", default="yolox_nano_416")
    arguments.add_argument("--clips", action="store_true")
    given = arguments.parse_args()

    def opened(name: str, floor: float) -> LoadedDetector:
        return open_detector(ModelSettings(name=name, directory=given.data / "models", score=floor))

    floor = person_floor(given.persons)
    masker = Masker(
        persons=opened(given.persons, floor),
        faces=opened("centerface", FACE_FLOOR),
        plates=opened("plate_clp", PLATE_FLOOR),
        person_floor=floor,
    )
    tally = Tally()
    if given.clips:
        on_clips(masker, [opened(n, 0.3) for n in RIVALS if n != given.persons][:2], given.data, tally)
    else:
        on_outlines(masker, given.data, tally)
    print(json.dumps({"persons": given.persons, "clips": given.clips, **tally.result()}))


if __name__ == "__main__":
    main()
