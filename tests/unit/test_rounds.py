"""The loop that looks: one item of every source in turn, one detector for all."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from edge.drafts import Batch
from edge.frames import Frame, SourceClock, Trouble
from edge.inference import Inference, InferenceSettings
from edge.journal.writer import Writer
from edge.observation import View
from edge.perception.glance import Glance, Wish
from edge.perception.observer import Observer
from edge.pipeline import Pipeline
from edge.rounds import MOST, Lane, Rounds
from edge.settings import SourceSettings
from edge.steps import Attempt, Step
from edge.streams.reader import LiveReader
from models.detections import Detections, Picture

IMAGE = np.full((8, 8, 3), 9, np.uint8)
CLOCK = SourceClock(lambda: 0.0, lambda: 50.0)


@dataclass
class Line:
    """A pipeline that only notes what it is asked; broken ones fail at every glance."""

    name: str
    broken: bool = False
    interval_s: float = 3.0
    concluded: list[bool] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def glance(self, frame: Frame) -> Attempt:
        if self.broken:
            raise ZeroDivisionError
        wish = Wish(self.name, "changed", ((0.0, 0.0, 1.0, 1.0),))
        grey = IMAGE[:, :, 0]
        return Attempt(frame, Glance(frame, grey, grey, None, View(), True, (), wish), Batch())

    def conclude(self, attempt: Attempt, found: object) -> Step:
        self.concluded.append(found is not None)
        return Step(Batch(snapshots={self.name: b""}))

    def unseen(self, attempt: Attempt, error: Exception) -> Step:
        self.failed.append(type(error).__name__)
        return Step(Batch())

    def trouble(self, trouble: Trouble, utc: float, quality: str) -> Batch:
        return Batch(snapshots={f"{self.name} {trouble.state} at {utc:g}": b""})


class Mail:
    """A reader that has these items waiting."""

    def __init__(self, items: Sequence[Frame | Trouble]) -> None:
        self.items = deque(items)
        self.wanted: list[float] = []

    def take(self, timeout: float) -> Frame | Trouble | None:
        return self.items.popleft() if self.items else None

    def want(self, interval_s: float) -> None:
        self.wanted.append(interval_s)


class Detector:
    labels = ("car",)

    def __init__(self) -> None:
        self.batches: list[int] = []

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        self.batches.append(len(pictures))
        return [Detections.none()] * len(pictures)


def frame(name: str) -> Frame:
    return Frame(IMAGE, name, 0, 0.0, 0.0, "unknown")


def lane(name: str, *items: Frame | Trouble, broken: bool = False) -> Lane:
    source = SourceSettings(kind="file", id=name)
    mail, line = cast(LiveReader, Mail(items)), cast(Pipeline, Line(name, broken))
    return Lane(source, mail, line, cast(Observer, None), cast(Writer, None), 0.0)


def rounds(detector: Detector, batch: int = 64) -> tuple[Rounds, list[str]]:
    told: list[str] = []
    inference = Inference(detector, InferenceSettings(batch=batch), lambda: 0.0)
    return Rounds(inference, CLOCK, lambda lane, step: told.extend(step.told.snapshots)), told


def test_frames_of_all_sources_are_one_batch_and_each_is_told_when_to_look_again() -> None:
    detector = Detector()
    look, told = rounds(detector)
    lanes = [lane("a", frame("a")), lane("b", frame("b")), lane("c")]
    assert look.once(lanes)
    assert detector.batches == [2]
    assert told == ["a", "b"]
    assert [mail.wanted for mail in (cast(Mail, each.reader) for each in lanes)] == [[3.0], [3.0], []]
    assert not look.once(lanes)


def test_a_round_holds_only_so_many_frames_and_no_source_is_passed_over() -> None:
    look, told = rounds(Detector())
    names = [f"cam-{n}" for n in range(MOST + 5)]
    lanes = [lane(name, *[frame(name)] * 4) for name in names]
    for _ in range(4):
        look.once(lanes)
    counts = Counter(told)
    assert set(counts) == set(names)
    assert max(counts.values()) - min(counts.values()) <= 1


def test_what_one_source_breaks_costs_no_other(caplog: pytest.LogCaptureFixture) -> None:
    look, told = rounds(Detector())
    assert look.once([lane("bad", frame("bad"), broken=True), lane("good", frame("good"))])
    assert told == ["good"]
    assert "source bad: this was not expected" in caplog.text


def test_a_trouble_is_told_at_the_nodes_time() -> None:
    look, told = rounds(Detector())
    assert look.once([lane("a", Trouble("a", "lost", "no answer"))])
    assert told == ["a lost at 50"]
