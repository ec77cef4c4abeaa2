"""What the watch over the view is told of the things in it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edge.frames import Frame
from edge.observation import Box, View
from edge.perception.observer import Observer
from models.detections import Detections, Picture

SCENE = np.random.default_rng(5).integers(30, 220, (180, 320, 3), np.uint8)


class Watch:
    """Notes which boxes it is given."""

    def __init__(self) -> None:
        self.busy: list[tuple[Box, ...]] = []

    def look(
        self, t: float, grey: NDArray[np.uint8], *, colour: float | None, busy: Sequence[Box] = ()
    ) -> View:
        self.busy.append(tuple(busy))
        return View()

    def dump(self) -> bytes:
        return b""

    def restore(self, data: bytes) -> None:
        raise NotImplementedError


class Person:
    """A detector that always finds one person."""

    labels = ("person",)

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        box = np.array([[0.25, 0.25, 0.5, 0.75]], np.float32)
        found = Detections(box, np.array([0.9], np.float32), np.zeros(1, np.int64))
        return [found] * len(pictures)


def test_nothing_is_learnt_of_the_view_before_the_detector_has_looked() -> None:
    watch = Watch()
    eyes = Observer(Person(), source="gate", watch=watch)
    frames = [Frame(SCENE, "gate", n, float(n), 1.7e9 + n, "synchronised") for n in range(4)]
    for frame in frames[:2]:
        eyes.conclude(eyes.glance(frame, ()), None)  # it has no time for this source
    for frame in frames[2:]:
        eyes.observe(frame)
    whole, person = ((0.0, 0.0, 1.0, 1.0),), ((0.25, 0.25, 0.5, 0.75),)
    assert watch.busy == [whole, whole, whole, person]
