"""One detector for all sources."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from edge.drafts import Batch
from edge.frames import Frame, Still
from edge.inference import Inference, InferenceSettings
from edge.observation import View
from edge.perception.glance import Glance, Wish
from edge.steps import Attempt
from models.detections import Detections, Picture

WHOLE = (0.0, 0.0, 1.0, 1.0)
LEFT = (0.0, 0.0, 0.5, 1.0)


class Counting:
    """A detector whose answer is how bright the picture is; it fails on black ones."""

    labels = ("car",)

    def __init__(self) -> None:
        self.calls: list[int] = []

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        self.calls.append(len(pictures))
        if any(not picture.any() for picture in pictures):
            raise RuntimeError("a black picture")
        return [one(float(picture.mean()) / 255) for picture in pictures]


def one(score: float) -> Detections:
    return Detections(np.array([WHOLE], np.float32), np.array([score], np.float32), np.zeros(1, np.int64))


def attempt(source: str, level: int, *regions: tuple[float, float, float, float]) -> Attempt:
    image = np.full((40, 40, 3), level, np.uint8)
    frame = Frame(image, source, 0, 0.0, 0.0, "unknown")
    wish = Wish(source, "changed", regions) if regions else None
    grey = image[:, :, 0]
    return Attempt(frame, Glance(frame, grey, grey, None, View(), True, (), wish), Batch())


def inference(detector: Counting, **settings: object) -> Inference:
    return Inference(detector, InferenceSettings(**settings), lambda: 0.0)  # type: ignore[arg-type]


def scores(answer: object) -> list[float]:
    assert isinstance(answer, list)
    return [round(float(found.scores[0]), 2) for found in answer]


def test_all_sources_share_one_batch_and_each_gets_its_own_answer() -> None:
    detector = Counting()
    asked = [attempt("a", 51, WHOLE, LEFT), attempt("b", 0), attempt("c", 204, WHOLE)]
    first, none, last = inference(detector).answers(asked)
    assert detector.calls == [3]
    assert (scores(first), none, scores(last)) == ([0.2, 0.2], None, [0.8])


def test_a_picture_that_breaks_the_detector_costs_no_other_source() -> None:
    good, bad, other = inference(Counting()).answers(
        [attempt("a", 51, WHOLE), attempt("b", 0, WHOLE), attempt("c", 204, WHOLE)]
    )
    assert (scores(good), scores(other)) == ([0.2], [0.8])
    assert isinstance(bad, RuntimeError)


class Undecodable(Still):
    """What is left of a picture that cannot be converted."""

    def __init__(self) -> None:
        self.width = self.height = 40

    @property
    def bgr(self) -> np.ndarray:  # type: ignore[override]
        raise ValueError("this format is not known")


def test_a_picture_that_cannot_be_converted_costs_no_other_source() -> None:
    bad = attempt("b", 51, WHOLE)
    frame = Frame(Undecodable(), "b", 0, 0.0, 0.0, "unknown")
    assert bad.glance is not None
    bad = replace(bad, frame=frame, glance=replace(bad.glance, frame=frame))
    first, broken, last = inference(Counting()).answers(
        [attempt("a", 51, WHOLE), bad, attempt("c", 204, WHOLE)]
    )
    assert (scores(first), scores(last)) == ([0.2], [0.8])
    assert isinstance(broken, ValueError)


def test_beyond_the_batch_the_others_wait_for_the_next_round() -> None:
    eyes = inference(Counting(), batch=2)
    asked = [attempt(name, 51, WHOLE) for name in "abcd"]
    first, second = eyes.answers(asked), eyes.answers(asked)
    assert [answer is None for answer in first] == [False, False, True, True]
    assert [answer is None for answer in second] == [True, True, False, False]


def test_nothing_wanted_costs_nothing() -> None:
    detector = Counting()
    assert inference(detector).answers([attempt("a", 51)]) == [None]
    assert detector.calls == []
