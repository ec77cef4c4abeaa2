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
from models.coco import Marked, Part
from models.detections import Picture
from models.errors import ModelError
from models.judging import Judged, judged
from models.runtime import LoadedDetector, ModelSettings, open_detector

FLOOR = 0.01  # AP wants the weak detections too
TIMED = 50
FRAME = (720, 1280, 3)


@dataclass(frozen=True, slots=True)
class Scene:
    """Pictures to measure with, and what is in them where that is known."""

    pictures: list[Picture]
    marked: Marked | None
    what: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One model on one provider. `ms` is the median for a picture: prepare, infer, decode.

    `cpu_ms` is the processor's part of it, over all threads; other work on the machine does not lengthen it.
    With a `batch` so many pictures are given at once, and a picture's time is its share.
    """

    name: str
    provider: str
    threads: int
    batch: int
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
        return Scene(list(noise), None, "noise 1280x720")
    if (folder / coco.INSTANCES).is_file():
        marked = coco.marked(folder, Part(0, every))
        return Scene([picture for _, picture in marked.pictures()], marked, str(folder))
    return Scene(plain_pictures(folder)[::every], None, str(folder))


def shared_pictures() -> Path | None:
    """The sample of COCO among the data for development, where it is."""
    folder = Path(os.environ.get("GEWU_SHARED_DATA", "../shared/data")) / "coco_mini"
    return folder if folder.is_dir() else None


def plain_pictures(folder: Path) -> list[Picture]:
    """Every picture of a folder, in the order of their names. Raises ModelError where there is none."""
    found = [p for p in sorted(folder.glob("*")) if p.suffix.lower() in (".jpg", ".jpeg", ".png")]
    read = [cv2.imread(str(path), cv2.IMREAD_COLOR) for path in found]
    pictures = [np.asarray(picture, np.uint8) for picture in read if picture is not None]
    if not pictures:
        raise ModelError(f"{folder}: holds no picture that can be read; .jpg and .png are allowed")
    return pictures


def measure(settings: ModelSettings, given: Scene, batch: int = 1) -> Measured:
    """Time at the floor that is set, on some of the pictures."""
    detector = open_detector(settings)
    ms, cpu_ms = times(detector, given.pictures[:TIMED], batch)
    return Measured(
        detector.name, settings.provider, settings.threads, batch, len(given.pictures), ms, cpu_ms
    )


def judge(settings: ModelSettings, given: Scene) -> Judged | None:
    """Quality on all pictures, at a floor near 0; None where nothing is known of them. Raises ModelError."""
    if given.marked is None:
        return None
    return judge_detector(open_detector(settings.model_copy(update={"score": FLOOR})), given)


def judge_detector(detector: LoadedDetector, given: Scene) -> Judged:
    """As `judge`, of a detector that was opened with FLOOR."""
    if given.marked is None:
        raise ModelError(f"{given.what}: nothing is known of what these pictures show ({coco.INSTANCES})")
    numbers = [image["id"] for image in given.marked.images]
    found = {n: detector.by_class([p])[0] for n, p in zip(numbers, given.pictures, strict=True)}
    return judged(given.marked, found, detector.classes, detector.taken_for)


def times(detector: LoadedDetector, pictures: Sequence[Picture], batch: int = 1) -> tuple[float, float]:
    """Median milliseconds for a picture, by the clock and of the processor."""
    detector.detect(pictures[:batch])  # the first call allocates
    wall, processor = [], []
    for start in range(0, len(pictures), batch):
        some = pictures[start : start + batch]
        began, busy = time.perf_counter(), time.process_time()
        detector.detect(some)
        wall.append((time.perf_counter() - began) / len(some))
        processor.append((time.process_time() - busy) / len(some))
    ms, cpu_ms = (round(statistics.median(took) * 1000, 1) for took in (wall, processor))
    return ms, cpu_ms
