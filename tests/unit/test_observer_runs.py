"""When the detector looks, and what it is spared."""

import re
from pathlib import Path

import numpy as np
import pytest

from broker.settings import Settings
from edge.perception.observer import Counts, Observer, ObserverSettings
from edge.perception.statics import Statics, StaticSettings
from edge.places import Place
from tests.unit.test_observer import (
    CAR,
    PERSON,
    SCENE,
    SPOT,
    SUITCASE,
    ZONE,
    Script,
    frame,
    observer,
    standing,
)


def test_a_change_near_a_zone_calls_the_detector() -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)])
    eyes.observe(frame(0.0), [standing()])
    arrived = SCENE.copy()
    arrived[150:165, 10:30] = 255
    eyes.observe(frame(0.5, arrived), [standing()])
    assert len(script.asked) == 2
    eyes.observe(frame(1.0, arrived), [standing()])
    assert len(script.asked) == 2


def test_a_change_that_creeps_in_adds_up_until_the_detector_looks() -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)], refresh=1000.0)
    for t in range(12):
        image = SCENE.copy()
        image[150:165, 10:30] += np.uint8(t)
        eyes.observe(frame(t / 2, image), [standing()])
    assert 1 < len(script.asked) < 6


@pytest.mark.parametrize(
    "places",
    [
        [],
        [standing(state="candidate")],
        [standing(state="cleared")],
        [standing(group="two_wheeler")],
        [standing(), standing((0.6, 0.6, 0.7, 0.7))],
    ],
    ids=["not known", "a candidate", "a cleared place", "a place of another group", "a place not sighted"],
)
def test_nothing_is_given_again_while_something_ripens(places: list[Place]) -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)])
    for t in range(5):
        eyes.observe(frame(t / 2), places)
    assert len(script.asked) == 5


def passed_by() -> np.ndarray:
    """The scene with something in it."""
    image = SCENE.copy()
    image[70:110, 95:160] = 90
    return image


def test_the_street_as_it_was_before_a_car_passed_is_not_looked_at_again() -> None:
    eyes, script = observer([], [(CAR, 0.6, SPOT)])
    for t in range(0, 30, 3):
        assert eyes.observe(frame(t)).sightings == ()
        assert len(eyes.observe(frame(t + 1, passed_by())).sightings) == 1
        assert eyes.observe(frame(t + 2)).sightings == ()
    assert len(script.asked) == 1 + 10  # the empty street once, and whatever passes


def test_an_answer_that_comes_back_is_no_older_than_the_refresh() -> None:
    eyes, script = observer([], [(CAR, 0.6, SPOT)], [], refresh=5.0)
    for t, image in ((0, SCENE), (4, passed_by()), (5, SCENE)):
        eyes.observe(frame(t, image))
    assert len(script.asked) == 3


def test_no_answer_comes_back_while_a_place_is_waited_for() -> None:
    eyes, script = observer([], [(CAR, 0.6, SPOT)], [])
    for t, image in ((0, SCENE), (1, passed_by())):
        eyes.observe(frame(t, image))
    for t in range(2, 6):
        assert eyes.observe(frame(t), [standing()]).sightings == ()
    assert len(script.asked) == 6


def test_no_answer_comes_back_from_before_a_time_in_which_nothing_was_seen() -> None:
    eyes, script = observer([], [(CAR, 0.6, SPOT)], [])
    for t, image in ((0, SCENE), (1, np.zeros_like(SCENE)), (2, passed_by()), (3, SCENE)):
        eyes.observe(frame(t, image))
    assert len(script.asked) == 3


def test_what_may_pass_and_what_stands_is_told_apart_for_the_pace() -> None:
    driving = [[(CAR, 0.6, (x, 0.4, x + 0.2, 0.6))] for x in (0.2, 0.3, 0.4)]
    eyes, _ = observer(*driving, [(CAR, 0.6, (0.4, 0.4, 0.6, 0.6))])
    place = standing((0.4, 0.4, 0.6, 0.6))
    missed = standing((0.2, 0.2, 0.3, 0.3), id="p-2")
    words = []
    for t, places in enumerate([[]] * 8 + [[place], [place, missed]]):
        eyes.observe(frame(float(t)), places)
        words.append(eyes.ripening)
    assert words[:3] == ["something"] * 3  # new, then moving
    assert words[-3:] == ["standing", "nothing", "standing"]


def test_what_stands_without_becoming_a_place_hurries_for_a_minute_only() -> None:
    eyes, _ = observer([(CAR, 0.6, SPOT)])
    words = {}
    for t in range(0, 100, 4):
        eyes.observe(frame(float(t)))
        words[t] = eyes.ripening
    assert [t for t, word in words.items() if word == "standing"] == list(range(4, 65, 4))
    assert words[96] == "something"


def test_what_ripens_far_from_every_zone_does_not_keep_the_detector_busy() -> None:
    eyes, script = observer([(CAR, 0.6, (0.9, 0.9, 0.95, 0.95))])
    for t in range(5):
        eyes.observe(frame(t / 2), [])
    assert len(script.asked) == 1


def test_what_no_rule_is_about_does_not_keep_the_detector_busy() -> None:
    eyes, script = observer([(SUITCASE, 0.6, SPOT)], ripening=("vehicle",))
    for t in range(5):
        eyes.observe(frame(t / 2), [])
    assert len(script.asked) == 1


def test_a_place_seen_empty_is_seen_so_by_the_detector_each_time() -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)], [])
    eyes.observe(frame(0.0), [standing()])
    gone = SCENE.copy()
    gone[70:110, 95:160] = 90
    for t in range(1, 6):
        seen = eyes.observe(frame(t / 2, gone), [standing()])
        assert seen.sightings == ()
    assert len(script.asked) == 6


def test_likeness_is_of_the_frame_at_hand_also_when_the_answer_is_given_again() -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)], change=1.0)
    for t in (0.0, 0.5, 1.0):  # until it is known to stand
        assert eyes.observe(frame(t), [standing()]).likeness == {}
    assert eyes.observe(frame(1.5), [standing()]).likeness["p-1"] > 0.9
    other = np.ascontiguousarray(SCENE[::-1, ::-1])
    assert eyes.observe(frame(2.0, other), [standing()]).likeness["p-1"] < 0.5
    assert len(script.asked) == 1


@pytest.mark.parametrize("level", [0, 128])
def test_a_dead_picture_is_not_trusted_and_shows_nothing(level: int) -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)])
    eyes.observe(frame(0.0), [standing()])
    dead = eyes.observe(frame(0.5, np.full_like(SCENE, level)), [standing()])
    assert not dead.trusted
    assert (dead.sightings, dead.hidden, dict(dead.likeness)) == ((), (), {})
    assert len(script.asked) == 1
    after = eyes.observe(frame(1.0), [standing()])
    assert after.trusted
    assert len(after.sightings) == 1
    assert len(script.asked) == 2
    assert eyes.counts == Counts(looks=3, runs=2, things=2, pictures=2, dead=1)


def test_a_detector_that_fails_leaves_no_old_answer_for_the_new_picture() -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)], [])
    eyes.observe(frame(0.0), [standing()])
    changed = np.ascontiguousarray(SCENE[::-1])
    detect, script.detect = script.detect, None  # type: ignore[assignment]
    with pytest.raises(TypeError):
        eyes.observe(frame(0.5, changed), [standing()])
    script.detect = detect  # type: ignore[method-assign]
    assert eyes.observe(frame(1.0, changed), [standing()]).sightings == ()


def test_a_step_back_in_time_is_looked_at_afresh() -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)])
    eyes.observe(frame(100.0), [standing()])
    eyes.observe(frame(3.0), [standing()])
    assert len(script.asked) == 2


def test_the_same_frames_give_the_same_observations() -> None:
    rng = np.random.default_rng(11)
    answers = [
        [
            (CAR, 0.6, (x, 0.4, x + 0.2, 0.6)),
            (CAR, 0.6, (0.1, 0.1, 0.2, 0.2)),
            (PERSON, 0.5, (x, 0.7, x + 0.05, 0.9)),
        ]
        for x in np.linspace(0.2, 0.6, 8)
    ]
    noise = [np.clip(SCENE + rng.normal(0, 3, SCENE.shape), 0, 255).astype(np.uint8) for _ in range(8)]

    def run() -> list[str]:
        eyes, _ = observer(*answers)
        return [repr(eyes.observe(frame(t / 2, image), [standing()])) for t, image in enumerate(noise)]

    assert run() == run()


def test_a_thing_that_drives_is_said_to_move_and_one_that_stands_is_not() -> None:
    answers = [
        [(CAR, 0.6, (x, 0.4, x + 0.1, 0.5)), (CAR, 0.5, (0.7, 0.7, 0.8, 0.8))]
        for x in np.linspace(0.1, 0.5, 12)
    ]
    eyes, _ = observer(*answers)
    last = [eyes.observe(frame(t / 4), []) for t in range(12)][-1]
    assert [s.moving for s in last.sightings] == [True, False]
    assert len({s.track for s in last.sightings}) == 2


def test_the_docs_list_every_setting_with_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs" / "seeing.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z.]+)` \| ([^|]+) \|", page, re.M))
    expected = {}
    for name, value in ObserverSettings():
        inner = (
            {f"{name}.{key}": part for key, part in value} if isinstance(value, Settings) else {name: value}
        )
        expected |= {key: "none" if part == () else f"{part:g}" for key, part in inner.items()}
    expected["ripening"] = "all"
    assert listed == expected


def test_what_was_recalled_is_kept_where_no_frame_came() -> None:
    eyes = Observer(Script([[]]), source="gate", ground=Statics(StaticSettings(), [ZONE], "gate"))
    eyes.recall({"ground": b"what an earlier process knew"})
    assert eyes.memory() == {"ground": b"what an earlier process knew"}
