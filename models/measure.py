"""How fast a model is here, and how good where there is truth to compare with."""

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from models import coco
from models.detections import Picture
from models.errors import ModelError
from models.precision import Found, Truth, average_precisions, mean_over
from models.runtime import LoadedDetector, ModelSettings, open_detector

FLOOR = 0.01  # AP wants the weak detections too
TIMED = 50
FRAME = (720, 1280, 3)


@dataclass(frozen=True, slots=True)
class Scene:
    """Pictures to measure with, and what is in them where that is known."""

    pictures: list[Picture]
    truths: list[Truth]
    what: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One model on one provider. `ms` is the median for a whole picture: prepare, infer, decode.

    `cpu_ms` is the processor's part of it, over all threads; other work on the machine does not lengthen it.
    """

    name: str
    provider: str
    threads: int
    pictures: int
    ms: float
    cpu_ms: float
    ap: float | None = None
    ap_person: float | None = None
    ap_vehicles: float | None = None

    def as_json(self) -> dict[str, object]:
        """What the bench prints; figures that could not be measured are left out."""
        return {key: value for key, value in asdict(self).items() if value is not None}


def scene(folder: Path | None, every: int = 1) -> Scene:
    """A folder of pictures, with truth if it is laid out as COCO; without a folder, noise, for time alone."""
    if folder is None:
        noise = np.random.default_rng(1).integers(0, 256, (8, *FRAME), np.uint8)
        return Scene(list(noise), [], "noise 1280x720")
    if (folder / "instances.json").is_file():
        pairs = list(coco.pictures(folder, every))
        return Scene([p for p, _ in pairs], [t for _, t in pairs], str(folder))
    return Scene(_pictures(folder)[::every], [], str(folder))


def shared_pictures() -> Path | None:
    """The sample of COCO among the data for development, where it is."""
    folder = Path(os.environ.get("GEWU_SHARED_DATA", "../shared/data")) / "coco_mini"
    return folder if folder.is_dir() else None


def _pictures(folder: Path) -> list[Picture]:
    found = [p for p in sorted(folder.glob("*")) if p.suffix.lower() in (".jpg", ".jpeg", ".png")]
    read = [cv2.imread(str(path), cv2.IMREAD_COLOR) for path in found]
    pictures = [np.asarray(picture, np.uint8) for picture in read if picture is not None]
    if not pictures:
        raise ModelError(f"{folder}: holds no picture that can be read; .jpg and .png are allowed")
    return pictures


def measure(settings: ModelSettings, given: Scene) -> Measured:
    """Time at the floor that is set, on some of the pictures; quality on all of them, at a floor near 0."""
    ms, cpu_ms = _times(open_detector(settings), given.pictures[:TIMED])
    judge = open_detector(settings.model_copy(update={"score": FLOOR}))
    found = [coco.found(judge.detect([p])[0], judge.labels) for p in given.pictures if given.truths]
    figures = _quality(judge, given.truths, found)
    count = len(given.pictures)
    return Measured(judge.name, settings.provider, settings.threads, count, ms, cpu_ms, *figures)


def _times(detector: LoadedDetector, pictures: Sequence[Picture]) -> tuple[float, float]:
    """Median milliseconds for a picture, by the clock and of the processor."""
    detector.detect(pictures[:1])  # the first call allocates
    wall, processor = [], []
    for picture in pictures:
        start, busy = time.perf_counter(), time.process_time()
        detector.detect([picture])
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    ms, cpu_ms = (round(statistics.median(took) * 1000, 1) for took in (wall, processor))
    return ms, cpu_ms


def _quality(
    detector: LoadedDetector, truths: Sequence[Truth], found: list[Found]
) -> tuple[float | None, float | None, float | None]:
    if not truths or "person" not in detector.labels:
        return None, None, None
    precisions = average_precisions(truths, found)
    means = (mean_over(precisions, group) for group in (precisions, coco.PERSONS, coco.VEHICLES))
    every, person, vehicles = (round(value, 3) for value in means)
    return every, person, vehicles
