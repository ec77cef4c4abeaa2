"""Tries a model before it takes over: by itself in a process of its own, then on what cameras show now."""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from broker.boundary import names_a_person
from edge.groups import group_of
from models.detections import Detections, Picture
from models.errors import ModelError
from models.runtime import LoadedDetector, ModelSettings, open_detector

log = logging.getLogger(__name__)

ALONE_S: Final = 300.0  # an engine may be built for it first
NICE: Final = 10
FLOOD: Final = 400  # things believed in one picture: no street has so many
ENOUGH: Final = 5  # things that the model before sees: then one that sees none of them is blind


class Unfit(Exception):
    """A model that may not take over. `code`: for the reason that is told."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Looked:
    """What a model made of a few pictures. ms: of each, the slowest."""

    things: int
    most: int
    ms: float


def tried_alone(wanted: ModelSettings) -> None:
    """Load it and let it look at plain pictures where nothing of ours can fall with it. Raises Unfit."""
    asked = wanted.model_dump_json(include=set(ModelSettings.model_fields))
    command = [sys.executable, "-m", "edge.fetched.trying"]
    try:
        done = subprocess.run(
            command, input=asked, capture_output=True, text=True, timeout=ALONE_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unfit("model_too_slow", f"it did not come to an end within {ALONE_S:.0f} s") from None
    except OSError as error:
        raise Unfit("model_not_tried", f"it could not be tried: {error.strerror}") from error
    if done.returncode < 0:
        raise Unfit("model_crashed", f"the process that tried it was ended by signal {-done.returncode}")
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Unfit("model_failed", said)


def alone(asked: str) -> None:
    """What the process does, after everything else on this box. Raises ModelError."""
    os.nice(NICE)
    detector = open_detector(ModelSettings.model_validate_json(asked))
    detector.detect(plain_pictures())


def plain_pictures() -> list[Picture]:
    """Black, grey noise, and stripes; small and large."""
    noise = np.random.default_rng(1).integers(0, 256, (480, 640, 3), np.uint8)
    stripes = np.zeros((1080, 1920, 3), np.uint8)
    stripes[::8] = 255
    return [np.zeros((240, 320, 3), np.uint8), noise, stripes]


def tried_on(
    before: LoadedDetector | None, model: LoadedDetector, pictures: Sequence[Picture], score: float
) -> Looked:
    """What it makes of what the cameras show. before: the model that looks now. Raises Unfit."""
    looked = _looked(model, pictures, score)
    if looked.most > FLOOD:
        raise Unfit(
            "model_sees_too_much", f"it sees {looked.most} things in one picture; no street has so many"
        )
    if before is not None and looked.things == 0:
        saw = _looked(before, pictures, score).things
        if saw >= ENOUGH:
            text = f"it sees nothing in {len(pictures)} pictures in which {before.name} sees {saw} things"
            raise Unfit("model_sees_nothing", text)
    return looked


def _looked(model: LoadedDetector, pictures: Sequence[Picture], score: float) -> Looked:
    counts, slowest = [], 0.0
    for picture in pictures:
        began = time.perf_counter()
        try:
            (found,) = model.detect([picture])
        except ModelError as error:
            raise Unfit("model_failed", str(error)) from error
        slowest = max(slowest, (time.perf_counter() - began) * 1000.0)
        counts.append(_believed(model, found, score))
    return Looked(sum(counts), max(counts, default=0), round(slowest, 1))


def _believed(model: LoadedDetector, found: Detections, score: float) -> int:
    """Things that could stand somewhere; persons are nobody's business."""
    kinds = found.classes[found.scores >= score].tolist()
    labels = [model.labels[kind] for kind in kinds]
    return sum(group_of(label) is not None and not names_a_person(label) for label in labels)


def main() -> int:
    """The process: settings as JSON on standard input; 1 with the last line of why not."""
    try:
        alone(sys.stdin.read())
    except Exception as error:
        print(json.dumps(str(error))[1:-1][:240], file=sys.stderr)  # noqa: T201 - for the node
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
