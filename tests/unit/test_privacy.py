"""The masker's geometry, order and failures, with detectors that answer what a test says."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from edge.privacy import LEGIBLE_CAR, LOOKS, Masker, MaskingFailed, person_floor
from models.detections import Detections, Detector, Picture

LABELS = ("person", "car", "bus", "motorcycle")
PERSON, CAR, BUS, MOTORCYCLE = range(4)
Thing = tuple[tuple[float, float, float, float], float, int]  # box in shares, score, class


def detections(things: Sequence[Thing]) -> Detections:
    return Detections(
        np.array([t[0] for t in things], np.float32).reshape(-1, 4),
        np.array([t[1] for t in things], np.float32),
        np.array([t[2] for t in things], np.int64),
    )


class Scripted:
    """Answers for the largest picture it is given (the whole one); sees nothing in smaller ones."""

    def __init__(
        self, size: tuple[int, int], things: Sequence[Thing], labels: tuple[str, ...] = LABELS
    ) -> None:
        self.labels, self._size, self._things = labels, size, things

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        return [detections(self._things if p.shape[:2] == self._size else []) for p in pictures]


class Computed:
    """Answers what a function of the picture says."""

    def __init__(self, answer: Callable[[Picture], Detections], labels: tuple[str, ...] = LABELS) -> None:
        self.labels, self._answer = labels, answer

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        return [self._answer(picture) for picture in pictures]


def noise(height: int = 240, width: int = 320, seed: int = 1) -> Picture:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def masker(things: Sequence[Thing], **others: Detector | None) -> Masker:
    return Masker(
        persons=Scripted((240, 320), things), faces=others.get("faces"), plates=others.get("plates")
    )


def changed(before: Picture, after: Picture) -> np.ndarray:
    return (before != after).any(axis=2)


def test_a_person_is_painted_over_wholly_and_with_a_margin_and_nothing_else_is() -> None:
    picture = noise()
    masked = masker([((0.25, 0.25, 0.5, 0.75), 0.9, PERSON)]).mask(picture)
    touched = changed(picture, masked.image)
    assert (masked.persons, masked.faces, masked.plates) == (1, 0, 0)
    assert touched[60:180, 80:160].mean() > 0.99
    assert touched[49:191, 73:167].mean() > 0.99
    touched[48:192, 72:168] = False
    assert not touched.any()


def test_the_input_is_left_as_it_was() -> None:
    picture = noise()
    copy = picture.copy()
    masked = masker([((0.0, 0.0, 1.0, 1.0), 0.9, PERSON)]).mask(picture)
    assert (picture == copy).all()
    assert not np.shares_memory(masked.image, picture)


def test_nothing_of_what_lay_beneath_a_mask_reaches_the_result() -> None:
    one, other = noise(seed=1), noise(seed=1)
    other[60:180, 80:160] = noise(120, 80, seed=2)
    things = [((0.25, 0.25, 0.5, 0.75), 0.5, PERSON)]
    assert (masker(things).mask(one).image == masker(things).mask(other).image).all()


def test_the_same_picture_gives_the_same_bytes() -> None:
    things = [((0.1, 0.1, 0.3, 0.6), 0.2, PERSON), ((0.25, 0.2, 0.5, 0.7), 0.4, PERSON)]
    assert masker(things).mask(noise()).image.tobytes() == masker(things).mask(noise()).image.tobytes()


def test_a_picture_without_anything_private_passes_unchanged() -> None:
    picture = noise()
    masked = masker([]).mask(picture)
    assert (masked.image == picture).all()
    assert (masked.persons, masked.faces, masked.plates) == (0, 0, 0)


def test_faces_are_masked_where_no_person_was_seen() -> None:
    picture = noise()
    faces = Scripted((720, 960), [((0.5, 0.5, 0.6, 0.6), 0.5, 0)], ("face",))
    masked = masker([], faces=faces).mask(picture)
    assert masked.faces == 1
    assert changed(picture, masked.image)[120:144, 160:192].mean() > 0.99


def test_a_doubtful_person_in_the_very_box_of_a_sure_car_is_the_car() -> None:
    picture = noise()
    box = (0.2, 0.3, 0.6, 0.6)
    things = [(box, 0.8, CAR), ((0.21, 0.3, 0.6, 0.62), 0.15, PERSON)]
    assert masker(things).mask(picture).persons == 0


def test_a_person_seen_surely_is_masked_although_a_car_fills_the_same_box() -> None:
    box = (0.2, 0.3, 0.6, 0.6)
    assert masker([(box, 0.8, CAR), (box, 0.5, PERSON)]).mask(noise()).persons == 1


def test_a_doubtful_person_within_a_parked_motorcycle_is_a_part_of_it() -> None:
    things = [((0.2, 0.3, 0.6, 0.6), 0.7, MOTORCYCLE), ((0.25, 0.32, 0.4, 0.58), 0.2, PERSON)]
    assert masker(things).mask(noise()).persons == 0


def test_a_doubtful_rider_rises_above_the_motorcycle_and_is_masked() -> None:
    things = [((0.2, 0.4, 0.6, 0.7), 0.9, MOTORCYCLE), ((0.3, 0.2, 0.5, 0.65), 0.16, PERSON)]
    assert masker(things).mask(noise()).persons == 1


def test_a_masked_plate_does_not_make_the_next_look_mask_the_whole_zone() -> None:
    """Once the plate was grey it was not found any more, and then its whole zone was masked as well."""
    picture = noise()

    def answer(crop: Picture) -> Detections:
        grey = np.mean(np.ptp(crop.astype(int), axis=2) == 0) > 0.01
        return Detections.none() if grey else detections([((0.4, 0.6, 0.6, 0.7), 0.6, 0)])

    plates = Computed(answer, ("plate",))
    masked = masker([((0.25, 0.25, 0.75, 0.75), 0.8, CAR)], plates=plates).mask(picture)
    assert masked.plates == 1
    assert changed(picture, masked.image).mean() < 0.03


def test_a_later_look_searches_only_vehicles_that_are_masked_in_part_or_not_searched_yet() -> None:
    cars = [((0.0, 0.1, 0.3, 0.4), 0.9, CAR), ((0.6, 0.1, 0.9, 0.4), 0.9, CAR)]
    driver, new = ((0.05, 0.15, 0.1, 0.25), 0.9, PERSON), ((0.6, 0.6, 0.9, 0.9), 0.9, CAR)
    looks = iter([[*cars, driver], [*cars, new]])

    def persons(picture: Picture) -> Detections:
        return detections(next(looks) if picture.shape[:2] == (240, 320) else [])

    searched: list[Picture] = []

    def plates(picture: Picture) -> Detections:
        searched.append(picture)
        return detections([])

    masked = Masker(persons=Computed(persons), faces=None, plates=Computed(plates, ("license_plate",))).mask(
        noise()
    )
    assert masked.persons == 1
    assert len(searched) == 2 + 2  # both at first; then the driver's car and the new one


def test_a_later_look_searches_faces_only_around_what_was_painted_and_at_the_same_scale() -> None:
    looked: list[tuple[int, ...]] = []

    def faces(picture: Picture) -> Detections:
        looked.append(picture.shape[:2])
        return detections([])

    person = ((0.02, 0.1, 0.1, 0.3), 0.9, PERSON)
    masked = masker([person], faces=Computed(faces, ("face",))).mask(noise())

    assert masked.persons == 1
    assert looked[0] == (720, 960)  # three times as large as it is
    assert len(looked) == 2
    assert looked[1][0] < 720 * 0.7
    assert looked[1][1] < 960 * 0.4
    assert all(side % 3 == 0 for side in looked[1])


def test_a_driver_in_a_car_is_masked() -> None:
    things = [((0.2, 0.3, 0.6, 0.6), 0.9, CAR), ((0.3, 0.35, 0.36, 0.42), 0.12, PERSON)]
    low = Masker(persons=Scripted((240, 320), things), faces=None, plates=None, person_floor=0.1)
    assert low.mask(noise()).persons == 1


def test_a_found_plate_is_masked_and_the_rest_of_the_vehicle_stays() -> None:
    picture = noise()
    car = (0.25, 0.25, 0.75, 0.75)  # 160 x 120 pixels
    plates = Computed(lambda _: detections([((0.4, 0.6, 0.6, 0.7), 0.6, 0)]), ("plate",))
    masked = masker([(car, 0.8, CAR)], plates=plates).mask(picture)
    assert masked.plates == 1
    assert changed(picture, masked.image).mean() < 0.03


def test_the_plate_zone_of_a_near_vehicle_is_masked_where_no_plate_is_found() -> None:
    picture = noise()
    car = (0.25, 0.25, 0.75, 0.75)
    blind = Computed(lambda _: Detections.none(), ("plate",))
    for plates in (None, blind):
        masked = masker([(car, 0.8, CAR)], plates=plates).mask(picture)
        touched = changed(picture, masked.image)
        assert masked.plates == 1
        assert touched[122:173, 80:240].mean() > 0.99
        assert not touched[:115].any()


@pytest.mark.parametrize(
    ("name", "box"),
    [
        (CAR, (0.2, 0.2, 0.5, 0.2 + (LEGIBLE_CAR - 10) / 240)),
        (BUS, (0.2, 0.2, 0.7, 0.8)),
    ],
    ids=["too far to be read", "a bus is twice as high"],
)
def test_no_plate_zone_on_a_vehicle_that_shows_no_legible_plate(
    name: int, box: tuple[float, float, float, float]
) -> None:
    assert masker([(box, 0.8, name)]).mask(noise()).plates == 0


def test_a_long_vehicle_is_masked_at_its_ends_where_a_plate_can_hang_and_not_in_the_middle() -> None:
    picture = noise()
    masked = masker([((0.05, 0.25, 0.95, 0.75), 0.8, CAR)]).mask(picture)  # 288 x 120 pixels
    touched = changed(picture, masked.image)
    assert touched[122:172, 18:110].mean() > 0.99
    assert touched[122:172, 210:302].mean() > 0.99
    assert not touched[:, 125:195].any()


def test_what_only_the_second_look_sees_is_masked_too() -> None:
    """The second person is seen only once the first is grey: masks change what a detector sees."""

    def answer(picture: Picture) -> Detections:
        if picture.shape[:2] != (240, 320):
            return Detections.none()
        first = [((0.1, 0.1, 0.3, 0.5), 0.9, PERSON)]
        grey = bool((np.ptp(picture[60, 60].astype(int)) == 0) and picture[60, 60, 0] in (128, 150))
        return detections([*first, ((0.6, 0.1, 0.8, 0.5), 0.9, PERSON)] if grey else first)

    masked = Masker(persons=Computed(answer), faces=None, plates=None).mask(noise())
    assert masked.persons == 2
    assert masked.image[48, 224, 0] in (128, 150)


def test_no_picture_leaves_when_there_is_always_something_more_to_mask() -> None:
    looks: list[int] = []

    def answer(picture: Picture) -> Detections:
        if picture.shape[:2] != (240, 320):
            return Detections.none()
        looks.append(1)
        x = 0.15 * len(looks)
        return detections([((x, 0.1, x + 0.1, 0.4), 0.9, PERSON)])

    with pytest.raises(MaskingFailed, match="still found"):
        Masker(persons=Computed(answer), faces=None, plates=None).mask(noise())
    assert len(looks) == LOOKS


def broken(_: Picture) -> Detections:
    raise RuntimeError("the session is gone")


def wrong(boxes: Sequence[Sequence[float]], scores: Sequence[float], classes: Sequence[int]) -> Detections:
    return Detections(np.array(boxes, np.float32), np.array(scores, np.float32), np.array(classes, np.int64))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (broken, "the session is gone"),
        (lambda _: wrong([[0, 0, float("nan"), 1]], [0.5], [0]), "finite"),
        (lambda _: wrong([[0, 0, 1, 1]], [float("nan")], [0]), "finite"),
        (lambda _: wrong([[0, 0, 300, 200]], [0.5], [0]), "outside 0..1"),
        (lambda _: wrong([[0, 0, 1, 1]], [7.0], [0]), "outside 0..1"),
        (lambda _: wrong([[0.5, 0, 0.2, 1]], [0.5], [0]), "ends before"),
        (lambda _: wrong([[0, 0, 1, 1]], [0.5], [99]), "labels"),
        (lambda _: wrong([[0, 0, 1]], [0.5], [0]), "boxes"),
        (lambda _: wrong([[0, 0, 1, 1]], [0.5, 0.6], [0]), "boxes"),
        (lambda _: None, "AttributeError"),
    ],
)
@pytest.mark.parametrize("role", ["persons", "faces", "plates"])
def test_no_picture_leaves_when_a_detector_fails_or_talks_nonsense(
    role: str, answer: Callable[[Picture], Detections], says: str
) -> None:
    car = Scripted((240, 320), [((0.2, 0.2, 0.8, 0.8), 0.9, CAR)])
    bad = Computed(answer)
    roles: dict[str, Detector | None] = {"persons": car, "faces": None, "plates": None, role: bad}
    with pytest.raises(MaskingFailed, match=says):
        Masker(persons=roles["persons"] or car, faces=roles["faces"], plates=roles["plates"]).mask(noise())


def test_no_picture_leaves_when_the_detector_answers_for_fewer_pictures() -> None:
    class Short:
        labels = LABELS

        def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
            return [Detections.none() for _ in pictures[1:]]

    with pytest.raises(MaskingFailed, match=r"for \d pictures"):
        Masker(persons=Short(), faces=None, plates=None).mask(noise())


@pytest.mark.parametrize(
    "picture",
    [np.zeros((10, 10), np.uint8), np.zeros((10, 10, 3), np.float32), np.zeros((0, 10, 3), np.uint8)],
    ids=["grey", "floats", "empty"],
)
def test_what_is_no_colour_picture_is_refused(picture: Picture) -> None:
    with pytest.raises(MaskingFailed, match="height x width x 3"):
        masker([]).mask(picture)


def test_a_detector_that_knows_no_person_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="person"):
        Masker(persons=Scripted((1, 1), [], ("car",)), faces=None, plates=None)


def test_a_picture_smaller_than_any_tile_is_masked() -> None:
    picture = noise(1, 1)
    everywhere = Computed(lambda _: detections([((0.0, 0.0, 1.0, 1.0), 0.9, PERSON)]))
    masked = Masker(persons=everywhere, faces=None, plates=None).mask(picture)
    assert masked.persons == 1
    assert masked.image[0, 0, 0] in (128, 150)


def test_the_floor_follows_the_models_family() -> None:
    assert person_floor("yolox_s_640") < person_floor("centernet_mbv3_512")
    assert 0 < person_floor("a model nobody measured") <= 0.2
