"""Eyes, ledger and rules together on a street made here: what a day may bring, in a few minutes of it."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from broker.events import Audit, Clock, Incident, SourceHealth
from edge.assembly import Models, eyes, lookouts, open_models
from edge.config import load
from edge.drafts import Draft
from edge.frames import Frame
from edge.perception.observer import Observer
from edge.pipeline import Pipeline
from tests.street import CAR, HEIGHT, RED, WIDTH, configuration

AUDIT = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))
PACE_S = 2.0
RNG = np.random.default_rng(3)
GROUND = cv2.resize(RNG.integers(60, 200, (HEIGHT // 6, WIDTH // 6), np.uint8), (WIDTH, HEIGHT))
HEAP = cv2.resize(RNG.integers(20, 250, (10, 12), np.uint8), (48, 40))
Image = NDArray[np.uint8]


def street(*, heap: bool = False, car: bool = False, blurred: bool = False, grain: int = 0) -> Image:
    picture = np.repeat(GROUND[:, :, None], 3, axis=2)
    if heap:
        picture[150:190, 200:248] = HEAP[:, :, None]
    if car:
        x1, y1, x2, y2 = CAR
        picture[y1:y2, x1:x2] = RED[::-1]
    if blurred:
        picture = cv2.GaussianBlur(picture, (0, 0), 5)
    noise = np.random.default_rng(grain).normal(0, 2, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


def frames(*scenes: tuple[float, dict[str, bool]]) -> Iterator[Frame]:
    """Each scene for so many seconds, one look every PACE_S."""
    look = 0
    for seconds, what in scenes:
        for _ in range(int(seconds / PACE_S)):
            t = look * PACE_S
            yield Frame(street(**what, grain=look), "cam-1", look, 50.0 + t, 1.7e9 + t, "synchronised")
            look += 1


RULES = [
    {"kind": "dwell", "incident": "illegal_parking", "dwell": "20s"},
    {"kind": "left", "incident": "exposed_garbage", "dwell": "30s"},
    {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "30s"},
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Models]:
    folder = tmp_path_factory.mktemp("street")
    path = configuration(folder, url="mqtt://127.0.0.1", path=folder / "none.avi")
    settings = yaml.safe_load(path.read_text())
    settings["sources"][0]["zones"][0]["rules"] = RULES
    path.write_text(yaml.safe_dump(settings))
    loaded = load(path).settings
    return loaded.sources[0], open_models(loaded)


def later_on(f: Frame) -> Frame:
    """160 seconds later, in another process."""
    return Frame(f.image, f.source, f.index, f.t + 9000.0, f.utc + 160.0, f.clock)


def line(made: tuple[Any, Models], observer: Observer | None = None) -> Pipeline:
    source, models = made
    return Pipeline(source, observer or eyes(source, models), lookouts(source), None, AUDIT)


def drafts(made: Pipeline, given: Iterator[Frame]) -> list[Draft]:
    return [draft for frame in given for draft in made.step(frame).finish().drafts]


def told(given: list[Draft]) -> list[tuple[str, str]]:
    """Kind or condition, and what became of it; repetitions of one that is open are left out."""
    words = []
    for draft in given:
        if isinstance(draft.data, Incident):
            words.append((draft.data.kind, draft.model.__name__.removeprefix("Incident").lower()))
        elif isinstance(draft.data, SourceHealth):
            words.append((draft.data.condition, draft.data.state))
    return [word for word in words if word[1] != "updated"]


def test_a_heap_is_found_and_goes(made: tuple[Any, Models]) -> None:
    story = frames((60, {}), (90, {"heap": True}), (40, {}))
    events = drafts(line(made), story)
    assert told(events) == [("exposed_garbage", "opened"), ("exposed_garbage", "cleared")]
    opened = next(d.data for d in events if isinstance(d.data, Incident))
    assert opened.box is not None
    x1, y1, x2, y2 = opened.box
    assert abs(x1 - 200 / WIDTH) < 0.05
    assert abs(x2 - 248 / WIDTH) < 0.05
    assert abs(y1 - 150 / HEIGHT) < 0.07
    assert abs(y2 - 190 / HEIGHT) < 0.07
    assert abs(opened.since.timestamp() - (1.7e9 + 60)) <= 3 * PACE_S
    assert opened.trust is not None
    assert opened.trust.state == "ok"


def test_a_car_that_parks_is_no_heap_and_leaves_none(made: tuple[Any, Models]) -> None:
    story = frames((60, {}), (90, {"car": True}), (150, {}))
    assert told(drafts(line(made), story)) == [
        ("illegal_parking", "opened"),
        ("illegal_parking", "cleared"),
    ]


def test_while_the_picture_is_blurred_nothing_ends_and_the_camera_is_the_incident(
    made: tuple[Any, Models],
) -> None:
    story = frames((60, {}), (90, {"heap": True}), (60, {"blurred": True}), (60, {"heap": True}))
    assert told(drafts(line(made), story)) == [
        ("exposed_garbage", "opened"),
        ("image_too_blurry", "raised"),
        ("image_too_blurry", "cleared"),
    ]


def test_a_heap_that_lies_there_over_a_restart_is_the_same(made: tuple[Any, Models]) -> None:
    then, now = eyes(*made), eyes(*made)
    before, after = line(made, then), line(made, now)
    first = drafts(before, frames((60, {}), (90, {"heap": True})))
    after.resume(before.snapshot())
    now.recall(then.memory())
    second = drafts(after, (later_on(f) for f in frames((40, {"heap": True}), (40, {}))))
    assert told(first) == [("exposed_garbage", "opened")]
    assert told(second) == [("exposed_garbage", "cleared")]
    assert len({draft.subject for draft in [*first, *second]}) == 1
