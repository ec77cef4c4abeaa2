from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from edge.frames import Frame
from edge.observation import Box
from edge.perception.observer import Counts, Observer, ObserverSettings
from edge.places import Place
from models.detections import Detections, Picture

LABELS = ("car", "person", "dog", "bicycle", "license_plate", "suitcase")
CAR, PERSON, DOG, BICYCLE, PLATE, SUITCASE = range(6)
SPOT: Box = (0.3, 0.4, 0.5, 0.6)
ZONE = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
SCENE = np.kron(np.random.default_rng(5).integers(30, 220, (18, 32, 3)), np.ones((10, 10, 1))).astype(
    np.uint8
)

Row = tuple[int, float, Box]


@dataclass
class Script:
    """A detector that answers what it is told to, and remembers how it was asked."""

    answers: list[list[Row]]
    labels: tuple[str, ...] = LABELS
    asked: list[list[tuple[int, ...]]] = field(default_factory=list)

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        rows = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append([picture.shape for picture in pictures])
        none = [Detections.none()] * (len(pictures) - 1)
        if not rows:
            return [Detections.none(), *none]
        kinds, scores, boxes = (np.array(column) for column in zip(*rows, strict=True))
        return [
            Detections(boxes.astype(np.float32), scores.astype(np.float32), kinds.astype(np.int64)),
            *none,
        ]


def frame(t: float, image: np.ndarray = SCENE) -> Frame:
    return Frame(image, "gate", round(t * 10), t, 1.7e9 + t, "synchronised")


def observer(*answers: list[Row], **settings: object) -> tuple[Observer, Script]:
    script = Script(list(answers))
    made = ObserverSettings(**settings)  # type: ignore[arg-type]
    return Observer(script, source="gate", outlines=[ZONE], settings=made), script


def standing(box: Box = SPOT, **changes: object) -> Place:
    place = Place("p-1", "vehicle", "car", 0.6, box, "confirmed", 0.0, 0.0, 0.0, 1.0, ())
    return replace(place, **changes)  # type: ignore[arg-type]


def test_an_observation_says_what_was_seen_where_and_when() -> None:
    eyes, _ = observer([(CAR, 0.61234, (0.300049, 0.4, 0.5, 0.6)), (BICYCLE, 0.5, (0.7, 0.7, 0.75, 0.8))])
    seen = eyes.observe(frame(3.0), [])
    assert (seen.source, seen.t, seen.utc, seen.clock) == ("gate", 3.0, 1.7e9 + 3.0, "synchronised")
    assert seen.aspect == pytest.approx(320 / 180, abs=1e-4)
    assert seen.trusted
    assert [(s.label, s.group, s.score) for s in seen.sightings] == [
        ("car", "vehicle", 0.612),
        ("bicycle", "two_wheeler", 0.5),
    ]
    assert seen.sightings[0].box == (0.3, 0.4, 0.5, 0.6)


def test_persons_animals_and_plates_are_only_ground_that_is_hidden() -> None:
    rows: list[Row] = [
        (PERSON, 0.9, (0.1, 0.1, 0.2, 0.3)),
        (DOG, 0.8, (0.6, 0.6, 0.7, 0.7)),
        (PLATE, 0.7, (0.35, 0.5, 0.4, 0.52)),
    ]
    eyes, _ = observer(rows)
    seen = eyes.observe(frame(0.0), [])
    assert seen.sightings == ()
    assert len(seen.hidden) == 3
    words = repr(seen)
    assert not any(word in words for word in ("person", "dog", "plate"))


def test_a_person_taken_for_a_thing_is_no_sighting() -> None:
    spot = (0.1, 0.1, 0.2, 0.3)
    eyes, _ = observer([(PERSON, 0.4, spot), (SUITCASE, 0.6, spot)])
    seen = eyes.observe(frame(0.0), [])
    assert seen.sightings == ()
    assert len(seen.hidden) == 1


def test_an_empty_view_is_an_observation_too() -> None:
    eyes, _ = observer([])
    seen = eyes.observe(frame(0.0), [])
    assert (seen.sightings, seen.hidden, dict(seen.likeness)) == ((), (), {})


def test_what_is_hardly_seen_is_not_believed() -> None:
    eyes, _ = observer([(CAR, 0.19, SPOT)])
    assert eyes.observe(frame(0.0), []).sightings == ()


def test_of_too_many_boxes_the_best_are_looked_at() -> None:
    rows: list[Row] = [
        (CAR, 0.25 + k / 2000, (x, y, x + 0.02, y + 0.02))
        for k, (x, y) in enumerate((i / 40, j / 25) for i in range(40) for j in range(25))
    ]
    eyes, _ = observer(rows)
    seen = eyes.observe(frame(0.0), []).sightings
    assert len(seen) == 300
    assert min(s.score for s in seen) == pytest.approx(0.25 + 700 / 2000)


def test_a_box_of_no_size_is_left_out() -> None:
    eyes, _ = observer([(CAR, 0.9, (0.5, 0.5, 0.50001, 0.6))])
    assert eyes.observe(frame(0.0), []).sightings == ()


@pytest.mark.parametrize(("score", "hidden"), [(0.6, 0), (0.8, 1)])
def test_what_fills_the_view_stands_before_the_lens_or_is_not_there(score: float, hidden: int) -> None:
    eyes, _ = observer([(CAR, score, (0.1, 0.1, 0.9, 0.9)), (CAR, 0.5, SPOT)])
    seen = eyes.observe(frame(0.0), [])
    assert [s.box for s in seen.sightings] == [SPOT]
    assert len(seen.hidden) == hidden


def test_a_person_right_before_the_lens_hides_the_view_however_unsure() -> None:
    eyes, _ = observer([(PERSON, 0.3, (0.1, 0.1, 0.9, 0.9))])
    assert len(eyes.observe(frame(0.0), []).hidden) == 1


def test_labels_are_spelt_as_the_contract_wants_them() -> None:
    eyes = Observer(Script([[(0, 0.6, SPOT)]], labels=("Pickup Truck",)), source="gate", outlines=[ZONE])
    seen = eyes.observe(frame(0.0), []).sightings[0]
    assert (seen.label, seen.group) == ("pickup_truck", "vehicle")


def test_the_whole_picture_and_the_crop_of_a_small_zone_are_asked_for_at_once() -> None:
    script = Script([[]])
    zone = ((0.4, 0.4), (0.5, 0.4), (0.5, 0.5), (0.4, 0.5))
    eyes = Observer(script, source="gate", outlines=[zone])
    eyes.observe(frame(0.0, np.kron(SCENE, np.ones((4, 4, 1), np.uint8))), [])
    assert len(script.asked) == 1
    assert script.asked[0][0] == (720, 1280, 3)
    assert len(script.asked[0]) == 2
    assert eyes.counts == Counts(looks=1, runs=1, pictures=2)


LARGE = np.kron(SCENE, np.ones((4, 4, 1), np.uint8))
LEFT = ((0.05, 0.4), (0.15, 0.4), (0.15, 0.5), (0.05, 0.5))
RIGHT = ((0.85, 0.4), (0.95, 0.4), (0.95, 0.5), (0.85, 0.5))
PARKED: Box = (0.86, 0.42, 0.9, 0.46)


def two_zones(*answers: list[Row]) -> tuple[Observer, Script]:
    script = Script(list(answers))
    return Observer(script, source="gate", outlines=[LEFT, RIGHT]), script


def with_something(x: int) -> np.ndarray:
    """The large scene with something on the left at this column."""
    image = LARGE.copy()
    image[300:340, x : x + 60] = 255
    return image


def test_a_crop_in_which_nothing_changes_keeps_its_answer() -> None:
    eyes, script = two_zones([(CAR, 0.6, PARKED)])
    known = [standing(PARKED)]
    for t in range(4):
        seen = eyes.observe(frame(float(t), with_something(40 + 40 * t)), known)
        assert [s.box for s in seen.sightings] == [PARKED]
    assert [len(asked) for asked in script.asked] == [3, 2, 2, 2]  # the whole picture and the left crop
    assert eyes.counts == Counts(looks=4, runs=4, things=4, pictures=9)


def test_a_crop_in_which_something_ripens_is_looked_at_each_time() -> None:
    eyes, script = two_zones([(CAR, 0.6, PARKED)])
    for t in range(4):
        eyes.observe(frame(float(t), with_something(40 + 40 * t)), [])
    # The left crop keeps its answer on no look: it changes on all of them.
    assert [len(asked) for asked in script.asked] == [3, 3, 3, 3]
    for t in range(4, 7):
        eyes.observe(frame(float(t), with_something(160)), [])
    assert [len(asked) for asked in script.asked[4:]] == [2, 2, 2]  # without the left crop


def test_a_crop_keeps_its_answer_no_longer_than_the_refresh() -> None:
    script = Script([[(CAR, 0.6, PARKED)]])
    settings = ObserverSettings(refresh=3.0)
    eyes = Observer(script, source="gate", outlines=[LEFT, RIGHT], settings=settings)
    for t in range(7):
        eyes.observe(frame(float(t), with_something(40 + 20 * t)), [standing(PARKED)])
    assert [len(asked) for asked in script.asked] == [3, 2, 2, 3, 2, 2, 3]


def test_while_nothing_changes_and_nothing_ripens_the_answer_is_given_again_with_the_new_time() -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)])
    looks = [eyes.observe(frame(t / 2), [standing()]) for t in range(9)]
    assert len(script.asked) == 1
    assert [look.t for look in looks] == [t / 2 for t in range(9)]
    assert {look.sightings[0].box for look in looks} == {SPOT}
    assert eyes.counts == Counts(looks=9, runs=1, things=1, pictures=1)


def test_things_are_counted_that_rules_are_about() -> None:
    for ripening, things in (((), 1), (("vehicle",), 1), (("stall",), 0)):
        eyes, _ = observer([(CAR, 0.6, SPOT)], ripening=ripening)
        eyes.observe(frame(0.0), [])
        assert eyes.counts.things == things


def test_the_detector_looks_again_after_the_refresh_at_the_latest() -> None:
    eyes, script = observer([(CAR, 0.6, SPOT)], refresh=5.0)
    for t in range(0, 41):
        eyes.observe(frame(t / 2), [standing()])
    assert len(script.asked) == 5


def test_a_change_far_from_every_zone_does_not_call_the_detector() -> None:
    script = Script([[]])
    eyes = Observer(script, source="gate", outlines=[[(0.7, 0.1), (0.8, 0.1), (0.8, 0.2), (0.7, 0.2)]])
    eyes.observe(frame(0.0))
    passing = SCENE.copy()
    passing[150:165, 10:30] = 255
    eyes.observe(frame(0.5, passing))
    assert len(script.asked) == 1


def test_where_the_detector_has_no_time_things_were_not_looked_for() -> None:
    eyes, _ = observer([(CAR, 0.6, SPOT)])
    glance = eyes.glance(frame(0.0), [])
    assert glance.wish is not None
    assert glance.wish.urgency == "changed"
    seen = eyes.conclude(glance, None)
    assert (seen.looked, seen.sightings, seen.trusted) == (False, (), True)
    again = eyes.glance(frame(0.5), [])
    assert again.wish is not None
    assert eyes.conclude(again, eyes.detect(again)).looked
    assert eyes.counts.postponed == 1
