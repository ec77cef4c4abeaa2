"""Input no camera should send, through eyes, ledger and all rules: each thing stays one situation."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from broker.events import Audit, Clock, Incident
from edge.assembly import Models, eyes, lookouts, open_models
from edge.config import load
from edge.drafts import Draft
from edge.frames import Frame
from edge.perception.observer import Observer
from edge.pipeline import Pipeline
from models.detections import Detections, Detector, Picture
from tests.street import CAR, HEIGHT, RED, WIDTH, configuration

AUDIT = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))
PACE_S = 4.0
# Umbrella, chair, bag: plain colours, which the detector of these tests knows; a stall is made of them.
GOODS = {
    "umbrella": ((210, 60, 240, 90), (250, 0, 0)),
    "chair": ((242, 66, 264, 90), (0, 250, 0)),
    "handbag": ((266, 72, 284, 90), (250, 250, 0)),
}
CAR_BGR = RED[::-1]
HEAP = (60, 180, 108, 220)
GROUND = cv2.resize(
    np.random.default_rng(3).integers(60, 200, (HEIGHT // 6, WIDTH // 6), np.uint8), (WIDTH, HEIGHT)
)
PILE = cv2.resize(np.random.default_rng(4).integers(20, 250, (10, 12), np.uint8), (48, 40))
KINDS = ["exposed_garbage", "illegal_parking", "unlicensed_stall"]
Image = NDArray[np.uint8]


class Colours:
    """A detector that knows plain colours, on whole pictures and on crops, in any size."""

    labels = ("person", "car", *GOODS)
    known = (CAR_BGR, *(colour for _, colour in GOODS.values()))

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        return [self._one(np.asarray(picture, np.int16)) for picture in pictures]

    def _one(self, picture: NDArray[np.int16]) -> Detections:
        rows = []
        for kind, colour in enumerate(self.known, start=1):
            found = np.argwhere(np.abs(picture - np.array(colour)).max(axis=2) < 40)
            if len(found) >= 12:
                (y1, x1), (y2, x2) = found.min(axis=0), found.max(axis=0) + 1
                height, width = picture.shape[:2]
                rows.append((x1 / width, y1 / height, x2 / width, y2 / height, 0.9, kind))
        if not rows:
            return Detections.none()
        table = np.array(rows)
        return Detections(
            table[:, :4].astype(np.float32), table[:, 4].astype(np.float32), table[:, 5].astype(np.int64)
        )


def street(full: bool, grain: int) -> Image:
    picture = np.repeat(GROUND[:, :, None], 3, axis=2)
    if full:
        x1, y1, x2, y2 = HEAP
        picture[y1:y2, x1:x2] = PILE[:, :, None]
        for (x1, y1, x2, y2), colour in ((CAR, CAR_BGR), *GOODS.values()):
            picture[y1:y2, x1:x2] = colour
    noise = np.random.default_rng(grain % 8).normal(0, 2, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


@dataclass
class Day:
    """A source whose clocks and pictures a test may turn about. t, utc: of the next look."""

    made: tuple[Any, Models]
    t: float = 50.0
    utc: float = 1.7e9
    index: int = 0
    change: Callable[[Image], Image] = lambda picture: picture
    told: list[Draft] = field(default_factory=list)
    detector: Detector = field(default_factory=Colours)

    def __post_init__(self) -> None:
        self.eyes, self.line = self._begun()

    def _begun(self) -> tuple[Observer, Pipeline]:
        source, _ = self.made
        seeing = eyes(source, self.made[1])
        seeing = Observer(
            self.detector,
            source=source.id,
            outlines=[zone.polygon for zone in source.zones],
            watch=seeing._watch,
            ground=seeing._ground,
        )
        return seeing, Pipeline(source, seeing, lookouts(source), None, AUDIT)

    def look(self, full: bool) -> None:
        picture = self.change(street(full, self.index))
        frame = Frame(picture, "cam-1", self.index, self.t, self.utc, "free_running")
        self.told += self.line.step(frame).finish().drafts
        self.index += 1

    def run(self, seconds: float, *, full: bool) -> None:
        for _ in range(int(seconds / PACE_S)):
            self.look(full)
            self.t, self.utc = self.t + PACE_S, self.utc + PACE_S

    def restart(self, t: float) -> None:
        state, memory = self.line.snapshot(), self.eyes.memory()
        self.eyes, self.line = self._begun()
        self.line.resume(state)
        self.eyes.recall(memory)
        self.t = t


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Models]:
    folder = tmp_path_factory.mktemp("street")
    path = configuration(folder, url="mqtt://127.0.0.1", path=folder / "none.avi")
    settings = yaml.safe_load(path.read_text())
    settings["sources"][0]["zones"][0]["rules"] = [
        {"kind": "dwell", "incident": "illegal_parking", "dwell": "20s"},
        {"kind": "left", "incident": "exposed_garbage", "dwell": "30s"},
        {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "30s"},
    ]
    path.write_text(yaml.safe_dump(settings))
    loaded = load(path).settings
    return loaded.sources[0], open_models(loaded)


def utc_leaps(seconds: float) -> Callable[[Day], None]:
    def leap(day: Day) -> None:
        day.utc += seconds

    return leap


def t_leaps(seconds: float) -> Callable[[Day], None]:
    def leap(day: Day) -> None:
        day.t += seconds

    return leap


def every_look_twice(day: Day) -> None:
    for _ in range(10):
        day.look(full=True)
        day.run(PACE_S, full=True)


def one_look_from_the_past(day: Day) -> None:
    day.t, day.utc = day.t - 7.0, day.utc - 7.0
    day.look(full=True)
    day.t, day.utc = day.t + 7.0, day.utc + 7.0


def larger(day: Day) -> None:
    day.change = lambda picture: cv2.resize(picture, (2 * WIDTH, 2 * HEIGHT))  # type: ignore[assignment,return-value]
    day.run(30.0, full=True)
    day.change = lambda picture: picture


def by_night(day: Day) -> None:
    def grey(picture: Image) -> Image:
        level = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        return np.asarray(cv2.cvtColor(level, cv2.COLOR_GRAY2BGR), np.uint8)

    day.change = grey
    day.run(8.0, full=True)
    day.change = lambda picture: picture


def black(day: Day) -> None:
    day.change = np.zeros_like
    day.run(40.0, full=True)
    day.change = lambda picture: picture


def restarts_at_another_time(day: Day) -> None:
    day.restart(1e6)


def restarts_with_a_clock_that_went_back(day: Day) -> None:
    day.utc -= 86400.0
    day.restart(5.0)


def hours_pass(day: Day) -> None:
    day.t, day.utc = day.t + 7200.0, day.utc + 7200.0


def ended(day: Day) -> Iterator[Incident]:
    for draft in day.told:
        if isinstance(draft.data, Incident) and draft.data.state == "cleared":
            yield draft.data


@pytest.mark.parametrize(
    "happens",
    [
        pytest.param(utc_leaps(3600.0), id="utc_set_ahead"),
        pytest.param(utc_leaps(-86400.0 * 400), id="utc_set_back_by_a_year"),
        pytest.param(t_leaps(-1e6), id="another_base_of_time"),
        every_look_twice,
        one_look_from_the_past,
        larger,
        by_night,
        black,
        restarts_at_another_time,
        restarts_with_a_clock_that_went_back,
        hours_pass,
    ],
)
def test_each_thing_stays_one_situation(
    made: tuple[Any, Models], happens: Callable[[Day], None], caplog: pytest.LogCaptureFixture
) -> None:
    day = Day(made)
    day.run(68.0, full=False)
    day.run(60.0, full=True)
    happens(day)
    day.run(32.0, full=True)
    day.run(100.0, full=False)
    opened = [d.data.kind for d in day.told if d.model.__name__ == "IncidentOpened"]  # type: ignore[union-attr]
    assert sorted(set(opened)) == KINDS
    assert sorted(incident.kind for incident in ended(day)) == sorted(opened)
    assert len(opened) == len({d.subject for d in day.told if isinstance(d.data, Incident)})
    for incident in ended(day):
        stood = (incident.last_seen - incident.since).total_seconds()
        assert 60.0 <= stood <= 7400.0
        assert "-" not in incident.reasons[-1].text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


class Endless(Colours):
    """A detector that sees the same so many boxes for ever."""

    def __init__(self, boxes: int) -> None:
        corners = np.random.default_rng(6).uniform(0.0, 0.95, (boxes, 2)).astype(np.float32)
        labels = np.arange(boxes) % len(self.labels)
        self._found = Detections(
            np.hstack([corners, corners + 0.03]), np.full(boxes, 0.9, np.float32), labels.astype(np.int64)
        )

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        return [self._found for _ in pictures]


@pytest.mark.parametrize("boxes", [0, 10_000])
def test_no_detection_and_far_too_many_are_looks_like_others(
    made: tuple[Any, Models], boxes: int, caplog: pytest.LogCaptureFixture
) -> None:
    day = Day(made, detector=Endless(boxes))
    day.run(48.0, full=False)
    assert day.line.observations == 12
    assert (len(day.told) > 0) == (boxes > 0)
    assert len(day.line.snapshot()) < 2_000_000
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_one_frame_is_no_situation(made: tuple[Any, Models]) -> None:
    day = Day(made)
    day.look(full=True)
    assert day.told == []
    day.restart(1e6)
    day.look(full=True)
    assert day.told == []


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (17, 13), (33, 47), (100, 75), (180, 320), (641, 359)])
def test_a_picture_of_any_size_can_be_looked_at(
    made: tuple[Any, Models], size: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    day = Day(made, change=lambda picture: np.asarray(cv2.resize(picture, size), np.uint8))
    day.run(12.0, full=False)
    assert day.line.observations == 3
    assert day.told == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
