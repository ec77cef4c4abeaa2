"""What is left on the ground is found, whatever the light does; what is no thing is not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.observation import Box, StaticRegion
from edge.perception.statics import Statics, StaticSettings

Grey = NDArray[np.uint8]
UTC_MINUS_T = 1_780_000_000.0
SIZE = (108, 192)
WHOLE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
SPOT = (40, 60, 64, 96)  # y1 x1 y2 x2
SPOT_BOX: Box = (60 / 192, 40 / 108, 96 / 192, 64 / 108)


def texture(seed: int, size: tuple[int, int], low: int, high: int, grain: float = 2.0) -> Grey:
    noise = np.random.default_rng(seed).integers(0, 255, size).astype(np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), grain)
    return np.asarray(cv2.normalize(soft, None, low, high, cv2.NORM_MINMAX), np.uint8)  # type: ignore[call-overload]


GROUND = texture(1, SIZE, 80, 160)
HEAP = texture(2, (24, 36), 20, 240, 1.5)


def with_heap(picture: Grey, spot: tuple[int, int, int, int] = SPOT, heap: Grey = HEAP) -> Grey:
    y1, x1, y2, x2 = spot
    made = picture.copy()
    made[y1:y2, x1:x2] = heap[: y2 - y1, : x2 - x1]
    return made


@dataclass
class Eye:
    """Looks at pictures made for a time, and keeps what was said."""

    scene: Callable[[float], Grey] = lambda t: GROUND
    pace: float = 1.0
    settings: StaticSettings = field(default_factory=StaticSettings)
    t: float = 0.0
    noise: float = 1.5

    def __post_init__(self) -> None:
        self.statics = Statics(self.settings, [WHOLE], "cam")
        self._chance = np.random.default_rng(5)
        self.said: list[tuple[float, StaticRegion]] = []

    def until(
        self,
        stop: float,
        *,
        boxes: Iterable[Box] | None = (),
        valid: NDArray[np.bool_] | None = None,
        trusted: bool = True,
    ) -> list[StaticRegion]:
        """Look on until then; what was said last."""
        last: tuple[StaticRegion, ...] = ()
        while self.t < stop:
            noise = self._chance.normal(0, self.noise, SIZE)
            grey = np.clip(self.scene(self.t) + noise, 0, 255).astype(np.uint8)
            last = self.statics.look(
                self.t,
                self.t + UTC_MINUS_T,
                grey,
                valid=valid,
                explained=None if boxes is None else tuple(boxes),
                trusted=trusted,
            )
            self.said += [(self.t, region) for region in last]
            self.t += self.pace
        return list(last)

    @property
    def verdicts(self) -> set[str]:
        return {region.verdict for _, region in self.said}

    def first(self, verdict: str) -> float:
        return next(t for t, region in self.said if region.verdict == verdict)


def put_down(at: float, until: float = np.inf) -> Callable[[float], Grey]:
    return lambda t: with_heap(GROUND) if at <= t < until else GROUND


@pytest.mark.parametrize("pace", [0.5, 1.0, 4.0, 10.0])
def test_what_is_put_down_is_found_and_goes_when_it_is_taken(pace: float) -> None:
    start = 16 * pace + 20
    eye = Eye(put_down(start, start + 150), pace)
    eye.until(start + 250)

    found = [(t, region) for t, region in eye.said if region.verdict == "left"]
    assert found[0][0] <= start + max(20.0, 4 * pace) + 2 * pace
    assert len({region.id for _, region in eye.said}) == 1
    assert abs(found[0][1].since - start) <= pace
    gone = [t for t, region in eye.said if region.state == "gone"]
    assert len(gone) == 1
    assert gone[0] <= start + 150 + 4 + 2 * pace
    settled = found[0][1]
    assert np.abs(np.subtract(settled.box, SPOT_BOX)).max() <= 0.05
    assert settled.unlike > 0.7
    assert settled.solid > 0.6


@pytest.mark.parametrize(
    "light",
    [
        lambda t: 0.6 if t > 30 else 1.0,
        lambda t: 1.0 - 0.5 * min(1.0, max(0.0, (t - 30) / 60)),
        lambda t: 1.0 - 0.4 * (np.linspace(0, 1, SIZE[1]) < (t - 30) / 90)[None, :],
        lambda t: 1.0 - 0.4 * (30 < t < 90) * np.pad(np.ones((24, 36)), ((40, 44), (60, 96))),
    ],
    ids=["step", "dusk", "creeping shadow", "shadow of a thing"],
)
def test_light_is_no_thing(light: Callable[[float], float]) -> None:
    eye = Eye(lambda t: np.asarray(GROUND * light(t), np.uint8))
    eye.until(150)

    assert "left" not in eye.verdicts


def test_a_thing_is_found_and_kept_while_the_light_changes() -> None:
    def scene(t: float) -> Grey:
        return np.asarray(
            (with_heap(GROUND) if 40 <= t < 160 else GROUND) * (0.55 if t > 50 else 1.0), np.uint8
        )

    eye = Eye(scene)
    eye.until(180)

    assert 59 <= eye.first("left") <= 64
    assert [t for t, region in eye.said if region.state == "gone"] == [163.0]


def test_traffic_is_no_thing() -> None:
    def scene(t: float) -> Grey:
        x = int(37 * t) % 150
        return with_heap(GROUND, (60, x, 84, x + 36), texture(int(t), (24, 36), 20, 240))

    eye = Eye(scene)
    eye.until(150)

    assert "left" not in eye.verdicts


def test_a_thing_behind_traffic_is_found() -> None:
    def scene(t: float) -> Grey:
        there = with_heap(GROUND) if t >= 30 else GROUND
        return with_heap(there, SPOT, texture(int(t), (24, 36), 20, 240)) if int(t) % 3 == 0 else there

    eye = Eye(scene)
    eye.until(110)

    assert "left" in eye.verdicts


def test_rare_looks_learn_the_ground_no_later_than_they_must() -> None:
    eye = Eye(put_down(at=30.0), pace=4.0)
    [region] = eye.until(90.0)
    assert region.verdict == "left"
    assert 30.0 <= region.since <= 34.0


def test_rare_looks_at_ground_that_is_hardly_ever_free_take_their_time() -> None:
    eye = Eye(pace=4.0)
    most = ((0.0, 0.0, 0.4, 1.0), (0.4, 0.0, 0.8, 1.0))
    for number in range(8):
        eye.until(4.0 * number + 2.0, boxes=most if number % 2 else ())
    assert eye.statics.dump() == b""  # seven would do were they free
    eye.until(34.0)
    assert eye.statics.dump() != b""


def test_a_busy_lane_does_not_keep_the_ground_beside_it_unknown() -> None:
    eye = Eye(put_down(at=26.0), pace=4.0)
    lane = ((0.65, 0.0, 1.0, 1.0),)
    for number in range(24):
        eye.until(4.0 * number + 2.0, boxes=() if number % 4 == 0 else lane)
    left = [region for _, region in eye.said if region.verdict == "left"]
    assert left
    assert 26.0 <= left[0].since <= 30.0


def test_what_was_there_from_the_start_and_is_taken_away_is_no_thing() -> None:
    eye = Eye(put_down(0, 40))
    eye.until(100)

    assert eye.verdicts == {"young", "removed"}
    assert [region.state for _, region in eye.said][-1] == "absorbed"
    assert eye.until(110) == []


@pytest.mark.parametrize("pace", [1.0, 4.0])
@pytest.mark.parametrize("missed", [3, 2])
def test_a_parked_car_is_explained_also_where_the_detector_misses_it(missed: int, pace: float) -> None:
    eye = Eye(put_down(80, 280), pace)
    eye.until(80)
    while eye.t < 280:
        eye.until(eye.t + pace, boxes=[] if round(eye.t / pace) % missed == 0 else [SPOT_BOX])
    eye.until(340)

    assert "left" not in eye.verdicts
    assert eye.until(341) == []


def test_what_the_detector_has_not_looked_at_waits() -> None:
    eye = Eye(put_down(30))
    eye.until(30)
    assert eye.until(90, boxes=None) == []
    assert eye.until(112)[0].verdict == "left"


def test_without_trust_nothing_begins_ends_or_is_learnt() -> None:
    eye = Eye(put_down(30, 100))
    eye.until(60)
    eye.scene = lambda t: texture(9, SIZE, 0, 255)
    eye.until(90, trusted=False)
    eye.scene = put_down(30, 130)
    (kept,) = eye.until(130)
    assert (kept.verdict, kept.state, kept.since) == ("left", "settled", 30.0)

    assert eye.until(140, trusted=False)[0].state == "settled"
    eye.until(150)
    assert [region.state for _, region in eye.said][-1] == "gone"


def test_the_border_that_a_moved_picture_does_not_show_is_not_judged() -> None:
    valid = np.ones(SIZE, np.bool_)
    valid[:, :12] = False
    eye = Eye(lambda t: with_heap(GROUND, (10, 0, 34, 12)) if t > 30 else GROUND)
    eye.until(31)
    eye.until(100, valid=valid)

    assert eye.said == []


def test_what_is_half_on_such_a_border_is_judged_by_what_is_seen_of_it() -> None:
    valid = np.ones(SIZE, np.bool_)
    valid[:, :60] = False
    eye = Eye(put_down(30))
    eye.until(40)

    assert eye.until(60, valid=valid)[0].verdict == "left"


@pytest.mark.parametrize("pace", [1.0, 4.0])
def test_the_faint_rim_of_a_thing_does_not_become_ground(pace: float) -> None:
    """What lies there for long must not creep into the reference from its rim inwards."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    body = np.exp(-(((x - 78) / 14.0) ** 2) - ((y - 52) / 14.0) ** 2)
    ground = texture(1, SIZE, 100, 135)
    thing = np.asarray(ground * (1 - 0.5 * body), np.uint8)
    eye = Eye(lambda t: thing if 70 <= t < 370 else ground, pace)
    [early] = eye.until(130)
    [late] = eye.until(370)
    assert (late.id, late.verdict) == (early.id, "left")
    assert late.unlike > early.unlike - 0.05
    eye.until(370 + 4 * pace + 4)
    assert [(r.id, r.state) for _, r in eye.said][-1] == (early.id, "gone")
